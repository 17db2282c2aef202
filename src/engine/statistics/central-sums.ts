/** Sums of powers of distances from the mean, as SQL: in two passes, as one pass over powers would lose digits. */
import { countAt, numberAt } from './answer-values.ts';
import type { SqlRow } from './statistic.ts';

export interface CentralSums {
  readonly rows: number;
  /** Values that are not missing. */
  readonly count: number;
  /** 0 while count is 0. */
  readonly mean: number;
  /** Sums of squares and of cubes of the distances from the mean. */
  readonly second: number;
  readonly third: number;
  /** Infinity while count is 0. */
  readonly min: number;
  /** -Infinity while count is 0. */
  readonly max: number;
}

/**
 * A SELECT of one row, which `readCentralSums` reads.
 * @param values a SELECT of one column named `x`, of doubles.
 */
export function centralSumsSql(values: string): string {
  return (
    'SELECT COUNT(*), COUNT(x), MAX(m), SUM((x - m) * (x - m)), SUM((x - m) * (x - m) * (x - m)), MIN(x), MAX(x) ' +
    `FROM (${values}) v CROSS JOIN (SELECT AVG(x) AS m FROM (${values}) w) s`
  );
}

/** The mean of equal values is rounded, too: the distances from it are nothing. */
export function readCentralSums(row: SqlRow | undefined): CentralSums {
  const [rows, count] = [countAt(row, 0), countAt(row, 1)];
  const min = numberAt(row, 5) ?? Number.POSITIVE_INFINITY;
  const max = numberAt(row, 6) ?? Number.NEGATIVE_INFINITY;
  if (min === max) return { rows, count, mean: min, second: 0, third: 0, min, max };
  return { rows, count, mean: countAt(row, 2), second: countAt(row, 3), third: countAt(row, 4), min, max };
}
