/** A confidence sequence for the mean of bounded values: an interval that holds at every look at once. */
import type { Interval } from './share-sequence.ts';

/** Running sums, plain data; values are in [0, 1]. */
export interface MeanSequence {
  readonly alpha: number;
  readonly rows: number;
  readonly sum: number;
  /** Sum of squared distances to the running mean. */
  readonly squares: number;
  /** Sum of the weights lambda, and of lambda times the value. */
  readonly weights: number;
  readonly weighted: number;
  /** Sum of 4 (x - running mean before x)^2 psi(lambda). */
  readonly penalty: number;
}

const MAX_WEIGHT = 0.5;

export function startMeanSequence(alpha: number): MeanSequence {
  return { alpha, rows: 0, sum: 0, squares: 0, weights: 0, weighted: 0, penalty: 0 };
}

/**
 * The first `rows` values (each in [0, 1]) added in order: the predictable plug-in empirical-Bernstein sequence,
 * Waudby-Smith and Ramdas, JRSS-B 86 (2024), theorem 2, with c = 1/2.
 */
export function advanceMeanSequence(
  sequence: MeanSequence,
  values: Float64Array,
  rows: number,
): MeanSequence {
  let { rows: seen, sum, squares, weights, weighted, penalty } = sequence;
  const budget = 2 * Math.log(2 / sequence.alpha);
  for (let i = 0; i < rows; i++) {
    const value = values[i] as number;
    const meanBefore = (0.5 + sum) / (seen + 1);
    const varianceBefore = (0.25 + squares) / (seen + 1);
    seen++;
    const weight = Math.min(MAX_WEIGHT, Math.sqrt(budget / (varianceBefore * seen * Math.log1p(seen))));
    weights += weight;
    weighted += weight * value;
    penalty += (value - meanBefore) * (value - meanBefore) * (-Math.log1p(-weight) - weight);
    sum += value;
    const away = value - (0.5 + sum) / (seen + 1);
    squares += away * away;
  }
  return { alpha: sequence.alpha, rows: seen, sum, squares, weights, weighted, penalty };
}

/**
 * The interval now, of level 1 - alpha at all times at once. While the mean moves it covers the mean over rows so
 * far in which older rows weigh more. [0, 1] without a row.
 */
export function meanInterval({ alpha, rows, weights, weighted, penalty }: MeanSequence): Interval {
  if (rows === 0) return { low: 0, high: 1 };
  const centre = weighted / weights;
  const radius = (Math.log(2 / alpha) + penalty) / weights;
  return { low: Math.max(0, centre - radius), high: Math.min(1, centre + radius) };
}
