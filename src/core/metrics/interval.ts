/** Confidence intervals that the metrics share. */

import { twoSidedZ } from '../math/normal.ts';
import { logit, sigmoid } from '../math/sigmoid.ts';
import type { Estimate } from '../models/document.ts';

/** Confidence level unless another is asked for. */
export const DEFAULT_LEVEL = 0.95;

/**
 * A proportion with Wilson's score interval (1927), which holds its level on few rows and at 0 and 1.
 * null where trials is 0.
 */
export function wilsonEstimate(successes: number, trials: number, level: number): Estimate | null {
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

/** A mean of `rows` independent values with the interval of the normal limit; `deviation` has ddof 1. */
export function meanEstimate(mean: number, deviation: number, rows: number, level: number): Estimate {
  const half = rows > 1 ? (twoSidedZ(level) * deviation) / Math.sqrt(rows) : Number.POSITIVE_INFINITY;
  return { value: mean, low: mean - half, high: mean + half, level, rows };
}

/**
 * An estimate in (0, 1) of standard error `error` with the interval taken on the logit scale, so that it stays
 * inside and leans as it should near the ends. The value must not be 0 or 1.
 */
export function logitEstimate(value: number, error: number, rows: number, level: number): Estimate {
  const half = (twoSidedZ(level) * error) / (value * (1 - value));
  return { value, low: sigmoid(logit(value) - half), high: sigmoid(logit(value) + half), level, rows };
}

/** An estimate with its interval cut to a range that the metric cannot leave. */
export function clampEstimate(estimate: Estimate, low: number, high: number): Estimate {
  return { ...estimate, low: Math.max(low, estimate.low), high: Math.min(high, estimate.high) };
}
