/** Many e-values at once: which of them may be believed, and what they say together. */

/**
 * Benjamini-Hochberg for e-values: which of the claims are made, so that at most a share alpha of those made is
 * false in expectation, however the e-values depend on one another. The k largest are claimed for the greatest k
 * with e_(k) >= K / (k alpha) (Wang and Ramdas, JRSS-B 84, 2022). A NaN (nothing tested) is never claimed but
 * counts in K; give only those that were tested to leave it out.
 */
export function eBenjaminiHochberg(eValues: readonly number[], alpha: number): boolean[] {
  const sorted = eValues.filter((e) => !Number.isNaN(e)).sort((a, b) => b - a);
  const most = sorted.findLastIndex((e, at) => e >= eValues.length / ((at + 1) * alpha));
  const least = most === -1 ? Number.POSITIVE_INFINITY : (sorted[most] as number);
  return eValues.map((e) => most !== -1 && e >= least);
}

/** The mean of e-values, itself an e-value of "none of the promises is broken"; NaN of none. */
export function meanEValue(eValues: readonly number[]): number {
  return eValues.reduce((sum, e) => sum + e, 0) / eValues.length;
}
