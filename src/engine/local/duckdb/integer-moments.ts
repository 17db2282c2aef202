/** Moments of integer columns by sums that DuckDB takes on all threads: sums of integers are exact in any order. */
import type { ColumnMoments } from '../../../core/statistics/column-moments.ts';
import { wholeDeviation } from '../../../core/statistics/whole-sums.ts';
import type { Database } from './database.ts';
import { identifier } from './sql.ts';

/** Largest absolute value whose square is a BIGINT with room to spare. */
const LARGEST = 2 ** 31;

/**
 * Moments of each column (stored names, type BIGINT), equal to `columnMoments` but for the last bits of `std`. null
 * for a column without a value or with one past 2^31, which must be summed otherwise.
 */
export async function integerMoments(
  database: Database,
  relation: string,
  columns: readonly string[],
): Promise<(ColumnMoments | null)[]> {
  if (columns.length === 0) return [];
  const ranges = columns
    .map(identifier)
    .map((column) => `count(*), count(${column}), min(${column}), max(${column})`);
  const found = await database.numbers(`select ${ranges.join(', ')} from ${relation}`);
  const shapes = columns.map((_, k) => found.slice(4 * k, 4 * k + 4) as [number, number, number, number]);
  const small = columns.filter((_, k) => isSmall(shapes[k] as [number, number, number, number]));
  const sums = await sumsOf(database, relation, small);
  return columns.map((column, k) => {
    const [sum, squares, median] = sums.get(column) ?? [];
    const [rows, count, min, max] = shapes[k] as [number, number, number, number];
    if (sum === undefined || squares === undefined || median === undefined) return null;
    const mean = Number(sum) / count;
    const std = wholeDeviation(BigInt(count), BigInt(sum), BigInt(squares));
    return { missing: rows - count, moments: { mean, median: Number(median), std, min, max } };
  });
}

function isSmall([, count, min, max]: readonly [number, number, number, number]): boolean {
  return count > 0 && min >= -LARGEST && max <= LARGEST;
}

/** Sum, sum of squares and median of each column, as texts that lose no digit. */
async function sumsOf(
  database: Database,
  relation: string,
  columns: readonly string[],
): Promise<Map<string, string[]>> {
  if (columns.length === 0) return new Map();
  const parts = columns
    .map(identifier)
    .flatMap((column) => [
      `sum(${column})::varchar`,
      `sum(${column} * ${column})::varchar`,
      `median(${column})::varchar`,
    ]);
  const texts = await database.texts(`select unnest([${parts.join(', ')}]) from ${relation}`);
  return new Map(columns.map((column, k) => [column, texts.slice(3 * k, 3 * k + 3)]));
}
