/** Confusion counts: how many rows of each class were predicted as which. */

export interface ConfusionCounts {
  readonly tn: number;
  readonly fp: number;
  readonly fn: number;
  readonly tp: number;
}

/** No rows seen. */
export function createConfusion(): ConfusionCounts {
  return { tn: 0, fp: 0, fn: 0, tp: 0 };
}

/**
 * Counts with the rows of a batch added. A row is predicted positive when its score is greater than
 * `threshold`. Labels are 1 and 0; a row with another label (NaN: unknown) counts nowhere.
 */
export function addConfusion(
  counts: ConfusionCounts,
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  threshold: number,
): ConfusionCounts {
  let [tn, fp, fn, tp] = [0, 0, 0, 0];
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    const flagged = (scores[i] as number) > threshold;
    if (label === 1) flagged ? tp++ : fn++;
    else if (label === 0) flagged ? fp++ : tn++;
  }
  return mergeConfusion(counts, { tn, fp, fn, tp });
}

/** Sums of two counts; exact, so associative and commutative. */
export function mergeConfusion(a: ConfusionCounts, b: ConfusionCounts): ConfusionCounts {
  return { tn: a.tn + b.tn, fp: a.fp + b.fp, fn: a.fn + b.fn, tp: a.tp + b.tp };
}

/** [[tn, fp], [fn, tp]]: rows are true classes, columns predictions, as scikit-learn's confusion_matrix. */
export type ConfusionMatrix = readonly [readonly [number, number], readonly [number, number]];

export function confusionMatrix({ tn, fp, fn, tp }: ConfusionCounts): ConfusionMatrix {
  return [
    [tn, fp],
    [fn, tp],
  ];
}
