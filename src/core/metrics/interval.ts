/** Confidence intervals that the metrics share. */

import type { BoundedEstimate, Estimate, TooFew } from '../document/document.ts';
import { twoSidedZ } from '../math/normal.ts';
import { logit, sigmoid } from '../math/sigmoid.ts';
import { twoSidedT } from '../math/student.ts';
import type { SampleMoments } from './sample-moments.ts';

/** Confidence level unless another is asked for. */
export const DEFAULT_LEVEL = 0.95;

/** Rows of the smaller class below which no interval is given: measured, "Intervals" in docs/benchmarks/estimates.md. */
export const MIN_OF_CLASS = 20;

/**
 * A proportion with Wilson's score interval (1927), which holds its level on few rows and at 0 and 1.
 * null where trials is 0.
 */
export function wilsonEstimate(successes: number, trials: number, level: number): BoundedEstimate | null {
  if (trials === 0) return null;
  const z = twoSidedZ(level);
  const share = successes / trials;
  const spread = z * z;
  const centre = (share + spread / (2 * trials)) / (1 + spread / trials);
  const half =
    ((z / (1 + spread / trials)) * Math.sqrt(share * (1 - share) + spread / (4 * trials))) /
    Math.sqrt(trials);
  return {
    value: share,
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === trials ? 1 : Math.min(1, centre + half),
    level,
    rows: trials,
  };
}

/**
 * A mean of independent values with the interval of Hall (JRSS-B 54, 1992): a cubic takes the skewness out of the
 * t statistic, so that rare large losses widen the right side. Of one row it is infinite.
 */
export function meanEstimate(moments: SampleMoments, level: number): BoundedEstimate {
  const { rows, mean, deviation, skewness } = moments;
  if (rows < 2) {
    return { value: mean, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, level, rows };
  }
  const t = twoSidedT(level, rows - 1);
  const error = deviation / Math.sqrt(rows);
  const skew = skewness / Math.sqrt(rows);
  return {
    value: mean,
    low: mean - error * skewedT(t, skew),
    high: mean - error * skewedT(-t, skew),
    level,
    rows,
  };
}

/** Hall's cubic: the t statistic of a mean made symmetric. `skew`: skewness over the root of the rows. */
export function symmetricT(t: number, skew: number): number {
  if (skew === 0) return t;
  return t + (skew * t * t) / 3 + (skew * skew * t ** 3) / 27 + skew / 6;
}

/** The t statistic that `symmetricT` makes `t` of. */
function skewedT(t: number, skew: number): number {
  if (Math.abs(skew) < 1e-9) return t;
  return (3 / skew) * (Math.cbrt(1 + skew * (t - skew / 6)) - 1);
}

/**
 * An estimate in (0, 1) of standard error `error` with the interval taken on the logit scale, so that it stays
 * inside and leans as it should near the ends. The value must not be 0 or 1.
 * @param degrees of freedom of the error; absent: it is known.
 */
export function logitEstimate(
  value: number,
  error: number,
  rows: number,
  level: number,
  degrees = Number.POSITIVE_INFINITY,
): BoundedEstimate {
  const half = (twoSidedT(level, degrees) * error) / (value * (1 - value));
  return { value, low: sigmoid(logit(value) - half), high: sigmoid(logit(value) + half), level, rows };
}

/** An estimate with its interval cut to a range that the metric cannot leave. */
export function clampEstimate(estimate: BoundedEstimate, low: number, high: number): BoundedEstimate {
  return { ...estimate, low: Math.max(low, estimate.low), high: Math.min(high, estimate.high) };
}

/** Degrees of freedom of the sum of two variances (Welch 1947, Satterthwaite 1946); NaN where both are 0. */
export function pooledDegrees(first: number, firstRows: number, second: number, secondRows: number): number {
  const sum = first + second;
  return (sum * sum) / ((first * first) / (firstRows - 1) + (second * second) / (secondRows - 1));
}

/** Which class has fewer than the `MIN_OF_CLASS` rows that an interval takes; null: none. */
export function tooFewOf(positives: number, negatives: number): TooFew | null {
  const smaller = Math.min(positives, negatives);
  if (smaller >= MIN_OF_CLASS) return null;
  return { of: positives <= negatives ? 'left' : 'stayed', rows: smaller, needed: MIN_OF_CLASS };
}

/** The estimate without its interval where a class has too few rows: there it may not hold its level. */
export function withoutFalseInterval(
  estimate: Estimate | null,
  positives: number,
  negatives: number,
): Estimate | null {
  const tooFew = tooFewOf(positives, negatives);
  return estimate === null || tooFew === null ? estimate : { ...estimate, low: null, high: null, tooFew };
}
