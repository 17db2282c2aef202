/** Turns columns into bins of one byte: the fitted binner, and the code of each value. */
import { TidewatchError } from '../../../base/errors.ts';
import { findCuts } from './cuts.ts';

/** A column of raw values. NaN and -1 are missing; a code at or past `levels` counts as missing too. */
export type BoostingColumn =
  | { readonly kind: 'numeric'; readonly values: Float64Array | Float32Array }
  | { readonly kind: 'categorical'; readonly codes: Int32Array; readonly levels: number };

/** How one feature is binned. Value bins are 0..bins-1; missing is always MISSING_BIN. */
export type FeatureBins =
  /** A value is in the first bin whose cut is not below it; `bins` is `cuts.length + 1`. */
  | { readonly kind: 'numeric'; readonly bins: number; readonly cuts: Float64Array }
  /** Bin of each level. Where there are more levels than bins, the rarest share the last one. */
  | { readonly kind: 'categorical'; readonly bins: number; readonly binOf: Uint8Array };

export const MISSING_BIN = 255;

/** Rows of a sample that cut points are fitted on. */
export const SAMPLE_ROWS = 200_000;

/**
 * Fits the bins of every feature on a sample of rows (all columns of equal length). Unsupervised: labels are not
 * seen, so a table may be binned once for all folds of a cross-validation.
 */
export function fitBinner(sample: readonly BoostingColumn[], maxBins = 255): FeatureBins[] {
  return sample.map((column) => {
    if (column.kind === 'categorical') return levelBins(column.codes, column.levels, maxBins - 1);
    const cuts = findCuts(Float64Array.from(column.values), maxBins - 1);
    return { kind: 'numeric', bins: cuts.length + 1, cuts };
  });
}

/** Every k-th row of a column, with k such that at most `SAMPLE_ROWS` remain. */
export function sampleColumn(column: BoostingColumn): BoostingColumn {
  const length = columnLength(column);
  const stride = Math.ceil(length / SAMPLE_ROWS);
  if (stride <= 1) return column;
  const kept = Math.ceil(length / stride);
  if (column.kind === 'categorical') {
    const codes = Int32Array.from({ length: kept }, (_, index) => column.codes[index * stride] as number);
    return { kind: 'categorical', codes, levels: column.levels };
  }
  const values = Float64Array.from({ length: kept }, (_, index) => column.values[index * stride] as number);
  return { kind: 'numeric', values };
}

export function columnLength(column: BoostingColumn): number {
  return column.kind === 'numeric' ? column.values.length : column.codes.length;
}

function levelBins(codes: Int32Array, levels: number, maxBins: number): FeatureBins {
  const binOf = new Uint8Array(levels);
  if (levels <= maxBins) {
    for (let code = 0; code < levels; code++) binOf[code] = code;
    return { kind: 'categorical', bins: levels, binOf };
  }
  const counts = new Float64Array(levels);
  for (const code of codes) if (code >= 0 && code < levels) counts[code] = (counts[code] as number) + 1;
  const byCount = Array.from(counts, (_, code) => code).sort(
    (a, b) => (counts[b] as number) - (counts[a] as number) || a - b,
  );
  byCount.forEach((code, rank) => {
    binOf[code] = Math.min(rank, maxBins - 1);
  });
  return { kind: 'categorical', bins: maxBins, binOf };
}

/** Writes the bin of each value of `column` to `into` at `offset`. Throws `value-invalid` on the wrong kind. */
export function encodeColumn(
  column: BoostingColumn,
  bins: FeatureBins,
  into: Uint8Array,
  offset: number,
): void {
  if (column.kind === 'categorical' && bins.kind === 'categorical') {
    encodeCodes(column.codes, bins.binOf, into, offset);
  } else if (column.kind === 'numeric' && bins.kind === 'numeric') {
    const { values } = column;
    if (values.length < LOOKUP_ROWS) encodeBySearch(values, bins.cuts, into, offset);
    else encodeByLookup(values, bins.cuts, into, offset);
  } else {
    throw new TidewatchError(
      'value-invalid',
      `a ${column.kind} column cannot be put into the bins of a ${bins.kind} feature; ` +
        'give every block the columns the binner was fitted on, in that order',
    );
  }
}

function encodeCodes(codes: Int32Array, binOf: Uint8Array, into: Uint8Array, offset: number): void {
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    into[offset + row] = code >= 0 && code < binOf.length ? (binOf[code] as number) : MISSING_BIN;
  }
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

function encodeBySearch(
  values: Float64Array | Float32Array,
  cuts: Float64Array,
  into: Uint8Array,
  offset: number,
): void {
  for (let row = 0; row < values.length; row++) into[offset + row] = binOfValue(values[row] as number, cuts);
}

/** From this many rows a table of the top 16 bits pays for itself. */
const LOOKUP_ROWS = 16_384;
const KEYS = 65_536;

/**
 * The same bins by table: the top 16 bits of the value's float32 form, in an order-preserving code, give the first
 * bin it can have and the next key's entry the last; between them a search on the double decides. Rounding to
 * float32 keeps order, so the answer is exactly that of `binOfValue`.
 */
function encodeByLookup(
  values: Float64Array | Float32Array,
  cuts: Float64Array,
  into: Uint8Array,
  offset: number,
): void {
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  const keyOf = (value: number): number => {
    float[0] = value + 0;
    const word = bits[0] as number;
    return (word & 0x80000000 ? ~word >>> 16 : (word >>> 16) | 0x8000) & 0xffff;
  };
  const first = firstBins(cuts, keyOf);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (Number.isNaN(value)) {
      into[offset + row] = MISSING_BIN;
      continue;
    }
    const key = keyOf(value);
    const low = first[key] as number;
    const high = first[key + 1] as number;
    into[offset + row] = low === high ? low : searchBin(value, cuts, low, high);
  }
}

/** For each key, the number of cuts whose key is lower; one more entry closes the last key. */
function firstBins(cuts: Float64Array, keyOf: (value: number) => number): Uint8Array {
  const first = new Uint8Array(KEYS + 1);
  let from = 0;
  cuts.forEach((cut, index) => {
    const key = keyOf(cut);
    first.fill(index, from, key + 1);
    from = key + 1;
  });
  return first.fill(cuts.length, from);
}
