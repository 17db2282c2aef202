/** Tail of Kolmogorov's distribution, the limit of the largest gap between two empirical distributions. */

/** Below it the theta-function form converges at once, above it the alternating series does. */
const SERIES_FROM = 1;
const TERMS = 20;

/**
 * The chance that the supremum of |Brownian bridge| is greater than t, to about 1e-14: Kolmogorov's series (1933),
 * and its theta-function form for small t. 1 for t <= 0.
 */
export function kolmogorovTail(t: number): number {
  if (t <= 0) return 1;
  let sum = 0;
  if (t >= SERIES_FROM) {
    for (let k = 1; k <= TERMS; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * t * t);
    return sum;
  }
  for (let k = 1; k <= TERMS; k++) sum += Math.exp(-(((2 * k - 1) * Math.PI) ** 2) / (8 * t * t));
  return 1 - (Math.sqrt(2 * Math.PI) / t) * sum;
}
