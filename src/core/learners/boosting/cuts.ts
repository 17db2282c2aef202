/** Cut points of a numeric feature: where its values are parted into bins. */
import { sortAscending } from '../../math/sort-ascending.ts';

/**
 * Finds at most `maxBins - 1` cuts, ascending, so that bin b holds the values in (cuts[b - 1], cuts[b]].
 * NaN is left out. Up to `maxBins` distinct values get a bin each, with cuts midway; more are parted into bins of
 * near equal counts, where a value too frequent for its bin gets one of its own (the greedy rule of LightGBM,
 * Ke et al. 2017). Every cut is finite and some value lies at or below it. Empty or constant values give no cut.
 */
export function findCuts(values: Float64Array, maxBins: number): Float64Array {
  const { distinct, counts } = countDistinct(values);
  const ends = distinct.length <= maxBins ? distinct.keys() : greedyEnds(counts, maxBins);
  const cuts: number[] = [];
  for (const end of ends) {
    if (end >= distinct.length - 1) break;
    const cut = cutBetween(distinct[end] as number, distinct[end + 1] as number);
    if (Number.isFinite(cut)) cuts.push(cut);
  }
  return Float64Array.from(cuts);
}

/** The values that are there, ascending, and how often each is; -0 counts as 0. */
function countDistinct(values: Float64Array): { distinct: Float64Array; counts: Uint32Array } {
  const present = new Float64Array(values.length);
  let length = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (!Number.isNaN(value)) present[length++] = value + 0;
  }
  const sorted = sortAscending(present.subarray(0, length));
  const counts = new Uint32Array(length);
  let kinds = 0;
  for (let index = 0; index < length; index++) {
    const value = sorted[index] as number;
    if (index === 0 || value !== sorted[kinds - 1]) sorted[kinds++] = value;
    counts[kinds - 1] = (counts[kinds - 1] as number) + 1;
  }
  return { distinct: sorted.subarray(0, kinds), counts: counts.subarray(0, kinds) };
}

/** Index of the last distinct value of each bin. */
function greedyEnds(counts: Uint32Array, maxBins: number): number[] {
  let rowsLeft = counts.reduce((sum, count) => sum + count, 0);
  let binsLeft = maxBins;
  const mean = rowsLeft / maxBins;
  const ends: number[] = [];
  let inBin = 0;
  for (let index = 0; index < counts.length && binsLeft > 1; index++) {
    const count = counts[index] as number;
    inBin += count;
    const next = counts[index + 1] ?? 0;
    const target = rowsLeft / binsLeft;
    const closes = inBin >= target || (next >= mean && inBin + next / 2 >= target);
    if (!closes) continue;
    ends.push(index);
    rowsLeft -= inBin;
    binsLeft--;
    inBin = 0;
  }
  return ends;
}

/** A finite number c with low <= c < high, near the middle; not finite only where there is none. */
function cutBetween(low: number, high: number): number {
  if (low === Number.NEGATIVE_INFINITY) {
    return high > -Number.MAX_VALUE ? -Number.MAX_VALUE : Number.NEGATIVE_INFINITY;
  }
  if (high === Number.POSITIVE_INFINITY) return Number.MAX_VALUE;
  const middle = low / 2 + high / 2;
  return middle >= low && middle < high ? middle : low;
}
