/** The logistic function and its relatives, safe at every margin. */

/** 1 / (1 + e^-margin); 0 and 1 at the ends, NaN for NaN. */
export function sigmoid(margin: number): number {
  return 1 / (1 + Math.exp(-margin));
}

/** ln(1 + e^x) without overflow; the log loss of a margin m is softplus(-m) for a positive row. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** ln(p / (1 - p)); -Infinity at 0 and Infinity at 1. */
export function logit(probability: number): number {
  return Math.log(probability) - Math.log1p(-probability);
}
