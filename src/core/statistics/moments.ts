/** Count, missing, mean, spread and range of one column, as a sum that can be taken in parts. */

export interface Moments {
  /** Values that are not missing. */
  readonly count: number;
  readonly missing: number;
  /** 0 while count is 0. */
  readonly mean: number;
  /** Sum of squared deviations from the mean. */
  readonly squares: number;
  /** Infinity while count is 0. */
  readonly min: number;
  /** -Infinity while count is 0. */
  readonly max: number;
}

/** Rows summed before partial sums are merged, so that rounding errors stay small and order stays fixed. */
const TILE = 512;

/** No values seen. */
export function createMoments(): Moments {
  return {
    count: 0,
    missing: 0,
    mean: 0,
    squares: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
  };
}

/** Moments with the values of a column added in order; NaN is missing. */
export function addMoments(moments: Moments, values: Float64Array): Moments {
  let total = moments;
  for (let start = 0; start < values.length; start += TILE) {
    total = mergeMoments(total, tileMoments(values, start, Math.min(start + TILE, values.length)));
  }
  return total;
}

function tileMoments(values: Float64Array, start: number, end: number): Moments {
  let count = 0;
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = start; i < end; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    count++;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const mean = count === 0 ? 0 : sum / count;
  let squares = 0;
  for (let i = start; i < end; i++) {
    const deviation = (values[i] as number) - mean;
    if (!Number.isNaN(deviation)) squares += deviation * deviation;
  }
  return { count, missing: end - start - count, mean, squares, min, max };
}

/** Moments of two disjoint parts together: Chan, Golub and LeVeque (1983). Associative up to rounding. */
export function mergeMoments(a: Moments, b: Moments): Moments {
  const count = a.count + b.count;
  const missing = a.missing + b.missing;
  if (a.count === 0) return { ...b, missing };
  if (b.count === 0) return { ...a, missing };
  const shift = b.mean - a.mean;
  return {
    count,
    missing,
    mean: a.mean + shift * (b.count / count),
    squares: a.squares + b.squares + shift * shift * ((a.count * b.count) / count),
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
  };
}

/** Standard deviation with `ddof` taken from the count (0: population, 1: sample); NaN where count <= ddof. */
export function deviationOf(moments: Moments, ddof: 0 | 1): number {
  return moments.count > ddof ? Math.sqrt(moments.squares / (moments.count - ddof)) : Number.NaN;
}
