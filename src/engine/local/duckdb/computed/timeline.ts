/** The SQL of timelines: of each client its events, its rows and the beginnings of their windows, by time. */
import { type ComputedColumn, isOfEvents } from '../../../../core/columns/computed-column.ts';
import { identifier, literal } from '../sql.ts';
import { DAY_US } from './moments.ts';

/** Names of the tables that a timeline is made of; null: there are none of these. */
export interface TimelineTables {
  /** place, client (NULL: unknown), t; the column of each change as `v0`, `v1`, ... */
  readonly rows: string;
  /** As `rows`: others that may have come before them. */
  readonly earlier: string | null;
  /** client (NULL: unknown), t, amount, kind: place of its type among `kindsOf`, -1: none of these. */
  readonly events: string | null;
}

/** What a line of a timeline is; below 0 the beginning of a window: -1 of the first, -2 of the second one, ... */
export const EARLIER = 0;
export const ROW = 1;
/** After all others of the same time: only what was strictly before counts. */
export const EVENT = 2;

/** Types of events that are told apart; null is any. */
export function kindsOf(columns: readonly ComputedColumn[]): (string | null)[] {
  return [...new Set(columns.filter(isOfEvents).map(({ type }) => type))];
}

/** Windows of events in days. */
export function windowsOf(columns: readonly ComputedColumn[]): number[] {
  return [...new Set(columns.flatMap((column) => (isOfEvents(column) ? (column.days ?? []) : [])))];
}

/** Columns whose change is computed, in the order of `v0`, `v1`, ... */
export function changedOf(columns: readonly ComputedColumn[]): string[] {
  return [...new Set(columns.flatMap((column) => (column.kind === 'change' ? [column.column] : [])))];
}

/** The place of an event's type among `kindsOf`, -1: of none. */
export function kindSql(columns: readonly ComputedColumn[], type: string | null): string {
  const cases = kindsOf(columns).flatMap((kind, k) =>
    kind === null ? [] : [`when ${identifier(type ?? '')} = ${literal(kind)} then ${k}`],
  );
  return cases.length === 0 ? '-1' : `case ${cases.join(' ')} else -1 end`;
}

/**
 * The timelines of the clients of one of `parts` parts, one after the other: client, what, t, mark (the kind of an event, the
 * place of a row), and the amount of an event or the values of a row. NaN: missing. Rows without a client or a time are of
 * client 0. Of rows of one time those come last that count as the one before.
 */
export function timelineSql(
  { rows, earlier, events }: TimelineTables,
  columns: readonly ComputedColumn[],
  part: number,
  parts: number,
): string {
  const changed = changedOf(columns);
  const width = valuesOf(columns);
  const padded = (values: readonly string[]): string =>
    Array.from({ length: width }, (_, k) => `, ${values[k] ?? "'nan'"}::double`).join('');
  const values = padded(changed.map((_, k) => `coalesce(v${k}, 'nan')`));
  const of = `client is not null and t is not null and client % ${parts} = ${part}`;
  const counted = kindsOf(columns).includes(null) ? '' : ' and kind <> -1';
  const lines = [
    `select case when t is null then 0 else coalesce(client, 0) end as client, coalesce(t, 0) as t, ` +
      `${ROW}::smallint as what, place::double as mark${values} from ${rows} where coalesce(client, 0) % ${parts} = ${part}`,
    ...(earlier === null
      ? []
      : [`select client, t, ${EARLIER}::smallint, place::double${values} from ${earlier} where ${of}`]),
    ...(events === null
      ? []
      : [
          `select client, t, ${EVENT}::smallint, kind::double${padded(['coalesce(amount, 0)'])} from ${events} where ${of}${counted}`,
          ...windowsOf(columns).map(
            (days, k) =>
              `select client, t - ${days * DAY_US}, ${-1 - k}::smallint, 0::double${padded([])} from ${rows} where ${of}`,
          ),
        ]),
  ];
  const named = Array.from({ length: width }, (_, k) => `, #${5 + k}`).join('');
  // Time and what in one number: a key of 16 bytes is sorted in half the time of one of 32. Years have four digits.
  const moment = 't * 4 + greatest(what, -1)';
  return (
    `select client, what::integer, t::double, mark${named} from (${lines.join(' union all ')}) ` +
    `order by client, ${moment}${changed.length > 0 ? ', mark' : ''}`
  );
}

/** How many values a line of the timeline has. */
export function valuesOf(columns: readonly ComputedColumn[]): number {
  return Math.max(columns.some(isOfEvents) ? 1 : 0, changedOf(columns).length);
}
