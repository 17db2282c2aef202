/** The order of many numbers from high to low, as places. */

const DIGIT_BITS = 16;
const BUCKETS = 1 << DIGIT_BITS;
const DIGIT = BUCKETS - 1;

/**
 * Places of the keys from the highest to the lowest; equal keys (0 and -0 are) stay in order, NaN comes last. A
 * radix sort of the bits in four passes: linear, and some ten times as fast as sorting with a comparison.
 */
export function orderDescending(keys: Float64Array): Uint32Array {
  const rows = keys.length;
  const digits = sortableDigits(keys);
  let order = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) order[row] = row;
  let next = new Uint32Array(rows);
  for (let pass = 0; pass < 4; pass++) {
    const ends = new Uint32Array(BUCKETS + 1);
    for (let row = 0; row < rows; row++) {
      const bucket = (digits[4 * row + pass] as number) + 1;
      ends[bucket] = (ends[bucket] as number) + 1;
    }
    if (isOneBucket(ends, rows)) continue;
    for (let b = 0; b < BUCKETS; b++) ends[b + 1] = (ends[b + 1] as number) + (ends[b] as number);
    for (let k = 0; k < rows; k++) {
      const row = order[k] as number;
      const bucket = digits[4 * row + pass] as number;
      const at = ends[bucket] as number;
      next[at] = row;
      ends[bucket] = at + 1;
    }
    [order, next] = [next, order];
  }
  return order;
}

function isOneBucket(counts: Uint32Array, rows: number): boolean {
  return counts.indexOf(rows) > 0;
}

/** Four digits a key, the lowest first, whose ascending order is the descending order of the keys. */
function sortableDigits(keys: Float64Array): Uint16Array {
  const digits = new Uint16Array(4 * keys.length);
  const one = new Float64Array(1);
  const words = new Uint32Array(one.buffer);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number;
    // Adding 0 makes 0 of -0.
    one[0] = key + 0;
    let low = words[0] as number;
    let high = words[1] as number;
    if (Number.isNaN(key)) low = high = 0xffffffff;
    else if (high < 0x80000000) {
      low = ~low;
      high = ~high ^ 0x80000000;
    }
    digits[4 * i] = low & DIGIT;
    digits[4 * i + 1] = low >>> DIGIT_BITS;
    digits[4 * i + 2] = high & DIGIT;
    digits[4 * i + 3] = high >>> DIGIT_BITS;
  }
  return digits;
}
