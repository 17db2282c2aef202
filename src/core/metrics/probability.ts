/**
 * How true probabilities are, row by row. Names are scikit-learn's: a `*_loss` is good when it is low. Labels
 * are 1 and 0; rows with another label (NaN: unknown) are left out.
 */
import type { Estimate } from '../models/document.ts';
import { clampEstimate, meanEstimate } from './interval.ts';

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

/** Both losses with the interval of a mean, from one pass; null where there is no row. */
export function lossEstimates(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  level: number,
): { readonly logLoss: Estimate | null; readonly brier: Estimate | null } {
  const { rows, logLoss, brier } = rowLosses(labels, probabilities);
  if (rows === 0) return { logLoss: null, brier: null };
  const estimate = ({ mean, deviation }: Spread, worst: number) =>
    clampEstimate(meanEstimate(mean, deviation, rows, level), 0, worst);
  return { logLoss: estimate(logLoss, Number.POSITIVE_INFINITY), brier: estimate(brier, 1) };
}

interface Spread {
  readonly mean: number;
  /** Standard deviation over rows, ddof 1; 0 for one row. */
  readonly deviation: number;
}

/** Mean and spread of both losses of a row. */
function rowLosses(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
): { rows: number; logLoss: Spread; brier: Spread } {
  let rows = 0;
  let [logSum, logSquares, gapSum, gapSquares] = [0, 0, 0, 0];
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label !== 1 && label !== 0) continue;
    rows++;
    const given = probabilities[i] as number;
    const p = Math.max(EPSILON, Math.min(1 - EPSILON, given));
    const log = -Math.log(label === 1 ? p : 1 - p);
    logSum += log;
    logSquares += log * log;
    const gap = (given - label) * (given - label);
    gapSum += gap;
    gapSquares += gap * gap;
  }
  const spread = (sum: number, squares: number): Spread => ({
    mean: sum / rows,
    deviation: rows > 1 ? Math.sqrt(Math.max(0, squares - (sum * sum) / rows) / (rows - 1)) : 0,
  });
  return { rows, logLoss: spread(logSum, logSquares), brier: spread(gapSum, gapSquares) };
}
