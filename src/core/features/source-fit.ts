/** What the feature recipe must know of each source column, learned from the training rows. */
import { TidewatchError } from '../../base/errors.ts';
import { withinLimit } from '../columns/number-limit.ts';
import type { ModelInput, SourceBatch, SourceColumn } from '../columns/source-column.ts';
import { addMoments, createMoments, type Moments } from '../statistics/moments.ts';

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
      /** Leavers among the rows that are missing and among those of each level, in its place; null: without labels. */
      readonly outcomes: { readonly missing: number; readonly levels: readonly number[] } | null;
    };

export interface SourceFitOptions {
  /** Quantile knots of each numeric column; 0 where no splines are wanted. */
  readonly knots: number;
  /** 1 and 0, one array a batch, for the rates of leavers of levels. Default: none are needed. */
  readonly labels?: readonly ArrayLike<number>[];
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
      : fitCategorical(input.name, columns, options.labels ?? null);
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

interface LevelCount {
  rows: number;
  left: number;
}

function fitCategorical(
  name: string,
  columns: readonly SourceColumn[],
  labels: readonly ArrayLike<number>[] | null,
): SourceFit {
  const counts = new Map<string, LevelCount>();
  const missing: LevelCount = { rows: 0, left: 0 };
  const add = (level: string | null | undefined, rows: number, left: number) => {
    const known = level === null || level === undefined ? missing : counts.get(level);
    const count = known ?? { rows: 0, left: 0 };
    if (known === undefined) counts.set(level as string, count);
    count.rows += rows;
    count.left += left;
  };
  columns.forEach((column, batch) => {
    const part = labels?.[batch] ?? null;
    if (column.kind === 'text') {
      for (const [row, value] of column.values.entries()) add(value, 1, part?.[row] ?? 0);
    } else if (column.kind === 'categorical') countCodes(column.codes, column.levels, part, add);
    else throw notCategorical(name);
  });
  const sorted = [...counts].sort(([a, m], [b, n]) => n.rows - m.rows || (a < b ? -1 : 1));
  return {
    kind: 'categorical',
    name,
    missing: missing.rows,
    levels: sorted.map(([level, { rows }]) => ({ level, rows })),
    outcomes: labels === null ? null : { missing: missing.left, levels: sorted.map(([, { left }]) => left) },
  };
}

function countCodes(
  codes: Int32Array,
  levels: readonly string[],
  labels: ArrayLike<number> | null,
  add: (level: string | undefined, rows: number, left: number) => void,
): void {
  const rows = new Float64Array(levels.length + 1);
  const left = new Float64Array(levels.length + 1);
  for (let i = 0; i < codes.length; i++) {
    const code = (codes[i] as number) + 1;
    rows[code] = (rows[code] as number) + 1;
    if (labels !== null) left[code] = (left[code] as number) + (labels[i] as number);
  }
  rows.forEach((total, code) => {
    if (total > 0) add(levels[code - 1], total, left[code] as number);
  });
}

/** The error for numbers where levels are expected. */
export function notCategorical(name: string): TidewatchError {
  return new TidewatchError(
    'value-invalid',
    `Column ${name} came as numbers: expected levels. Check columns.categorical in config.json.`,
  );
}
