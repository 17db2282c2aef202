/** Scores of one fit on the rows that it has not seen, and what several such scores say together. */
import { brierScoreLoss, logLoss } from '../src/core/metrics/probability.ts';
import { rankScores } from '../src/core/metrics/ranked-scores.ts';
import { rocAucScore } from '../src/core/metrics/ranking.ts';

export interface TestScore {
  readonly logLoss: number;
  readonly rocAuc: number;
  /** At a threshold of 0.5; 0 where nobody counts as leaving. */
  readonly f1: number;
  readonly brier: number;
  /** Of the outcome on the log-odds that were given: 1 is right, below 1 too sure of itself. */
  readonly slope: Measured | null;
}

export interface Measured {
  readonly value: number;
  readonly error: number;
}

/** As far from 0 and 1 as the log-odds of the slope go; some peers give 0 and 1. */
const MIN_PROBABILITY = 1e-6;

export function scoreTest(labels: Float64Array, probabilities: Float64Array): TestScore {
  let [hits, named, positives] = [0, 0, 0];
  for (let row = 0; row < labels.length; row++) {
    const [label, isNamed] = [labels[row] ?? 0, (probabilities[row] ?? 0) > 0.5];
    positives += label;
    if (isNamed) named += 1;
    if (isNamed) hits += label;
  }
  return {
    logLoss: logLoss(labels, probabilities),
    rocAuc: rocAucScore(rankScores(labels, probabilities)),
    f1: (2 * hits) / (named + positives),
    brier: brierScoreLoss(labels, probabilities),
    slope: calibrationSlope(labels, probabilities),
  };
}

/**
 * Slope of a logistic regression of the labels on the log-odds given, and its standard error from the information
 * (Cox 1958, "Two further applications of a model for binary regression"). null where it has none: equal log-odds, or
 * no step within 100.
 */
export function calibrationSlope(labels: Float64Array, probabilities: Float64Array): Measured | null {
  const margins = probabilities.map((p) => {
    const kept = Math.min(1 - MIN_PROBABILITY, Math.max(MIN_PROBABILITY, p));
    return Math.log(kept / (1 - kept));
  });
  let at: Line = { intercept: 0, slope: 0 };
  let step = lineStep(labels, margins, at);
  for (let count = 0; count < 100; count++) {
    if (!(step.determinant > 1e-9 * step.scale)) return null;
    let next = { intercept: at.intercept + step.up, slope: at.slope + step.across };
    let after = lineStep(labels, margins, next);
    for (let halving = 0; halving < 40 && after.loss > step.loss + 1e-9; halving++) {
      next = { intercept: (at.intercept + next.intercept) / 2, slope: (at.slope + next.slope) / 2 };
      after = lineStep(labels, margins, next);
    }
    const moved = Math.abs(next.intercept - at.intercept) + Math.abs(next.slope - at.slope);
    [at, step] = [next, after];
    if (moved < 1e-9) return { value: at.slope, error: Math.sqrt(step.h00 / step.determinant) };
  }
  return null;
}

interface Line {
  readonly intercept: number;
  readonly slope: number;
}

/** Loss of a line on the log-odds, and Newton's step from it. */
function lineStep(labels: Float64Array, margins: Float64Array, { intercept, slope }: Line) {
  let [loss, g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0, 0];
  for (let row = 0; row < labels.length; row++) {
    const [label, margin] = [labels[row] ?? 0, margins[row] ?? 0];
    const fitted = intercept + slope * margin;
    const p = 1 / (1 + Math.exp(-fitted));
    const weight = p * (1 - p);
    loss += Math.log1p(Math.exp(-Math.abs(fitted))) + Math.max(0, label === 1 ? -fitted : fitted);
    g0 += label - p;
    g1 += (label - p) * margin;
    h00 += weight;
    h01 += weight * margin;
    h11 += weight * margin * margin;
  }
  const determinant = h00 * h11 - h01 * h01;
  const [up, across] = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant];
  return { loss, h00, determinant, scale: h00 * h11, up, across };
}

/**
 * Mean over splits and its standard error, corrected for training rows that splits share (Nadeau and Bengio, Machine
 * Learning 52, 2003). The error is NaN for one split.
 * @param testPerTrain test rows for each training row: 0.25 for 80/20.
 */
export function overSplits(values: readonly number[], testPerTrain = 0.25): Measured {
  const count = values.length;
  const value = values.reduce((sum, one) => sum + one, 0) / count;
  const variance = values.reduce((sum, one) => sum + (one - value) ** 2, 0) / (count - 1);
  return { value, error: Math.sqrt(variance * (1 / count + testPerTrain)) };
}

/** Mean of slopes weighted by their precision, as if the test rows were one sample, and its standard error. */
export function pooledSlope(slopes: readonly Measured[]): Measured | null {
  if (slopes.length === 0) return null;
  const weights = slopes.map(({ error }) => 1 / (error * error));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const value = slopes.reduce((sum, slope, index) => sum + slope.value * (weights[index] ?? 0), 0) / total;
  return { value, error: Math.sqrt(1 / total) };
}
