/** The Wasserstein-1 distance between two distributions that are known by counts in bins. */

import type { NumericReference } from '../../document/drift-reference.ts';
import type { ColumnTally } from './column-counter.ts';

/**
 * The area between the two distribution functions, in units of the column. Where few distinct values have a bin each
 * it is exact (for current values among them); else rows lie evenly in their bin, those outside the range evenly
 * between it and the farthest value seen, so it is right to the width of a bin. null where either side has no value.
 */
export function wassersteinOf(
  reference: NumericReference,
  tally: Extract<ColumnTally, { kind: 'numeric' }>,
): number | null {
  const { range, edges, counts, atoms } = reference;
  const [n, m] = [total(counts), total(tally.counts)];
  if (range === null || n === 0 || m === 0) return null;
  const low = Math.min(tally.lowest ?? range.min, range.min);
  const high = Math.max(tally.highest ?? range.max, range.max);
  let gap = (counts[0] ?? 0) / n - (tally.counts[0] ?? 0) / m;
  let area = between(0, gap, range.min - low);
  let from = range.min;
  edges.forEach((edge, index) => {
    const before = gap;
    gap += (counts[index + 1] ?? 0) / n - (tally.counts[index + 1] ?? 0) / m;
    area += atoms ? Math.abs(before) * (edge - from) : between(before, gap, edge - from);
    from = edge;
  });
  return area + between(gap, 0, high - range.max);
}

/** The same in standard deviations of the reference; null also where that is 0 and the values differ. */
export function scaledWasserstein(
  reference: NumericReference,
  tally: Extract<ColumnTally, { kind: 'numeric' }>,
): number | null {
  const distance = wassersteinOf(reference, tally);
  const std = reference.range?.std ?? 0;
  if (distance === null || distance === 0) return distance;
  return std > 0 ? distance / std : null;
}

/** Area between 0 and a line from `a` to `b` over `width`. */
function between(a: number, b: number, width: number): number {
  if (width <= 0) return 0;
  const height = a * b >= 0 ? Math.abs(a + b) / 2 : (a * a + b * b) / (2 * Math.abs(a - b));
  return height * width;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
