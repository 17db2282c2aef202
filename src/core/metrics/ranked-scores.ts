/** Scores sorted once: from the running counts at each distinct score come all ranking metrics and curves. */
import { TidewatchError } from '../../base/errors.ts';
import { sortAscending } from '../math/sort-ascending.ts';

/** Distinct scores from high to low; row k counts the rows whose score is at least `scores[k]`. */
export interface RankedScores {
  readonly scores: Float64Array;
  /** Positives at or above each score. */
  readonly truePositives: Uint32Array;
  /** Negatives at or above each score. */
  readonly falsePositives: Uint32Array;
  readonly positives: number;
  readonly negatives: number;
}

/**
 * Sorts labels (1, 0) and scores of equal length. Rows with another label (NaN: unknown) are left out. Error
 * `value-invalid` for a score that is NaN.
 */
export function rankScores(labels: ArrayLike<number>, scores: ArrayLike<number>): RankedScores {
  const positives = pickSorted(labels, scores, 1);
  const negatives = pickSorted(labels, scores, 0);
  const total = positives.length + negatives.length;
  const distinct = new Float64Array(total);
  const truePositives = new Uint32Array(total);
  const falsePositives = new Uint32Array(total);
  let p = positives.length - 1;
  let n = negatives.length - 1;
  let groups = 0;
  while (p >= 0 || n >= 0) {
    const score = Math.max(
      p >= 0 ? (positives[p] as number) : Number.NEGATIVE_INFINITY,
      n >= 0 ? (negatives[n] as number) : Number.NEGATIVE_INFINITY,
    );
    while (p >= 0 && positives[p] === score) p--;
    while (n >= 0 && negatives[n] === score) n--;
    distinct[groups] = score;
    truePositives[groups] = positives.length - 1 - p;
    falsePositives[groups] = negatives.length - 1 - n;
    groups++;
  }
  return {
    scores: distinct.subarray(0, groups),
    truePositives: truePositives.subarray(0, groups),
    falsePositives: falsePositives.subarray(0, groups),
    positives: positives.length,
    negatives: negatives.length,
  };
}

/** Scores of one class, ascending. */
function pickSorted(labels: ArrayLike<number>, scores: ArrayLike<number>, wanted: 0 | 1): Float64Array {
  let count = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] === wanted) count++;
  const picked = new Float64Array(count);
  let at = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== wanted) continue;
    const score = scores[i] as number;
    if (Number.isNaN(score)) {
      throw new TidewatchError(
        'value-invalid',
        `The score of row ${i + 1} is not a number: expected a probability. The features of that row may be missing.`,
      );
    }
    picked[at++] = score;
  }
  return sortAscending(picked);
}
