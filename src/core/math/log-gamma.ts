/** The logarithm of the gamma function and of the beta function. */

/** Stirling's series is exact to the last digits from here on. */
const STIRLING_FROM = 15;
const HALF_LOG_TWO_PI = 0.9189385332046728;

/** ln Gamma(x) for x > 0, to about 1e-14 of the larger of itself and 1: Stirling's series after shifting x up. */
export function logGamma(x: number): number {
  let shift = 1;
  let at = x;
  while (at < STIRLING_FROM) shift *= at++;
  const inverse = 1 / at;
  const square = inverse * inverse;
  const series =
    inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))));
  return (at - 0.5) * Math.log(at) - at + HALF_LOG_TWO_PI + series - Math.log(shift);
}

/** ln of the beta function, for a, b > 0. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}
