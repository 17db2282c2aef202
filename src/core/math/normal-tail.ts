/** Tail of the standard normal distribution, for p-values. */

/** From here on the continued fraction converges fast, and the series would lose digits. */
const FAR = 2.5;
const FRACTION_TERMS = 120;

/**
 * The chance that a standard normal is greater than z, to about 1e-13 relative: the series of Marsaglia (2004) in
 * the middle, Laplace's continued fraction in the tail. 0 from z = 39 on; NaN for NaN.
 */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z >= FAR) {
    let fraction = z;
    for (let k = FRACTION_TERMS; k >= 1; k--) fraction = z + k / fraction;
    return density / fraction;
  }
  let term = z;
  let sum = z;
  for (let k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 0.5 - density * sum;
}

/** The chance of a value at least as far from 0 as z, on either side. */
export function twoSidedTail(z: number): number {
  return Math.min(1, 2 * normalTail(Math.abs(z)));
}
