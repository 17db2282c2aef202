/** Computes columns for the rows of a relation from what was before them, in tables of the moment. */

import type { DuckDBVector } from '@duckdb/node-api';
import { type ComputedColumn, isOfEvents } from '../../../../core/columns/computed-column.ts';
import type { EventsMet, EventsTable, SnapshotColumn } from '../../../port.ts';
import { partPathsOf } from '../../files/snapshot-parts.ts';
import { type Database, doublesOf, integersOf } from '../database.ts';
import { identifier, readParquet, storedNames } from '../sql.ts';
import { AsOf, SUM_BITS } from './as-of.ts';
import { knownWindows } from './known-windows.ts';
import { withMoments } from './moments.ts';
import { changedOf, kindSql, type TimelineTables, timelineSql, valuesOf, windowsOf } from './timeline.ts';

/** Rows of clients. */
export interface ClientRows {
  /** What stands after FROM. */
  readonly relation: string;
  readonly columns: readonly SnapshotColumn[];
  /** Names of the columns with the client and the time. */
  readonly id: string;
  readonly time: string;
}

export interface ComputedRelation {
  /** A SELECT with the computed columns of each row, in the order of the rows. */
  readonly select: string;
  readonly met: EventsMet | null;
  /** Drops the tables that it reads. */
  readonly release: () => Promise<void>;
}

/**
 * @param earlier more rows of clients that may have come before; null: those of `rows` are all.
 * @param names of the computed columns, as they are to be stored.
 */
export async function computeColumns(
  database: Database,
  rows: ClientRows,
  earlier: ClientRows | null,
  events: EventsTable | null,
  columns: readonly ComputedColumn[],
  names: readonly string[],
): Promise<ComputedRelation> {
  const made: string[] = [];
  const make = async (select: string): Promise<string> => {
    const name = database.nextTable();
    await database.run(`create table ${name} as ${select}`);
    made.push(name);
    return name;
  };
  const release = async (): Promise<void> => {
    for (const name of made.splice(0)) await database.run(`drop table if exists ${name}`);
  };
  try {
    const known = await rowsSql(database, rows, changedOf(columns));
    const clients = await make(
      `select id, (row_number() over ())::integer as client from (select distinct id from ${known} where id is not null)`,
    );
    const withClient = (relation: string, join: string) =>
      make(`select r.* exclude (id), c.client from ${relation} r ${join} join ${clients} c on r.id = c.id`);
    const tables = {
      rows: await withClient(known, 'left'),
      earlier:
        earlier === null || changedOf(columns).length === 0
          ? null
          : await withClient(await rowsSql(database, earlier, changedOf(columns)), 'inner'),
      events:
        events === null || !columns.some(isOfEvents)
          ? null
          : await make(await eventsSql(database, events, clients, columns)),
    };
    const met = await metOf(database, tables);
    const asOf = new AsOf(columns, await unitOf(database, tables), await knownWindows(database, tables));
    const computed = database.nextTable();
    const fields = ['place', ...columns.map((_, k) => `f${k}`)];
    made.push(computed);
    await database.createDoubles(computed, fields, alongTimelines(database, tables, columns, asOf));
    // Nothing reads the others any more, and what follows takes memory of its own.
    made.pop();
    await release();
    made.push(computed);
    const select = columns.map((column, k) => {
      const type = isOfEvents(column) && column.what === 'count' ? 'bigint' : 'double';
      return `nullif(f${k}, 'nan')::${type} as ${identifier(names[k] as string)}`;
    });
    return { select: `select ${select.join(', ')} from ${computed} order by place`, met, release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Timelines are sorted in parts of so many lines, which take some 150 MB, unless there would be too many parts. */
const LINES_A_PART = 2 ** 21;
/** The tables are read once for each part. */
const MAX_PARTS = 16;

async function* alongTimelines(
  database: Database,
  tables: TimelineTables,
  columns: readonly ComputedColumn[],
  asOf: AsOf,
): AsyncGenerator<Float64Array> {
  const count = (table: string | null) => (table === null ? '0' : `(select count(*) from ${table})`);
  const [lines = 0] = await database.numbers(
    `select ${count(tables.rows)} * ${1 + windowsOf(columns).length} + ${count(tables.earlier)} + ${count(tables.events)}`,
  );
  const parts = Math.min(MAX_PARTS, Math.ceil(lines / LINES_A_PART));
  for (let part = 0; part < parts; part++) {
    const sql = timelineSql(tables, columns, part, parts);
    for await (const { rows, vectors } of database.vectors(sql, 4 + valuesOf(columns))) {
      const [client, what, t, mark, ...values] = vectors as [
        DuckDBVector,
        DuckDBVector,
        DuckDBVector,
        DuckDBVector,
      ];
      yield* asOf.rowsOf({
        rows,
        client: integersOf(client),
        what: integersOf(what),
        t: doublesOf(t),
        mark: doublesOf(mark),
        values: values.map(doublesOf),
      });
    }
  }
}

/** place, id, t and the columns whose changes are asked for. */
async function rowsSql(database: Database, rows: ClientRows, changed: readonly string[]): Promise<string> {
  const stored = storedNames(rows.columns);
  const named = (name: string): string =>
    stored[rows.columns.findIndex((column) => column.name === name)] as string;
  const placed = `(select *, row_number() over () - 1 as row_place from ${rows.relation})`;
  const relation = await withMoments(database, placed, named(rows.time));
  const values = changed.map((name, k) => `, ${identifier(named(name))}::double as v${k}`).join('');
  return `(select row_place as place, ${identifier(named(rows.id))} as id, row_moment as t${values} from ${relation})`;
}

async function eventsSql(
  database: Database,
  { snapshot, id, time, type, amount }: EventsTable,
  clients: string,
  columns: readonly ComputedColumn[],
): Promise<string> {
  const stored = storedNames(snapshot.columns);
  const named = (name: string): string =>
    stored[snapshot.columns.findIndex((column) => column.name === name)] as string;
  const relation = await withMoments(database, readParquet(partPathsOf(snapshot.parquetPath)), named(time));
  const sum = amount === null ? 'null' : identifier(named(amount));
  const kind = kindSql(columns, type === null ? null : named(type));
  return (
    `select c.client, e.row_moment as t, ${sum}::double as amount, (${kind})::smallint as kind from ${relation} e ` +
    `left join ${clients} c on e.${identifier(named(id))} = c.id`
  );
}

/** Amounts are counted in units of 2^-60, which is exact for all that have no digits below. */
const FINEST_BITS = 60;

/** The power of two that amounts are counted in: the same for all data, unless sums could reach 2^44. */
async function unitOf(database: Database, { events }: TimelineTables): Promise<number> {
  if (events === null) return 1;
  const [largest = 0, count = 0] = await database.numbers(
    `select coalesce(max(abs(amount)), 0), count(amount) from ${events}`,
  );
  if (largest === 0) return 2 ** -FINEST_BITS;
  const bits = Math.ceil(Math.log2(largest)) + Math.ceil(Math.log2(count)) + 1;
  return 2 ** -Math.min(FINEST_BITS, SUM_BITS - bits);
}

async function metOf(database: Database, { events, rows }: TimelineTables): Promise<EventsMet | null> {
  if (events === null) return null;
  const [dated = 0, unknown = 0, undated = 0, first = 0, last = 0] = await database.numbers(
    'select count(t), count(*) filter (t is not null and client is null), count(*) filter (t is null), ' +
      `min(t), max(t) from ${events}`,
  );
  if (dated === 0) return { events: 0, unknown, undated, first: null, last: null, rowsAfter: 0 };
  const [rowsAfter = 0] = await database.numbers(`select count(*) filter (t > ${last}) from ${rows}`);
  const moment = (us: number) => new Date(Math.floor(us / 1000)).toISOString();
  return { events: dated, unknown, undated, first: moment(first), last: moment(last), rowsAfter };
}
