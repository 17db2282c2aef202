/** Counts numbers in the bins of a reference, below and above its range. */
import { createNumberEncoder, type NumberEncoder } from '../../statistics/number-encoder.ts';
import { numberBelow } from './numeric-edges.ts';

/** Bins of one column with room to work in; counts are kept apart, so that many tallies can share it. */
export interface NumberBins {
  readonly encode: NumberEncoder;
  readonly codes: Uint8Array;
}

/** Values that are encoded at a time. */
const BLOCK = 16_384;

/** Bin 0 is below `min`, bin k + 1 ends at edge k, the one after the last is above. At most 253 ascending edges. */
export function createNumberBins({ min, edges }: { min: number; edges: readonly number[] }): NumberBins {
  const cuts = Float64Array.from([numberBelow(min), ...edges]);
  return { encode: createNumberEncoder(cuts, Number.POSITIVE_INFINITY), codes: new Uint8Array(BLOCK) };
}

/** Adds the values to `counts` (256 long), missing ones to the last. */
export function addNumbers({ encode, codes }: NumberBins, values: Float64Array, counts: Float64Array): void {
  // Two tables, so that runs of one bin do not wait for each other.
  const [even, odd] = [new Uint32Array(256), new Uint32Array(256)];
  for (let from = 0; from < values.length; from += BLOCK) {
    const size = Math.min(BLOCK, values.length - from);
    encode(values.subarray(from, from + size), codes, 0);
    let i = 0;
    for (; i + 1 < size; i += 2) {
      const [a, b] = [codes[i] as number, codes[i + 1] as number];
      even[a] = (even[a] as number) + 1;
      odd[b] = (odd[b] as number) + 1;
    }
    if (i < size) {
      const a = codes[i] as number;
      even[a] = (even[a] as number) + 1;
    }
  }
  for (let bin = 0; bin < 256; bin++) {
    counts[bin] = (counts[bin] as number) + (even[bin] as number) + (odd[bin] as number);
  }
}

/** Where the reference has no value, every value is outside: negative ones below, the others above. */
export function addUnbinned(values: Float64Array, counts: Float64Array): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const bin = Number.isNaN(value) ? 255 : value < 0 ? 0 : 1;
    counts[bin] = (counts[bin] as number) + 1;
  }
}
