/** Quantiles and tails of Student's t distribution, for intervals and tests on few rows. */
import { betaQuantile, incompleteBeta } from './incomplete-beta.ts';
import { twoSidedZ } from './normal.ts';
import { twoSidedTail } from './normal-tail.ts';

/** From here on t and the normal agree to six digits. */
const MAX_DEGREES = 1e6;

/**
 * The t of a two-sided interval: 2.093 for a level of 0.95 and 19 degrees of freedom, which need not be whole. T^2 /
 * (degrees + T^2) is Beta(1/2, degrees / 2). From a million degrees on, and for NaN, the normal's.
 */
export function twoSidedT(level: number, degrees: number): number {
  if (!(degrees < MAX_DEGREES)) return twoSidedZ(level);
  const share = betaQuantile(level, 0.5, degrees / 2);
  return Math.sqrt((degrees * share) / (1 - share));
}

/** The chance of a value at least as far from 0 as t, on either side. */
export function twoSidedStudentTail(t: number, degrees: number): number {
  if (!(degrees < MAX_DEGREES)) return twoSidedTail(t);
  return incompleteBeta(degrees / 2, 0.5, degrees / (degrees + t * t));
}
