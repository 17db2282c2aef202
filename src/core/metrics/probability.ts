/**
 * How true probabilities are, row by row. Names are scikit-learn's: a `*_loss` is good when it is low. Labels
 * are 1 and 0; rows with another label (NaN: unknown) are left out.
 */
import type { BoundedEstimate } from '../document/document.ts';
import { clampEstimate, meanEstimate } from './interval.ts';
import { addToMoments, readMoments, type SampleMoments, startMoments } from './sample-moments.ts';

/** Probabilities are kept this far from 0 and 1 in the log loss, as scikit-learn does for doubles. */
const EPSILON = Number.EPSILON;

/** Mean of -ln of the probability given to what happened; NaN where there is no row. */
export function logLoss(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  return rowLosses(labels, probabilities).logLoss.mean;
}

/** Mean squared difference of probability and label; NaN where there is no row. */
export function brierScoreLoss(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  return rowLosses(labels, probabilities).brier.mean;
}

export interface LossMoments {
  readonly logLoss: SampleMoments;
  readonly brier: SampleMoments;
}

/** Both losses with their intervals; null where there is no row. */
export function lossEstimates(
  { logLoss, brier }: LossMoments,
  level: number,
): { readonly logLoss: BoundedEstimate | null; readonly brier: BoundedEstimate | null } {
  if (brier.rows === 0) return { logLoss: null, brier: null };
  return {
    logLoss: clampEstimate(meanEstimate(logLoss, level), 0, Number.POSITIVE_INFINITY),
    brier: clampEstimate(meanEstimate(brier, level), 0, 1),
  };
}

/** Mean, spread and skewness over rows of both losses of a row, from one pass. */
export function rowLosses(labels: ArrayLike<number>, probabilities: ArrayLike<number>): LossMoments {
  const logLoss = startMoments();
  const brier = startMoments();
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label !== 1 && label !== 0) continue;
    const given = probabilities[i] as number;
    const p = Math.max(EPSILON, Math.min(1 - EPSILON, given));
    addToMoments(logLoss, -Math.log(label === 1 ? p : 1 - p));
    addToMoments(brier, (given - label) * (given - label));
  }
  return { logLoss: readMoments(logLoss), brier: readMoments(brier) };
}
