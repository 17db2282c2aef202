/** The bin of numbers, quickly: by a table of the top bits of the value, or by search. */

export const MISSING_BIN = 255;

/** Writes the bin of each value to `into` at `offset`. */
export type NumberEncoder = (values: Float64Array | Float32Array, into: Uint8Array, offset: number) => void;

/** From this many rows a table of the top 16 bits pays for itself. */
const LOOKUP_ROWS = 16_384;
const KEYS = 65_536;
/** Most cuts that share a key for the scan to be worth it. */
const LONGEST_SCAN = 16;
const BLOCK = 4096;

/** An encoder for ascending cuts, made to be used on about `rows` values in all. */
export function createNumberEncoder(cuts: Float64Array, rows: number): NumberEncoder {
  const first = rows < LOOKUP_ROWS ? null : firstBins(cuts);
  return first === null ? encodeBySearch(cuts) : encodeByLookup(cuts, first);
}

/** The number of cuts below a value: its bin. NaN gives MISSING_BIN. */
export function binOfValue(value: number, cuts: Float64Array): number {
  return Number.isNaN(value) ? MISSING_BIN : searchBin(value, cuts, 0, cuts.length);
}

function searchBin(value: number, cuts: Float64Array, from: number, to: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cuts[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function encodeBySearch(cuts: Float64Array): NumberEncoder {
  return (values, into, offset) => {
    for (let row = 0; row < values.length; row++)
      into[offset + row] = binOfValue(values[row] as number, cuts);
  };
}

/**
 * The same bins by table: the top 16 bits of the value's float32 form, in an order-preserving code, give the first
 * bin it can have; from there a scan of the cuts decides on the double. Rounding to float32 keeps order, so the
 * answer is exactly that of `binOfValue`.
 */
function encodeByLookup(cuts: Float64Array, first: Uint8Array): NumberEncoder {
  const fenced = new Float64Array(cuts.length + 1).fill(Number.POSITIVE_INFINITY);
  fenced.set(cuts);
  const floats = new Float32Array(BLOCK);
  const words = new Int32Array(floats.buffer);
  return (values, into, offset) => {
    for (let begin = 0; begin < values.length; begin += BLOCK) {
      const end = Math.min(begin + BLOCK, values.length);
      floats.set(values.subarray(begin, end));
      for (let row = begin; row < end; row++) {
        const value = values[row] as number;
        let bin = first[keyOf(words[row - begin] as number)] as number;
        while ((fenced[bin] as number) < value) bin++;
        into[offset + row] = Number.isNaN(value) ? MISSING_BIN : bin;
      }
    }
  };
}

/** The top 16 bits of a float32, so that greater values have greater keys. */
function keyOf(word: number): number {
  return (word ^ ((word >> 31) | 0x80000000)) >>> 16;
}

/** For each key, the number of cuts whose key is lower; null where more cuts share a key than a scan is good for. */
function firstBins(cuts: Float64Array): Uint8Array | null {
  // Adding 0 makes -0 the 0 that it is equal to, whose key is another.
  const words = new Int32Array(Float32Array.from(cuts, (cut) => cut + 0).buffer);
  const first = new Uint8Array(KEYS);
  let from = 0;
  let sharing = 0;
  for (let index = 0; index < cuts.length; index++) {
    const key = keyOf(words[index] as number);
    sharing = key < from ? sharing + 1 : 1;
    if (sharing > LONGEST_SCAN) return null;
    first.fill(index, from, key + 1);
    from = key + 1;
  }
  return first.fill(cuts.length, from);
}
