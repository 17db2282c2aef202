/** Gauss-Legendre quadrature on the interval from 0 to 1. */

/** A rule of so many points: the integral of f is the sum of weights[k] * f(points[k]). */
export interface Quadrature {
  /** Within (0, 1), ascending. */
  readonly points: Float64Array;
  /** Greater than 0; they sum to 1. */
  readonly weights: Float64Array;
}

/** Newton's method doubles the right digits with each step; from the first guess five steps give all of them. */
const MAX_STEPS = 20;
const TOLERANCE = 1e-15;

/**
 * The rule of `size` points, at least 1, which is exact for polynomials of degree up to 2 * size - 1. Its points are
 * the roots of the Legendre polynomial, found by Newton's method from Tricomi's guess (Abramowitz and Stegun 25.4.29).
 */
export function gaussLegendre(size: number): Quadrature {
  const points = new Float64Array(size);
  const weights = new Float64Array(size);
  for (let k = 0; k < (size + 1) >> 1; k++) {
    const { root, slope } = legendreRoot(size, Math.cos((Math.PI * (k + 0.75)) / (size + 0.5)));
    const weight = 1 / ((1 - root * root) * slope * slope);
    points[k] = (1 - root) / 2;
    points[size - 1 - k] = (1 + root) / 2;
    weights[k] = weight;
    weights[size - 1 - k] = weight;
  }
  return { points, weights };
}

/** The root near a guess, and the slope of the polynomial there. */
function legendreRoot(degree: number, guess: number): { readonly root: number; readonly slope: number } {
  let root = guess;
  let slope = 1;
  for (let step = 0; step < MAX_STEPS; step++) {
    let [before, value] = [1, root];
    for (let n = 2; n <= degree; n++) {
      [before, value] = [value, ((2 * n - 1) * root * value - (n - 1) * before) / n];
    }
    slope = (degree * (before - root * value)) / (1 - root * root);
    const move = value / slope;
    root -= move;
    if (Math.abs(move) < TOLERANCE) break;
  }
  return { root, slope };
}
