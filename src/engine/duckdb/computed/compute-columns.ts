/** Computes columns for the rows of a relation from what was before them, in tables of the moment. */
import { type ComputedColumn, isOfEvents } from '../../../core/features/computed-column.ts';
import type { EventsMet, EventsTable, SnapshotColumn } from '../../port.ts';
import { partPathsOf } from '../../snapshot-parts.ts';
import type { Database } from '../database.ts';
import { identifier, readParquet, storedNames } from '../sql.ts';
import {
  beforeSql,
  type ComputedTables,
  changedOf,
  computedSelect,
  flagSql,
  kindsOf,
  sumsSql,
} from './computed-select.ts';
import { withMoments } from './moments.ts';

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
  readonly release: () => Promise<unknown>;
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
  const next = () => database.nextTable();
  const clients = next();
  const tables = { rows: next(), events: next(), sums: next(), before: next(), earlier: next() };
  const made: string[] = [];
  const make = async (name: string, select: string): Promise<void> => {
    await database.run(`create table ${name} as ${select}`);
    made.push(name);
  };
  const release = () => database.run(made.map((name) => `drop table if exists ${name};`).join(' '));
  try {
    const known = await rowsSql(database, rows, changedOf(columns));
    await make(
      clients,
      `select id, row_number() over () as client from (select distinct id from ${known} where id is not null)`,
    );
    const withClient = `select r.* exclude (id), c.client from ${known} r left join ${clients} c on r.id = c.id`;
    await make(tables.rows, `${withClient} order by r.place`);
    if (changedOf(columns).length > 0) {
      const before = earlier === null ? null : await rowsSql(database, earlier, changedOf(columns));
      await make(tables.earlier, earlierSql(tables, before, clients, changedOf(columns)));
    }
    if (events === null || !columns.some(isOfEvents)) {
      const select = computedSelect(tables, columns, names, { first: null, unit: 1 });
      return { select, met: null, release };
    }
    await make(tables.events, await eventsSql(database, events, clients, columns));
    const unit = await unitOf(database, tables);
    await make(tables.before, beforeSql(tables));
    await make(tables.sums, sumsSql(tables, columns, unit));
    const { met, first } = await meet(database, tables);
    await database.run(`drop table ${tables.events}`);
    return { select: computedSelect(tables, columns, names, { first, unit }), met, release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** place, id, t and the columns whose changes are asked for. */
async function rowsSql(database: Database, rows: ClientRows, changed: readonly string[]): Promise<string> {
  const stored = storedNames(rows.columns);
  const named = (name: string): string =>
    stored[rows.columns.findIndex((column) => column.name === name)] as string;
  const relation = await withMoments(database, rows.relation, named(rows.time));
  const values = changed.map((name, k) => `, ${identifier(named(name))}::double as v${k}`).join('');
  return `(select row_place as place, ${identifier(named(rows.id))} as id, row_moment as t${values} from ${relation})`;
}

/** Of rows of one client at one time the last counts; of those that are asked about and others, the former. */
function earlierSql(
  tables: ComputedTables,
  others: string | null,
  clients: string,
  changed: readonly string[],
): string {
  const values = changed.map((_, k) => `v${k}`).join(', ');
  const own = `select client, t, ${values}, 1 as rank, place from ${tables.rows}`;
  const more =
    others === null
      ? ''
      : ` union all select c.client, r.t, ${values}, 0, r.place from ${others} r join ${clients} c on r.id = c.id`;
  return (
    `select client, t, ${values} from (${own}${more}) where client is not null and t is not null ` +
    'qualify row_number() over (partition by client, t order by rank desc, place desc) = 1'
  );
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
  const flags = kindsOf(columns).map(
    (kind, k) => `${flagSql(kind, type === null ? null : named(type))} as f${k}`,
  );
  const sum = amount === null ? 'null::double' : `${identifier(named(amount))}::double`;
  return (
    `select c.client, e.row_moment as t, ${sum} as amount, ${flags.join(', ')} from ${relation} e ` +
    `left join ${clients} c on e.${identifier(named(id))} = c.id`
  );
}

/** Bits of a whole number of 128 bits that sums may take. */
const SUM_BITS = 125;
/** Amounts are counted in units of 2^-60, which is exact for all that have no digits below. */
const FINEST_BITS = 60;

/** The power of two that amounts are counted in: the same for all data, unless sums could reach 2^65. */
async function unitOf(database: Database, { events }: ComputedTables): Promise<number> {
  const [largest = 0, count = 0] = await database.numbers(
    `select coalesce(max(abs(amount)), 0), count(amount) from ${events}`,
  );
  if (largest === 0) return 2 ** -FINEST_BITS;
  const bits = Math.ceil(Math.log2(largest)) + Math.ceil(Math.log2(count)) + 1;
  return 2 ** -Math.min(FINEST_BITS, SUM_BITS - bits);
}

async function meet(
  database: Database,
  { events, rows }: ComputedTables,
): Promise<{ readonly met: EventsMet; readonly first: number | null }> {
  const [dated = 0, unknown = 0, undated = 0, first = 0, last = 0] = await database.numbers(
    'select count(t), count(*) filter (t is not null and client is null), count(*) filter (t is null), ' +
      `min(t), max(t) from ${events}`,
  );
  if (dated === 0) {
    return { met: { events: 0, unknown, undated, first: null, last: null, rowsAfter: 0 }, first: null };
  }
  const [rowsAfter = 0] = await database.numbers(`select count(*) filter (t > ${last}) from ${rows}`);
  const moment = (us: number) => new Date(Math.floor(us / 1000)).toISOString();
  return {
    met: { events: dated, unknown, undated, first: moment(first), last: moment(last), rowsAfter },
    first,
  };
}
