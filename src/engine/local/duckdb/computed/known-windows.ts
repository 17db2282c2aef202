/** In which windows anything is known of events at all. */
import { type Database, doublesOf } from '../database.ts';
import type { Known } from './as-of.ts';
import type { TimelineTables } from './timeline.ts';

/**
 * Nothing is known of a window that begins before the first event of anybody, or in which nobody has one. Two numbers are
 * held for each different time of a row.
 */
export async function knownWindows(database: Database, { rows, events }: TimelineTables): Promise<Known> {
  if (events === null) return () => false;
  const all: number[] = [];
  for await (const part of timesOf(database, `select distinct t from ${rows} order by t`)) all.push(...part);
  const times = Float64Array.from(all);
  // Of each time the last event of anybody before it.
  const last = new Float64Array(times.length).fill(-Infinity);
  let first = Infinity;
  for await (const part of timesOf(database, `select t from ${events}`)) {
    for (const t of part) {
      const next = placeAbove(times, t);
      if (next < last.length && t > (last[next] as number)) last[next] = t;
      if (t < first) first = t;
    }
  }
  for (let k = 1; k < last.length; k++) last[k] = Math.max(last[k] as number, last[k - 1] as number);
  return (start, t) => {
    const newest = last[placeAbove(times, t) - 1] as number;
    return newest > -Infinity && newest >= start && (start === -Infinity || first <= start);
  };
}

/** The column `t` of a query without its missing values; a part is not to be kept after the next one. */
async function* timesOf(database: Database, sql: string): AsyncGenerator<Float64Array> {
  for await (const { rows, vectors } of database.vectors(
    `select t::double from (${sql}) where t is not null`,
    1,
  )) {
    for (const vector of vectors) yield doublesOf(vector).subarray(0, rows);
  }
}

/** How many of the ascending times are not after `t`. */
function placeAbove(times: Float64Array, t: number): number {
  let [from, to] = [0, times.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((times[middle] as number) <= t) from = middle + 1;
    else to = middle;
  }
  return from;
}
