/** Turns columns into bins of one byte: the fitted binner, and the code of each value. */
import { TidewatchError } from '../../../base/errors.ts';
import { createNumberEncoder, MISSING_BIN } from '../../statistics/number-encoder.ts';
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

/** Rows of a sample that cut points are fitted on. */
export const SAMPLE_ROWS = 50_000;

/**
 * Fits the bins of every feature on a sample of rows (all columns of equal length). Unsupervised: labels are not
 * seen, so a table may be binned once for all folds of a cross-validation.
 */
export function fitBinner(sample: readonly BoostingColumn[], maxBins = 255): FeatureBins[] {
  return sample.map((column) => {
    if (column.kind === 'categorical') return levelBins(column.codes, column.levels, maxBins - 1);
    const cuts = findCuts(asDoubles(column.values), maxBins - 1);
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
    const codes = new Int32Array(kept);
    for (let index = 0; index < kept; index++) codes[index] = column.codes[index * stride] as number;
    return { kind: 'categorical', codes, levels: column.levels };
  }
  const values = new Float64Array(kept);
  for (let index = 0; index < kept; index++) values[index] = column.values[index * stride] as number;
  return { kind: 'numeric', values };
}

function asDoubles(values: Float64Array | Float32Array): Float64Array {
  return values instanceof Float64Array ? values : new Float64Array(values);
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
    createNumberEncoder(bins.cuts, column.values.length)(column.values, into, offset);
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
