/** Computed columns of rows that were read from files, by the compiled events and the rows compiled before. */
import { join } from 'node:path';
import { TidewatchError } from '../../../../base/errors.ts';
import { isOfEvents } from '../../../../core/columns/computed-column.ts';
import { type Computed, EVENTS_FOLDER } from '../../../../formats/contract/computed-columns.ts';
import { columnOf } from '../../../../formats/contract/contract.ts';
import type { TableContract } from '../../../../formats/contract/table-contract.ts';
import type { EventsTable, SnapshotColumn, Table } from '../../../port.ts';
import { readSnapshotFile } from '../../files/snapshot-file.ts';
import { partPathsOf } from '../../files/snapshot-parts.ts';
import type { Database } from '../database.ts';
import { readParquet, storedNames } from '../sql.ts';
import { openRelation } from '../table.ts';
import { type ClientRows, computeColumns } from './compute-columns.ts';
import { clientRowsOf, computedColumns } from './compute-snapshot.ts';

/**
 * The relation with its computed columns, as a new table; the old one is dropped. Error `nothing-ingested` where no events
 * were compiled yet.
 */
export async function withComputed(
  database: Database,
  {
    relation,
    columns,
    contract,
  }: {
    readonly relation: string;
    readonly columns: readonly SnapshotColumn[];
    readonly contract: TableContract;
  },
  computed: Computed,
): Promise<Table> {
  const all = [...columns, ...computedColumns(computed.columns)];
  const names = storedNames(all).slice(columns.length);
  const [beside, whole] = [database.nextTable(), database.nextTable()];
  try {
    const { select, release } = await computeColumns(
      database,
      clientRowsOf(relation, columns, contract),
      computed.columns.every(isOfEvents) ? null : earlierRows(computed, contract),
      computed.columns.some(isOfEvents) ? compiledEvents(computed) : null,
      computed.columns,
      names,
    );
    try {
      // Only tables are joined by position: DuckDB 1.5 crashes on some queries there.
      await database.run(`create table ${beside} as ${select}`);
      await database.run(`create table ${whole} as select * from ${relation} positional join ${beside}`);
    } finally {
      await release();
      await database.run(`drop table if exists ${beside}`);
    }
  } finally {
    await database.run(`drop table ${relation}`);
  }
  return openRelation(database, {
    relation: whole,
    columns: all,
    contract,
    release: () => database.run(`drop table if exists ${whole}`),
  });
}

/** Rows of the compiled data, which may be of the same clients at earlier times; null where they cannot be. */
function earlierRows({ output, columns }: Computed, contract: TableContract): ClientRows | null {
  const snapshot = readSnapshotFile(output);
  if (snapshot === null) return null;
  const needed = [
    columnOf(contract, 'id'),
    columnOf(contract, 'time'),
    ...columns.flatMap((column) => (column.kind === 'change' ? [column.column] : [])),
  ];
  if (!needed.every((name) => snapshot.columns.some((column) => column.name === name))) return null;
  const filed = snapshot.columns.filter(({ computed }) => computed !== true);
  return clientRowsOf(readParquet(partPathsOf(snapshot.parquetPath)), filed, contract);
}

function compiledEvents({ output, events }: Computed): EventsTable {
  const snapshot = readSnapshotFile(join(output, EVENTS_FOLDER));
  if (snapshot !== null && events !== null) return { ...events, snapshot };
  throw new TidewatchError(
    'nothing-ingested',
    `${join(output, EVENTS_FOLDER)} holds no compiled events yet. Run "tidewatch ingest" first.`,
  );
}
