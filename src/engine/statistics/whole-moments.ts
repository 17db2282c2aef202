/** Mean, deviation and range of a column of whole numbers, from exact sums: the same bits in any order of the rows. */
import type { SourceColumn } from '../../core/columns/source-column.ts';
import { numericValues } from '../../core/features/source-fit.ts';
import {
  addWholeSums,
  createWholeSums,
  LARGEST_WHOLE,
  mergeWholeSums,
  type WholeSums,
  wholeDeviation,
} from '../../core/statistics/whole-sums.ts';
import { countAt, numberAt, wholeAt } from './answer-values.ts';
import type { Statistic } from './statistic.ts';

export interface WholeMoments {
  readonly count: number;
  readonly missing: number;
  /** NaN where there is no value, as are `min` and `max`. */
  readonly mean: number;
  /** ddof 1; NaN for fewer than two values. */
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

/** A value is a high part of so many times and a low part, so that products of parts are whole numbers of 64 bits. */
const LOW_BITS = 27n;
const PART = Number(1n << LOW_BITS);

/** null where a value is no whole number of at most 2^53, as a double has it: `momentSums` sums such a column. */
export function wholeMoments(column: string): Statistic<WholeSums, WholeMoments | null> {
  return {
    name: `moments of whole numbers of "${column}"`,
    columns: [column],
    init: createWholeSums,
    add: (state, [vector]) => addWholeSums(state, numericValues(column, vector as SourceColumn)),
    merge: mergeWholeSums,
    sql(table, { double, number, integer, wideSum }) {
      const [limit, part] = [number(LARGEST_WHOLE), number(PART)];
      const values = `SELECT ${double(table.column(column))} AS x FROM ${table.from}`;
      // Some databases take FLOOR of what is infinite or huge for an error: the size is looked at first.
      const isWhole = `CASE WHEN ABS(x) <= ${limit} THEN CASE WHEN x = FLOOR(x) THEN x END END`;
      const wholes = `SELECT x, ${isWhole} AS n FROM (${values}) v`;
      const highs = `SELECT x, n, FLOOR(n / ${part}) AS h FROM (${wholes}) w`;
      const parts = `SELECT x, n, ${integer('h')} AS a, ${integer(`n - h * ${part}`)} AS b FROM (${highs}) h`;
      const sums = [integer('n'), 'a * a', 'a * b', 'b * b'].map(wideSum);
      return `SELECT COUNT(*), COUNT(x), COUNT(n), ${sums.join(', ')}, MIN(n), MAX(n) FROM (${parts}) p`;
    },
    read([row]) {
      const [rows, present, count] = [countAt(row, 0), countAt(row, 1), countAt(row, 2)];
      const [high, cross, low] = [wholeAt(row, 4), wholeAt(row, 5), wholeAt(row, 6)];
      return {
        count,
        missing: rows - present,
        others: present - count,
        sum: wholeAt(row, 3),
        squares: (high << (2n * LOW_BITS)) + (cross << (LOW_BITS + 1n)) + low,
        min: numberAt(row, 7) ?? Number.POSITIVE_INFINITY,
        max: numberAt(row, 8) ?? Number.NEGATIVE_INFINITY,
      };
    },
    answer: momentsOf,
  };
}

function momentsOf({ count, missing, others, sum, squares, min, max }: WholeSums): WholeMoments | null {
  if (others > 0) return null;
  const none = Number.NaN;
  if (count === 0) return { count, missing, mean: none, std: none, min: none, max: none };
  const std = wholeDeviation(BigInt(count), sum, squares);
  // Adding 0 makes -0, which is equal to 0 in any order of the rows, 0.
  return { count, missing, mean: Number(sum) / count, std, min: min + 0, max: max + 0 };
}
