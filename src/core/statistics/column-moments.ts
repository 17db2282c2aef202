/** Moments and median of one column, exact to the last bits and the same on every machine. */

const LARGEST_EXPONENT = 1023;

export interface ColumnMoments {
  /** Values that are NaN. */
  readonly missing: number;
  readonly moments: {
    readonly mean: number;
    readonly median: number;
    /** ddof 1. */
    readonly std: number;
    readonly min: number;
    readonly max: number;
  };
}

/**
 * Two passes in row order with Neumaier's compensated sums (Neumaier 1974); the median by quickselect (Hoare
 * 1961), the mean of the two middle values where the count is even. NaN is missing. `values` is reordered.
 * All NaN where no value is present; `std` is NaN for fewer than two.
 */
export function columnMoments(values: Float64Array): ColumnMoments {
  const count = movePresentToFront(values);
  const missing = values.length - count;
  const none = Number.NaN;
  if (count === 0) return { missing, moments: { mean: none, median: none, std: none, min: none, max: none } };
  const present = values.subarray(0, count);
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const value = present[i] as number;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  // A power of two, so that dividing by it changes no digit; squares of huge values would overflow without it.
  const largest = Math.max(Math.abs(min), Math.abs(max));
  const scale = largest > 1e150 ? 2 ** Math.min(Math.floor(Math.log2(largest)), LARGEST_EXPONENT) : 1;
  const center = sumOf(present, (value) => value / scale) / count;
  const square = sumOf(present, (value) => (value / scale - center) ** 2);
  const mean = Math.min(Math.max(center * scale, min), max);
  // The deviation of numbers near the largest there is may be beyond it.
  const std = count < 2 ? none : Math.min(Math.sqrt(square / (count - 1)) * scale, Number.MAX_VALUE);
  return { missing, moments: { mean, median: medianInto(present), std, min, max } };
}

/** Keeps the order of the present values. */
function movePresentToFront(values: Float64Array): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isNaN(value)) values[count++] = value;
  }
  return count;
}

/** Neumaier's sum of f over the values. */
function sumOf(values: Float64Array, f: (value: number) => number): number {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const value = f(values[i] as number);
    const total = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
    sum = total;
  }
  return sum + lost;
}

/** Median of values without NaN; reorders them. */
function medianInto(values: Float64Array): number {
  const half = values.length >> 1;
  select(values, half);
  const upper = values[half] as number;
  if (values.length % 2 === 1) return upper;
  let lower = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < half; i++) if ((values[i] as number) > lower) lower = values[i] as number;
  return lower / 2 + upper / 2;
}

/** Puts the value of rank `rank` in its place, no larger ones before it and no smaller ones after it. */
function select(values: Float64Array, rank: number): void {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = middleOf(
      values[low] as number,
      values[(low + high) >> 1] as number,
      values[high] as number,
    );
    let i = low;
    let j = high;
    while (i <= j) {
      while ((values[i] as number) < pivot) i++;
      while ((values[j] as number) > pivot) j--;
      if (i > j) break;
      const held = values[i] as number;
      values[i++] = values[j] as number;
      values[j--] = held;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else return;
  }
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
