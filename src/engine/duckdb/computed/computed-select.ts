/** The SQL of computed columns: what was before a row, by cumulative sums of its client. */
import { type ComputedColumn, isOfEvents } from '../../../core/features/computed-column.ts';
import { identifier, literal } from '../sql.ts';
import { DAY_US } from './moments.ts';

/** Names of the tables that the SQL reads and makes. */
export interface ComputedTables {
  /** place, client, t; the column of each change as `v0`, `v1`, ... */
  readonly rows: string;
  /** client (NULL: unknown), t, amount; for each kind of event a flag `f0`, `f1`, ... */
  readonly events: string;
  /** client, t; the sums over all events of the client up to then. */
  readonly sums: string;
  /** For each time of a row the last event of anybody before it: t, before. */
  readonly before: string;
  /** client, t, `v0`, ...: the last row of a client at a time. */
  readonly earlier: string;
}

/** Kinds of events that are told apart: null is any. In the order of the flags. */
export function kindsOf(columns: readonly ComputedColumn[]): (string | null)[] {
  return [...new Set(columns.filter(isOfEvents).map(({ type }) => type))];
}

/** Columns whose change is computed, in the order of `v0`, `v1`, ... */
export function changedOf(columns: readonly ComputedColumn[]): string[] {
  return [...new Set(columns.flatMap((column) => (column.kind === 'change' ? [column.column] : [])))];
}

export function flagSql(kind: string | null, type: string | null): string {
  return kind === null ? 'true' : `coalesce(${identifier(type ?? '')} = ${literal(kind)}, false)`;
}

/**
 * The sums of a client over all events up to each of their times; those of one instant are in it together, so that the
 * order of equal times changes nothing. Amounts are summed as whole numbers of `unit`, which is exact in any order.
 */
export function sumsSql(
  { events }: ComputedTables,
  columns: readonly ComputedColumn[],
  unit: number,
): string {
  const kinds = kindsOf(columns);
  const amount = `(amount * ${doubleSql(1 / unit)})::hugeint`;
  const grouped = kinds.flatMap((_, k) => [
    `count(*) filter (f${k}) as n${k}`,
    ...(isSummed(columns, kinds[k]) ? [`coalesce(sum(${amount}) filter (f${k}), 0::hugeint) as s${k}`] : []),
  ]);
  const running = kinds.flatMap((_, k) => [
    `(sum(n${k}) over upto)::bigint as n${k}`,
    `max(case when n${k} > 0 then t end) over upto as l${k}`,
    ...(isSummed(columns, kinds[k]) ? [`sum(s${k}) over upto as s${k}`] : []),
  ]);
  return (
    `select client, t, ${running.join(', ')} from (select client, t, ${grouped.join(', ')} from ${events} ` +
    'where client is not null and t is not null group by client, t) ' +
    'window upto as (partition by client order by t rows unbounded preceding)'
  );
}

function isSummed(columns: readonly ComputedColumn[], kind: string | null | undefined): boolean {
  return columns.some((column) => isOfEvents(column) && column.what === 'sum' && column.type === kind);
}

/** The last event of anybody before each time of a row: nothing is known of a window without one. */
export function beforeSql({ rows, events }: ComputedTables): string {
  return (
    `select d.t, x.t as before from (select distinct t from ${rows} where t is not null) d ` +
    `asof left join (select distinct t from ${events} where t is not null) x on d.t > x.t`
  );
}

/**
 * One row a row of `rows`, in their order, with the computed columns under `names`. `first`: the first event of anybody,
 * in microseconds; null: there is none.
 */
export function computedSelect(
  tables: ComputedTables,
  columns: readonly ComputedColumn[],
  names: readonly string[],
  { first, unit }: { readonly first: number | null; readonly unit: number },
): string {
  const windows = [
    ...new Set(
      columns.flatMap((each) => (isOfEvents(each) && each.what !== 'days_since_last' ? [each.days] : [])),
    ),
  ]
    .filter((days) => days !== null)
    .sort((a, b) => a - b);
  const kinds = kindsOf(columns);
  const changed = changedOf(columns);
  const starts = windows.map((days) => `t - ${days * DAY_US} as t${days}`);
  const joins = [
    ...(kinds.length === 0
      ? []
      : [
          `left join ${tables.before} p on p.t = o.t`,
          `asof left join ${tables.sums} u on o.client = u.client and o.t > u.t`,
        ]),
    ...windows.map(
      (days) =>
        `asof left join ${tables.sums} u${days} on o.client = u${days}.client and o.t${days} > u${days}.t`,
    ),
    ...(changed.length === 0
      ? []
      : [`asof left join ${tables.earlier} e on o.client = e.client and o.t > e.t`]),
  ];
  const exprs = columns.map((column, k) => {
    const sql = isOfEvents(column)
      ? eventsSql(column, kinds.indexOf(column.type), first, unit)
      : `o.v${changed.indexOf(column.column)} - e.v${changed.indexOf(column.column)}`;
    return `${sql} as ${identifier(names[k] as string)}`;
  });
  return (
    `select ${exprs.join(', ')} from (select *${starts.map((start) => `, ${start}`).join('')} from ${tables.rows}) o ` +
    `${joins.join(' ')} order by o.place`
  );
}

function eventsSql(
  { what, days }: Extract<ComputedColumn, { kind: 'events' }>,
  kind: number,
  first: number | null,
  unit: number,
): string {
  const start = days === null ? null : `o.t - ${days * DAY_US}`;
  if (what === 'days_since_last') {
    const isIn = start === null ? 'true' : `u.l${kind} >= ${start}`;
    return `case when ${isIn} then (o.t - u.l${kind})::double / ${DAY_US}.0::double end`;
  }
  const isKnown =
    first === null
      ? 'false'
      : start === null
        ? 'p.before is not null'
        : `p.before >= ${start} and ${first} <= ${start}`;
  const column = `${what === 'count' ? 'n' : 's'}${kind}`;
  const upTo = (table: string) => `coalesce(${table}.${column}, 0)`;
  const within = start === null ? upTo('u') : `${upTo('u')} - ${upTo(`u${days}`)}`;
  const value =
    what === 'count' ? `(${within})::bigint` : `${roundedSql(`(${within})`)} * ${doubleSql(unit)}`;
  return `case when o.client is not null and o.t is not null and ${isKnown} then ${value} end`;
}

/**
 * The double nearest to a HUGEINT, ties to even. DuckDB's own cast rounds twice. The number is cut to some 58 bits whose
 * last one says whether something was cut off, and those are rounded once.
 */
function roundedSql(value: string): string {
  const shift = `greatest(0, floor(log2(greatest(abs(${value}), 1)::double))::integer - 58)`;
  const whole = `(abs(${value}) // (1::hugeint << ${shift}))::bigint`;
  const rest = `(abs(${value}) % (1::hugeint << ${shift}) <> 0)::bigint`;
  return `sign(${value}) * (${whole} | ${rest})::double * pow(2::double, ${shift})`;
}

function doubleSql(value: number): string {
  return `'${value}'::double`;
}
