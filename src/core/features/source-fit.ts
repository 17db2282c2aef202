/** What the feature recipe must know of each source column, learned from the training rows. */
import { TidewatchError } from '../../base/errors.ts';
import { addMoments, createMoments, type Moments } from '../statistics/moments.ts';
import { withinLimit } from './number-limit.ts';
import type { ModelInput, SourceBatch, SourceColumn } from './source-column.ts';

export type SourceFit =
  | {
      readonly kind: 'numeric';
      readonly name: string;
      readonly moments: Moments;
      /** Distinct values strictly inside the range, ascending: where linear splines may bend. */
      readonly knots: readonly number[];
    }
  | {
      readonly kind: 'categorical';
      readonly name: string;
      readonly missing: number;
      /** Rows of each level, the most frequent first, equal ones by text. */
      readonly levels: readonly { readonly level: string; readonly rows: number }[];
    };

export interface SourceFitOptions {
  /** Quantile knots of each numeric column; 0 where no splines are wanted. */
  readonly knots: number;
}

/** Values of a column that its knots are taken from. */
const KNOT_SAMPLE = 100_000;

/** Fits every input over the batches in order. */
export function fitSources(
  inputs: readonly ModelInput[],
  batches: readonly SourceBatch[],
  options: SourceFitOptions,
): SourceFit[] {
  return inputs.map((input, index) => {
    const columns = batches.map((batch) => batch.columns[index] as SourceColumn);
    return input.kind === 'numeric'
      ? fitNumeric(input.name, columns, options.knots)
      : fitCategorical(input.name, columns);
  });
}

function fitNumeric(name: string, columns: readonly SourceColumn[], knots: number): SourceFit {
  const parts = columns.map((column) => withinLimit(numericValues(name, column)));
  const moments = parts.reduce(addMoments, createMoments());
  return { kind: 'numeric', name, moments, knots: knots > 0 ? quantileKnots(parts, moments, knots) : [] };
}

/** Values of a numeric column; `value-invalid` where the column is not one. */
export function numericValues(name: string, column: SourceColumn): Float64Array {
  if (column.kind === 'numeric') return column.values;
  throw new TidewatchError(
    'value-invalid',
    `Column ${name} came as ${column.kind}: expected numbers. Check columns.numeric in config.json.`,
  );
}

/** Evenly spaced quantiles, taken from every so-manieth row where there are many. */
function quantileKnots(parts: readonly Float64Array[], moments: Moments, knots: number): number[] {
  const stride = Math.max(1, Math.ceil((moments.count + moments.missing) / KNOT_SAMPLE));
  const sample: number[] = [];
  let row = 0;
  for (const values of parts) {
    for (let i = (stride - (row % stride)) % stride; i < values.length; i += stride) {
      if (!Number.isNaN(values[i])) sample.push(values[i] as number);
    }
    row += values.length;
  }
  const sorted = Float64Array.from(sample).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const quantiles = Array.from({ length: knots }, (_, k) => at((k + 1) / (knots + 1)) ?? Number.NaN);
  return [...new Set(quantiles)].filter((knot) => knot > moments.min && knot < moments.max);
}

function fitCategorical(name: string, columns: readonly SourceColumn[]): SourceFit {
  const counts = new Map<string, number>();
  let missing = 0;
  const count = (level: string | null | undefined, rows: number) => {
    if (level === null || level === undefined) missing += rows;
    else counts.set(level, (counts.get(level) ?? 0) + rows);
  };
  for (const column of columns) {
    if (column.kind === 'text') for (const value of column.values) count(value, 1);
    else if (column.kind === 'categorical') countCodes(column.codes, column.levels, count);
    else throw notCategorical(name);
  }
  const levels = [...counts].map(([level, rows]) => ({ level, rows }));
  levels.sort((a, b) => b.rows - a.rows || (a.level < b.level ? -1 : 1));
  return { kind: 'categorical', name, missing, levels };
}

function countCodes(
  codes: Int32Array,
  levels: readonly string[],
  count: (level: string | undefined, rows: number) => void,
): void {
  const rows = new Float64Array(levels.length + 1);
  for (let i = 0; i < codes.length; i++) {
    const code = (codes[i] as number) + 1;
    rows[code] = (rows[code] as number) + 1;
  }
  rows.forEach((total, code) => {
    if (total > 0) count(levels[code - 1], total);
  });
}

/** The error for numbers where levels are expected. */
export function notCategorical(name: string): TidewatchError {
  return new TidewatchError(
    'value-invalid',
    `Column ${name} came as numbers: expected levels. Check columns.categorical in config.json.`,
  );
}
