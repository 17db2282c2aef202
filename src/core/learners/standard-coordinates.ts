/** A logistic regression problem, and the standardised coordinates it is solved in for conditioning. */
import { logit } from '../math/sigmoid.ts';
import type { DesignSummary } from '../statistics/describe-design.ts';
import { deviationOf } from '../statistics/moments.ts';

export interface LogisticOptions {
  /** Inverse strength of the L2 penalty as in scikit-learn; Infinity: no penalty. */
  readonly C: number;
  /** Whether the penalty is on coefficients of features of standard deviation 1 (true) or on raw ones. */
  readonly standardize: boolean;
  /** Largest absolute value of the gradient of the mean objective in standardised coordinates. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
}

/** What must be known of the rows before the first step. */
export interface LogisticProblem extends DesignSummary {
  /** Where to start, in raw coordinates; null: all coefficients 0. Saves passes, does not change the answer. */
  readonly start: LogisticStart | null;
}

export interface LogisticStart {
  readonly coefficients: readonly number[];
  readonly intercept: number;
  /** Hessian of the loss there as far as known, in coordinates standardised by means and scales, for all rows. */
  readonly curvature?: Float64Array;
}

/** The problem in standardised coordinates. */
export interface StandardCoordinates {
  readonly means: Float64Array;
  readonly scales: Float64Array;
  /** L2 strength of each standardised coefficient, 0 for the intercept. */
  readonly penalties: Float64Array;
}

/** A standard deviation below this share of the largest value is rounding: the feature is constant. */
const CONSTANT_SHARE = 1e-13;

/** And one below this too: the inverse of its square, with which penalties are weighed, would be beyond the doubles. */
const SMALLEST_DEVIATION = 1e-100;

/** Coordinates with mean 0 and standard deviation 1; a constant feature gets scale 0. */
export function standardise(
  problem: LogisticProblem,
  { C, standardize }: LogisticOptions,
): StandardCoordinates {
  const { moments } = problem;
  const scales = Float64Array.from(moments, (column) => {
    const deviation = deviationOf(column, 0);
    const size = Math.max(Math.abs(column.min), Math.abs(column.max));
    return deviation > Math.max(CONSTANT_SHARE * size, SMALLEST_DEVIATION) ? 1 / deviation : 0;
  });
  const penalties = new Float64Array(moments.length + 1);
  scales.forEach((scale, j) => {
    penalties[j + 1] = standardize || scale === 0 ? 1 / C : (scale * scale) / C;
  });
  return { means: Float64Array.from(moments, (column) => column.mean), scales, penalties };
}

/** Where to start: the given coefficients, else 0 and the log-odds of the base rate. */
export function startOf(
  { weight, positives, start }: LogisticProblem,
  { means, scales }: Pick<StandardCoordinates, 'means' | 'scales'>,
): Float64Array {
  const coefficients = new Float64Array(means.length + 1);
  if (start === null) {
    coefficients[0] = logit(positives / weight);
    return coefficients;
  }
  let intercept = start.intercept;
  start.coefficients.forEach((coefficient, j) => {
    if (scales[j] === 0) return;
    coefficients[j + 1] = coefficient / (scales[j] as number);
    intercept += coefficient * (means[j] as number);
  });
  coefficients[0] = intercept;
  return coefficients;
}

/** The L2 penalty of standardised coefficients. */
export function penaltyOf(coefficients: Float64Array, { penalties }: StandardCoordinates): number {
  return coefficients.reduce((sum, value, j) => sum + 0.5 * (penalties[j] as number) * value * value, 0);
}

/** Coefficients on the raw scale of the features. */
export interface RawCoefficients {
  readonly coefficients: readonly number[];
  readonly intercept: number;
}

/** The way back from standardised coordinates. */
export function rawCoefficients(
  standardised: Float64Array,
  { means, scales }: Pick<StandardCoordinates, 'means' | 'scales'>,
): RawCoefficients {
  const coefficients = Array.from(scales, (scale, j) => (standardised[j + 1] as number) * scale);
  const intercept = coefficients.reduce(
    (sum, coefficient, j) => sum - coefficient * (means[j] as number),
    standardised[0] as number,
  );
  return { coefficients, intercept };
}
