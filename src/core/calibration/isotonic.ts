/** Isotonic calibration: the rising steps that fit best, joined by straight lines. */

import type { Calibration } from '../document/document.ts';
import { sigmoid } from '../math/sigmoid.ts';
import { plattTargets } from './platt.ts';

interface Block {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly left: number;
}

/**
 * Fits by pooling adjacent violators (Zadrozny and Elkan 2002), in O(n log n); equal scores are one point. Each
 * pooled block gives a knot at either end, as scikit-learn's IsotonicRegression. Values are kept within Platt's
 * targets, so that no client is said to be certain. Labels are 1 and 0, at least one row.
 */
export function fitIsotonic(
  margins: Float64Array,
  labels: ArrayLike<number>,
): Extract<Calibration, { kind: 'isotonic' }> {
  const { high, low } = plattTargets(labels);
  const from: number[] = [];
  const to: number[] = [];
  for (const block of pool(pointsOf(margins, labels))) {
    const value = Math.min(high, Math.max(low, block.left / block.rows));
    from.push(block.from);
    to.push(value);
    if (block.to > block.from) {
      from.push(block.to);
      to.push(value);
    }
  }
  return { kind: 'isotonic', from, to };
}

/** Distinct raw probabilities, ascending, with their rows. */
function pointsOf(margins: Float64Array, labels: ArrayLike<number>): Block[] {
  const order = Uint32Array.from(margins, (_, row) => row).sort(
    (a, b) => (margins[a] as number) - (margins[b] as number),
  );
  const points: { from: number; to: number; rows: number; left: number }[] = [];
  for (const row of order) {
    const score = sigmoid(margins[row] as number);
    const last = points.at(-1);
    const left = labels[row] === 1 ? 1 : 0;
    if (last?.from === score) {
      last.rows++;
      last.left += left;
    } else points.push({ from: score, to: score, rows: 1, left });
  }
  return points;
}

function pool(points: readonly Block[]): Block[] {
  const pooled: Block[] = [];
  for (const point of points) {
    let block = point;
    for (let before = pooled.at(-1); before !== undefined; before = pooled.at(-1)) {
      // Cross-multiplied, so that equal shares are seen as equal.
      if (before.left * block.rows < block.left * before.rows) break;
      pooled.pop();
      block = {
        from: before.from,
        to: block.to,
        rows: before.rows + block.rows,
        left: before.left + block.left,
      };
    }
    pooled.push(block);
  }
  return pooled;
}
