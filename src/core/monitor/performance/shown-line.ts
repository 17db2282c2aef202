/** What new rows have shown a model to be worth: the line that its detector tests, which can only be raised. */
import { type ConfusionCounts, mergeConfusion } from '../../statistics/confusion.ts';
import type { BaselineBound, ProfitRange } from './baseline-bound.ts';
import { type MeanSequence, meanInterval } from './mean-sequence.ts';
import { shareSequence } from './share-sequence.ts';

/** Rows at the first review, and how many times more at each that follows. */
const FIRST_REVIEW = 100;
const REVIEW_GROWTH = 1.25;

/** The next number of rows, after `rows`, at which lines are reviewed: a fixed schedule, so that no split matters. */
export function nextReview(rows: number): number {
  let at = FIRST_REVIEW;
  while (at <= rows) at = Math.ceil(at * REVIEW_GROWTH);
  return at;
}

export interface ShownRows {
  /** Chance that the line is ever above the truth while nothing has changed. */
  readonly alpha: number;
  readonly heldOut: ConfusionCounts;
  readonly counts: ConfusionCounts;
  /** Of the Brier score or of profit as a place in its range, at level 1 - 2 alpha; null for F1. */
  readonly mean: MeanSequence | null;
  readonly range: ProfitRange | null;
}

/**
 * The line that all rows so far support: the bad end of a confidence sequence less the tolerance. It holds at
 * all times at once, so a detector may follow it: a change is then a fall below the limit of the baseline or below what
 * was shown since, whichever asks for more (compare the detectors made of confidence sequences of Shekhar and
 * Ramdas, ICML 2023, arXiv 2309.09111). For F1 held-out rows count with the new ones.
 */
export function shownLine({ metric, tolerance }: BaselineBound, shown: ShownRows): number | null {
  if (metric === 'f1') {
    const { tp, fp, fn } = mergeConfusion(shown.heldOut, shown.counts);
    const { low } = shareSequence(tp, tp + fp + fn, shown.alpha);
    return (2 * low) / (1 + low) - tolerance;
  }
  if (shown.mean === null) return null;
  const { low, high } = meanInterval(shown.mean);
  if (metric === 'brier') return high + tolerance;
  return shown.range === null
    ? null
    : shown.range.lowest + low * (shown.range.highest - shown.range.lowest) - tolerance;
}

/** The stricter of two lines. */
export function stricterLine(metric: BaselineBound['metric'], line: number, shown: number | null): number {
  if (shown === null) return line;
  return metric === 'brier' ? Math.min(line, shown) : Math.max(line, shown);
}
