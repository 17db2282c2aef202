/** Where the bins of a numeric column end: quantiles of a sample, written with as few digits as will do. */

export interface NumericEdges {
  /** Ascending; the last one is the maximum. */
  readonly edges: number[];
  /** Whether every value of the sample has an edge of its own. */
  readonly atoms: boolean;
}

/**
 * At most `bins` edges. Up to so many distinct values get one each; more are parted into bins of near equal counts,
 * where a frequent value ends one bin and takes the place of several.
 * @param sorted finite values, ascending; at least one.
 * @param max greatest value of the column, at or above the last of the sample.
 */
export function numericEdges(sorted: Float64Array, max: number, bins: number): NumericEdges {
  const atoms = distinctUpTo(sorted, bins);
  if (atoms !== null) {
    if (atoms.at(-1) === max) return { edges: atoms, atoms: true };
    if (atoms.length < bins) return { edges: [...atoms, max], atoms: true };
  }
  const edges: number[] = [];
  for (let k = 1; k < bins; k++) {
    const at = Math.ceil((k * sorted.length) / bins) - 1;
    const value = sorted[at] as number;
    if (value >= max) break;
    if (edges.length > 0 && value <= (edges.at(-1) as number)) continue;
    edges.push(shortest(value, nextAbove(sorted, at, max)));
  }
  edges.push(max);
  return { edges, atoms: false };
}

/** The distinct values where there are at most `most`, else null. */
function distinctUpTo(sorted: Float64Array, most: number): number[] | null {
  const distinct: number[] = [];
  for (let i = 0; i < sorted.length; i++) {
    const value = sorted[i] as number;
    if (i > 0 && value === distinct.at(-1)) continue;
    if (distinct.length === most) return null;
    distinct.push(value + 0);
  }
  return distinct;
}

function nextAbove(sorted: Float64Array, from: number, max: number): number {
  const value = sorted[from] as number;
  let low = from + 1;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low < sorted.length ? (sorted[low] as number) : max;
}

/** The number c of fewest digits with low <= c < high, as rounding `low` gives it. */
function shortest(low: number, high: number): number {
  for (let digits = 1; digits < 17; digits++) {
    const value = Number(low.toPrecision(digits));
    if (value >= low && value < high) return value;
  }
  return low;
}

/** The greatest number below a finite value. */
export function numberBelow(value: number): number {
  if (value === 0) return -Number.MIN_VALUE;
  const bits = new BigInt64Array(Float64Array.of(value).buffer);
  bits[0] = (bits[0] as bigint) + (value > 0 ? -1n : 1n);
  return new Float64Array(bits.buffer)[0] as number;
}
