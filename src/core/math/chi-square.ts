/** The chi-square distribution, by the regularised incomplete gamma function. */
import { logGamma } from './log-gamma.ts';

const TINY = 1e-300;
const CONVERGED = 1e-16;
/** Some multiple of sqrt(a) terms are needed; enough for a up to 1e8. */
const MAX_TERMS = 200_000;

/**
 * Q(a, x), the chance that a Gamma(a) of scale 1 is greater than x (a > 0): the series where it converges fast,
 * else Lentz's evaluation of the continued fraction (Press et al., Numerical Recipes, 6.2). 1 for x <= 0.
 */
export function gammaTail(a: number, x: number): number {
  if (x <= 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  return x < a + 1 ? 1 - front * lowerSeries(a, x) : front * upperFraction(a, x);
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let k = 1; k <= MAX_TERMS && term > CONVERGED * sum; k++) {
    term *= x / (a + k);
    sum += term;
  }
  return sum;
}

function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let product = d;
  for (let k = 1; k <= MAX_TERMS; k++) {
    const numerator = -k * (k - a);
    b += 2;
    d = 1 / (numerator * d + b || TINY);
    c = b + numerator / c || TINY;
    product *= d * c;
    if (Math.abs(d * c - 1) < 4 * CONVERGED) break;
  }
  return product;
}

/** The chance that a chi-square of `degrees` degrees of freedom is greater than x; 1 where there are none. */
export function chiSquareTail(x: number, degrees: number): number {
  return degrees <= 0 ? 1 : gammaTail(degrees / 2, x / 2);
}

/** The x that a chi-square of `degrees` (> 0) is greater than with chance `tail` in (0, 1), by bisection. */
export function chiSquareLimit(tail: number, degrees: number): number {
  let low = 0;
  let high = degrees + 10;
  while (chiSquareTail(high, degrees) > tail) high *= 2;
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (chiSquareTail(middle, degrees) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
