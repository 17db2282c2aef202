/** Many tests at once: p-values adjusted so that the share of false alarms among the alarms is bounded. */

/**
 * Adjusted p-values of Benjamini and Hochberg (JRSS-B 57, 1995), in the order given: rejecting those up to alpha keeps
 * the expected share of false ones among them at alpha, for tests that are independent or rise and fall together.
 */
export function adjustFalseDiscovery(p: readonly number[]): number[] {
  const order = [...p.keys()].sort((a, b) => (p[b] as number) - (p[a] as number));
  const adjusted = new Array<number>(p.length).fill(1);
  let least = 1;
  order.forEach((index, fromLargest) => {
    const rank = p.length - fromLargest;
    least = Math.min(least, ((p[index] as number) * p.length) / rank);
    adjusted[index] = least;
  });
  return adjusted;
}
