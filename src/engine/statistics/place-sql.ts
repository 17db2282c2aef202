/** The place of a value among edges, as SQL. */

/**
 * How many of the ascending edges hold, found by halving: some eight comparisons for 250 edges.
 * @param holds the test of one edge; where it is true for an edge it is true for all lower ones.
 */
export function placeSql(edges: readonly string[], holds: (edge: string) => string): string {
  const search = (low: number, high: number): string => {
    if (low === high) return String(low);
    const middle = (low + high) >> 1;
    const test = holds(edges[middle] as string);
    return `CASE WHEN ${test} THEN ${search(middle + 1, high)} ELSE ${search(low, middle)} END`;
  };
  return search(0, edges.length);
}
