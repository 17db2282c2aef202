/** Computed columns of a snapshot: in a Parquet file beside its own, under an id that names all they were made of. */
import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commitFile, temporaryName } from '../../../../base/atomic-file.ts';
import { TidewatchError } from '../../../../base/errors.ts';
import { sha256 } from '../../../../base/hash.ts';
import { type ComputedColumn, isOfEvents } from '../../../../core/columns/computed-column.ts';
import { columnOf } from '../../../../formats/contract/contract.ts';
import type { TableContract } from '../../../../formats/contract/table-contract.ts';
import type { ComputeRequest, ComputeResult, SnapshotColumn } from '../../../port.ts';
import {
  computedPartOf,
  hasParts,
  partListPath,
  partPathsOf,
  writePartList,
} from '../../files/snapshot-parts.ts';
import type { Database } from '../database.ts';
import { literal, readParquet, storedNames } from '../sql.ts';
import { type ClientRows, computeColumns } from './compute-columns.ts';

/** Changes whenever a column is computed in another way. */
const FORMAT = 'tidewatch-computed/1';

/** Errors: `column-missing` where the contract names no client or no time; those of DuckDB. */
export async function computeSnapshot(database: Database, request: ComputeRequest): Promise<ComputeResult> {
  const { snapshot, events, columns, contract, progress } = request;
  const folder = dirname(snapshot.parquetPath);
  const id = sha256(
    JSON.stringify([
      FORMAT,
      snapshot.id,
      events?.snapshot.id ?? null,
      events && nameOf(events),
      contractNames(contract),
      columns,
    ]),
  );
  const list = partListPath(folder, id);
  const path = join(folder, `${id}-computed.parquet`);
  const all = [...snapshot.columns, ...computedColumns(columns)];
  const result = { ...snapshot, id, columns: all, parquetPath: list };
  const known = existsSync(list) && hasParts(list) ? computedPartOf(list) : null;
  if (known !== null) return { snapshot: result, met: known.met };
  progress({ label: 'computing columns', done: 0, unit: 'steps' });
  const names = storedNames(all).slice(snapshot.columns.length);
  const parts = partPathsOf(snapshot.parquetPath);
  const rows = clientRowsOf(readParquet(parts), snapshot.columns, contract);
  const { select, met, release } = await computeColumns(database, rows, null, events, columns, names);
  const temporary = temporaryName(path);
  try {
    const written = await database.run(
      `copy (${select}) to ${literal(temporary)} (format parquet, compression snappy)`,
    );
    if (written !== snapshot.rows) {
      throw new TidewatchError(
        'rows-do-not-add-up',
        `${snapshot.rows} rows have ${written} rows of computed columns. Please report this.`,
      );
    }
    const rename = (): void => {
      commitFile(temporary, path);
      writePartList(list, parts, { path, of: snapshot.id, met });
    };
    await (request.commit?.(rename) ?? rename());
    return { snapshot: result, met };
  } finally {
    rmSync(temporary, { force: true });
    await release();
  }
}

/** The rows of a relation as columns are computed for them. Error `column-missing`. */
export function clientRowsOf(
  relation: string,
  columns: readonly SnapshotColumn[],
  contract: TableContract,
): ClientRows {
  const [id, time] = [columnOf(contract, 'id'), columnOf(contract, 'time')];
  if (id !== null && time !== null) return { relation, columns, id, time };
  throw new TidewatchError(
    'column-missing',
    'Columns can be computed of events and of earlier rows only where config.json names "columns.id" and "columns.time".',
  );
}

/** Counts are whole numbers. */
export function computedColumns(columns: readonly ComputedColumn[]): SnapshotColumn[] {
  return columns.map((column) => ({
    name: column.name,
    role: 'numeric',
    type: isOfEvents(column) && column.what === 'count' ? 'integer' : 'double',
    computed: true,
  }));
}

function nameOf({ id, time, type, amount }: NonNullable<ComputeRequest['events']>): readonly unknown[] {
  return [id, time, type, amount];
}

function contractNames(contract: TableContract): readonly unknown[] {
  return [columnOf(contract, 'id'), columnOf(contract, 'time')];
}
