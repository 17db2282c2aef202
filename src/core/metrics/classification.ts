/**
 * Metrics of yes-or-no predictions, from confusion counts. Names are scikit-learn's: a `*_score` is good when it
 * is high, a `*_loss` when it is low. The positive class is "left".
 */
import type { BoundedEstimate } from '../document/document.ts';
import type { ConfusionCounts } from '../statistics/confusion.ts';
import { wilsonEstimate } from './interval.ts';

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** 2 TP / (2 TP + FP + FN); 0 where that is 0/0 (no positive row and none predicted), as zero_division=0. */
export function f1Score({ tp, fp, fn }: ConfusionCounts): number {
  return ratio(2 * tp, 2 * tp + fp + fn);
}

/**
 * F1 with its interval; null where it is 0/0. Given TP + FP + FN, TP is binomial with the Jaccard index J as
 * its chance, and F1 = 2 J / (1 + J) rises with J: so Wilson's interval of J maps to that of F1. No resampling,
 * and sound on a handful of rows. `rows` is TP + FP + FN.
 */
export function f1Estimate({ tp, fp, fn }: ConfusionCounts, level: number): BoundedEstimate | null {
  const jaccard = wilsonEstimate(tp, tp + fp + fn, level);
  if (jaccard === null) return null;
  const f1Of = (j: number) => (2 * j) / (1 + j);
  return {
    ...jaccard,
    value: f1Score({ tp, fp, fn, tn: 0 }),
    low: f1Of(jaccard.low),
    high: f1Of(jaccard.high),
  };
}

/** Precision, TP / (TP + FP): the share of the flagged that left, with Wilson's interval; null where none is flagged. */
export function precisionEstimate({ tp, fp }: ConfusionCounts, level: number): BoundedEstimate | null {
  return wilsonEstimate(tp, tp + fp, level);
}

/** Recall, TP / (TP + FN): the share of those who left that was flagged, with Wilson's interval; null where none left. */
export function recallEstimate({ tp, fn }: ConfusionCounts, level: number): BoundedEstimate | null {
  return wilsonEstimate(tp, tp + fn, level);
}

/** Accuracy, the share of rows predicted right, with Wilson's interval; null where there is no row. */
export function accuracyEstimate({ tn, fp, fn, tp }: ConfusionCounts, level: number): BoundedEstimate | null {
  return wilsonEstimate(tn + tp, tn + fp + fn + tp, level);
}
