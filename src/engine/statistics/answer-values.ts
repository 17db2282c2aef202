/** Values of an answer of a database. */
import type { SqlRow } from './statistic.ts';

/** A count, or a sum below 2^53; 0 where the sum is of no rows. */
export function countAt(row: SqlRow | undefined, place: number): number {
  return Number(row?.[place] ?? 0);
}

/** A number; null where there is none. */
export function numberAt(row: SqlRow | undefined, place: number): number | null {
  const value = row?.[place] ?? null;
  return value === null ? null : Number(value);
}

/** A whole number of any size that was written as text; 0 where the sum is of no rows. */
export function wholeAt(row: SqlRow | undefined, place: number): bigint {
  return BigInt(row?.[place] ?? 0);
}
