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
  return meanOf(labels, probabilities, rowLogLoss).mean;
}

/** Mean squared difference of probability and label; NaN where there is no row. */
export function brierScoreLoss(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  return meanOf(labels, probabilities, rowBrier).mean;
}

/** Log loss with the interval of a mean; null where there is no row. */
export function logLossEstimate(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  level: number,
): Estimate | null {
  return estimateOf(labels, probabilities, rowLogLoss, Number.POSITIVE_INFINITY, level);
}

/** Brier score with the interval of a mean; null where there is no row. */
export function brierEstimate(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  level: number,
): Estimate | null {
  return estimateOf(labels, probabilities, rowBrier, 1, level);
}

function rowLogLoss(label: number, probability: number): number {
  const p = Math.max(EPSILON, Math.min(1 - EPSILON, probability));
  return -Math.log(label === 1 ? p : 1 - p);
}

function rowBrier(label: number, probability: number): number {
  return (probability - label) * (probability - label);
}

type RowLoss = (label: number, probability: number) => number;

/** Sums shifted by the first value, so that the spread of near-equal losses keeps its digits. */
function meanOf(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  lossOf: RowLoss,
): { mean: number; deviation: number; rows: number } {
  let rows = 0;
  let [shift, sum, squares] = [0, 0, 0];
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label !== 1 && label !== 0) continue;
    const loss = lossOf(label, probabilities[i] as number);
    if (rows++ === 0) shift = loss;
    sum += loss - shift;
    squares += (loss - shift) * (loss - shift);
  }
  const mean = shift + sum / rows;
  const deviation = rows > 1 ? Math.sqrt(Math.max(0, squares - (sum * sum) / rows) / (rows - 1)) : 0;
  return { mean, deviation, rows };
}

function estimateOf(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  lossOf: RowLoss,
  worst: number,
  level: number,
): Estimate | null {
  const { mean, deviation, rows } = meanOf(labels, probabilities, lossOf);
  return rows === 0 ? null : clampEstimate(meanEstimate(mean, deviation, rows, level), 0, worst);
}
