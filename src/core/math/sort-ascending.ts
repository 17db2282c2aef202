/** Sorts many numbers, about twice as fast as the typed array's own sort. */

/** Below so many values the typed array's own sort is as fast. */
const SMALL = 20_000;
const BUCKETS = 1 << 16;
/** Buckets up to this size are sorted by insertion. */
const INSERTION = 128;

/**
 * The values in ascending order, as a new array; no value may be NaN. One pass spreads them over equal buckets
 * of their range, then each bucket is sorted. Values that are not spread evenly, or not finite, cost no more
 * than the typed array's own sort.
 */
export function sortAscending(values: Float64Array): Float64Array {
  if (values.length < SMALL) return values.slice().sort();
  let low = values[0] as number;
  let high = low;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < low) low = value;
    else if (value > high) high = value;
  }
  const scale = (BUCKETS - 1) / (high - low);
  if (!(scale > 0 && scale < Number.MAX_VALUE)) return values.slice().sort();
  return sortBuckets(values, low, scale);
}

function sortBuckets(values: Float64Array, low: number, scale: number): Float64Array {
  const starts = new Uint32Array(BUCKETS + 1);
  for (let i = 0; i < values.length; i++) {
    const bucket = (((values[i] as number) - low) * scale) | 0;
    starts[bucket + 1] = (starts[bucket + 1] as number) + 1;
  }
  for (let b = 0; b < BUCKETS; b++) starts[b + 1] = (starts[b + 1] as number) + (starts[b] as number);
  const ends = starts.slice();
  const sorted = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const bucket = ((value - low) * scale) | 0;
    const at = ends[bucket] as number;
    sorted[at] = value;
    ends[bucket] = at + 1;
  }
  for (let b = 0; b < BUCKETS; b++) {
    const [start, end] = [starts[b] as number, starts[b + 1] as number];
    if (end - start > INSERTION) sorted.subarray(start, end).sort();
    else insertionSort(sorted, start, end);
  }
  return sorted;
}

function insertionSort(values: Float64Array, start: number, end: number): void {
  for (let i = start + 1; i < end; i++) {
    const value = values[i] as number;
    let j = i - 1;
    while (j >= start && (values[j] as number) > value) {
      values[j + 1] = values[j] as number;
      j--;
    }
    values[j + 1] = value;
  }
}
