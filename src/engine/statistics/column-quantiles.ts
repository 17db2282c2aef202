/** Exact quantiles of a column of numbers. */

import { TidewatchError } from '../../base/errors.ts';
import type { SourceColumn } from '../../core/columns/source-column.ts';
import { numericValues } from '../../core/features/source-fit.ts';
import { countAt, numberAt } from './answer-values.ts';
import type { Statistic } from './statistic.ts';

export interface ValueCounts {
  /** Rows of each value; where `isPart`, with those of the values before it that were left out. */
  readonly counts: Map<number, number>;
  /** Whether values were left out, as no quantile that was asked for is one of them. */
  readonly isPart: boolean;
}

/**
 * The quantiles at these shares (0 to 1) with linear interpolation, the median the mean of the two middle values where
 * the count is even (Hyndman and Fan 1996, definition 7); NaN where no value is present. The state of streamed rows
 * grows with the distinct values, some 50 bytes each; that of a database has two values a share, and is not to be merged.
 */
export function columnQuantiles(
  column: string,
  shares: readonly number[],
): Statistic<ValueCounts, readonly number[]> {
  return {
    name: `quantiles of "${column}"`,
    columns: [column],
    init: () => ({ counts: new Map(), isPart: false }),
    add(state, [vector]) {
      addValues(state.counts, numericValues(column, vector as SourceColumn));
      return state;
    },
    merge(a, b) {
      if (a.isPart || b.isPart) throw notMergeable(column);
      const counts = new Map(a.counts);
      for (const [value, rows] of b.counts) counts.set(value, (counts.get(value) ?? 0) + rows);
      return { counts, isPart: false };
    },
    sql(table, { double, number, integer }) {
      const values = `SELECT ${double(table.column(column))} AS x FROM ${table.from}`;
      const counts = `SELECT x, COUNT(*) AS n FROM (${values}) v WHERE x IS NOT NULL GROUP BY x`;
      const ranked = `SELECT x, n, SUM(n) OVER (ORDER BY x) AS upto, SUM(n) OVER () AS total FROM (${counts}) c`;
      // The greatest value is always asked for, so that the rows of all add up.
      const isWanted = [...new Set([...shares, 1])].flatMap((share) =>
        ['FLOOR', 'CEIL'].map((round) => {
          const rank = integer(`${round}(${number(share)} * (total - 1))`);
          return `(upto - n <= ${rank} AND ${rank} < upto)`;
        }),
      );
      return `SELECT x, upto FROM (${ranked}) r WHERE ${isWanted.join(' OR ')} ORDER BY x`;
    },
    read(rows) {
      const ends = rows.map((row) => countAt(row, 1));
      const counts = rows.map((row, k) => [numberAt(row, 0) ?? Number.NaN, rowsAt(ends, k)] as const);
      return { counts: new Map(counts), isPart: true };
    },
    answer: (state) => quantilesOf(state.counts, shares),
  };
}

function rowsAt(ends: readonly number[], k: number): number {
  return (ends[k] ?? 0) - (ends[k - 1] ?? 0);
}

/** A map takes -0 for 0. */
function addValues(counts: Map<number, number>, values: Float64Array): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isNaN(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
}

function quantilesOf(counts: ReadonlyMap<number, number>, shares: readonly number[]): number[] {
  const values = Float64Array.from(counts.keys()).sort();
  const ends = new Float64Array(values.length);
  let total = 0;
  for (const [k, value] of values.entries()) {
    total += counts.get(value) ?? 0;
    ends[k] = total;
  }
  return shares.map((share) => {
    const rank = share * (total - 1);
    const [below, above] = [Math.floor(rank), Math.ceil(rank)].map((at) => valueAt(values, ends, at));
    if (below === undefined || above === undefined) return Number.NaN;
    const weight = rank - Math.floor(rank);
    return weight === 0 ? below : below * (1 - weight) + above * weight;
  });
}

/** The value of a rank from 0; undefined where there is none. */
function valueAt(values: Float64Array, ends: Float64Array, rank: number): number | undefined {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] as number) <= rank) low = middle + 1;
    else high = middle;
  }
  return values[low];
}

function notMergeable(column: string): TidewatchError {
  return new TidewatchError(
    'internal',
    `Quantiles of "${column}" that a database ranked were to be merged: they are of one table. Rank the rows of all.`,
  );
}
