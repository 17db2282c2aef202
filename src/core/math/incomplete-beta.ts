/** The regularised incomplete beta function: tails of the binomial and beta distributions. */
import { logBeta } from './log-gamma.ts';

const TINY = 1e-300;
const CONVERGED = 1e-16;
/** Far more than the some sqrt(max(a, b)) terms that are needed up to a, b of 1e9. */
const MAX_TERMS = 200_000;

/**
 * I_x(a, b), the chance that a Beta(a, b) is at most x (a, b > 0, x in [0, 1]); equal to the chance that a
 * Binomial(a + b - 1, x) is at least a. Lentz's evaluation of the continued fraction (Press et al., Numerical
 * Recipes, 6.4).
 */
export function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, 1 - x);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b));
  return (front * fraction(a, b, x)) / a;
}

function fraction(a: number, b: number, x: number): number {
  const away = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let product = d;
  for (let m = 1; m <= MAX_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    product *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    product *= d * c;
    if (Math.abs(d * c - 1) < CONVERGED * 4) break;
  }
  return product;
}

/** The x with I_x(a, b) = probability, by bisection to the last digits; 0 and 1 at the ends. */
export function betaQuantile(probability: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(a, b, middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
