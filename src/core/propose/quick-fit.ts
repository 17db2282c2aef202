/** What a column is worth: the log loss with it and without it, by small boosted trees on a sample of the rows. */
import type { BoostingColumn } from '../learners/boosting/binner.ts';
import { fitBoostedTrees } from '../learners/boosting/fit.ts';
import { createBoostingRuntime } from '../learners/boosting/runtime.ts';
import { sigmoid } from '../math/sigmoid.ts';
import { logLoss } from '../metrics/probability.ts';
import { hashText } from '../values/hash-text.ts';
import { kindOf } from './column-kind.ts';
import type { ColumnTally } from './column-tally.ts';
import { labelsOf } from './derived-tests.ts';
import type { TableTally } from './table-tally.ts';
import type { TargetChoice } from './target-choice.ts';

export interface ColumnCost {
  /** Rows of the quick fit. */
  readonly rows: number;
  /** Mean log loss (natural logarithm) of rows that the fit had not seen. */
  readonly logLossWith: number;
  readonly logLossWithout: number;
}

/** Fits are small, so that `init` stays quick: some 2 s of CPU at most for all of them. */
const MAX_ROWS = 4000;
const MAX_CELLS = 120_000;
const MIN_ROWS = 200;
const MIN_OF_CLASS = 20;
/** Columns that are tried. */
const MAX_TRIED = 6;
const FOLDS = 3;
const TREES = { trees: 40, learningRate: 0.2, leaves: 8, minRows: 10, maxBins: 64, l2: 1 } as const;

/**
 * For each of `suspects` (positions), up to six, the log loss with it and without it beside `features`, over three
 * folds; the rows of a client are in one fold. Empty where the sample has too few rows of either class. Only a quick
 * fit: it says how much is at stake, not what a trained model will reach.
 * @param features positions of the columns that are used, suspects among them or not.
 * @param id position of the client's id; null: each row is a client.
 */
export function costsOfColumns(
  tally: TableTally,
  target: TargetChoice,
  features: readonly number[],
  suspects: readonly number[],
  id: number | null,
): ReadonlyMap<number, ColumnCost> {
  const costs = new Map<number, ColumnCost>();
  const tried = suspects.slice(0, MAX_TRIED);
  if (tried.length === 0) return costs;
  const outcomes = labelsOf(tally, target);
  const rows = rowsToFit(outcomes, new Set([...features, ...tried]).size);
  if (rows === null) return costs;
  const labels = Uint8Array.from(rows, (row) => outcomes[row] as number);
  const folds = Uint8Array.from(
    rows,
    (row) => hashText(id === null ? `${row}` : (tally.sample[row]?.[id] ?? '').trim()) % FOLDS,
  );
  const encoded = new Map<number, BoostingColumn>();
  const lossOf = (columns: readonly number[]): number => {
    const table = columns.map((column) => {
      const known = encoded.get(column) ?? encode(tally, column, rows);
      encoded.set(column, known);
      return known;
    });
    return crossValidated(table, labels, folds);
  };
  const used = lossOf(features);
  for (const column of tried) {
    const isUsed = features.includes(column);
    const other = lossOf(isUsed ? features.filter((one) => one !== column) : [...features, column]);
    const [logLossWith, logLossWithout] = isUsed ? [used, other] : [other, used];
    if (Number.isNaN(logLossWith + logLossWithout)) continue;
    costs.set(column, { rows: rows.length, logLossWith, logLossWithout });
  }
  return costs;
}

/** Positions in the sample of rows of known outcome, evenly spread; null where they are too few. */
function rowsToFit(labels: Float64Array, columns: number): readonly number[] | null {
  const known = [...labels.keys()].filter((row) => !Number.isNaN(labels[row]));
  const wanted = Math.min(MAX_ROWS, Math.max(MIN_ROWS, Math.floor(MAX_CELLS / Math.max(1, columns))));
  const step = Math.max(1, known.length / wanted);
  const rows = known.filter((_, index) => Math.floor(index / step) > Math.floor((index - 1) / step));
  const left = rows.filter((row) => labels[row] === 1).length;
  const isEnough = rows.length >= MIN_ROWS && Math.min(left, rows.length - left) >= MIN_OF_CLASS;
  return isEnough ? rows : null;
}

function encode(tally: TableTally, column: number, rows: readonly number[]): BoostingColumn {
  const texts = rows.map((row) => (tally.sample[row]?.[column] ?? '').trim());
  if (kindOf(tally.columns[column] as ColumnTally).kind === 'numeric') {
    return { kind: 'numeric', values: Float64Array.from(texts, tally.rules.parseNumber) };
  }
  const index = new Map<string, number>();
  const codes = Int32Array.from(texts, (text) => {
    if (text === '') return -1;
    const code = index.get(text) ?? index.size;
    index.set(text, code);
    return code;
  });
  return { kind: 'categorical', codes, levels: index.size };
}

/** Log loss of the rows of each fold under trees that were grown on the others; NaN where a fold has no trees. */
function crossValidated(columns: readonly BoostingColumn[], labels: Uint8Array, folds: Uint8Array): number {
  const risks = new Float64Array(labels.length);
  const runtime = createBoostingRuntime();
  for (let fold = 0; fold < FOLDS; fold++) {
    const learned = [...labels.keys()].filter((row) => folds[row] !== fold);
    const left = learned.filter((row) => labels[row] === 1).length;
    if (left === 0 || left === learned.length) return Number.NaN;
    const margins = marginsOf(columns, labels, Uint32Array.from(learned), runtime);
    for (let row = 0; row < risks.length; row++) {
      if (folds[row] === fold) risks[row] = sigmoid(margins[row] as number);
    }
  }
  return logLoss(labels, risks);
}

function marginsOf(
  columns: readonly BoostingColumn[],
  labels: Uint8Array,
  rows: Uint32Array,
  runtime: ReturnType<typeof createBoostingRuntime>,
): Float64Array {
  if (columns.length === 0) {
    const left = rows.reduce((sum, row) => sum + (labels[row] as number), 0);
    return new Float64Array(labels.length).fill(Math.log(left / (rows.length - left)));
  }
  const { margins } = fitBoostedTrees(columns, labels, { ...TREES, rows, margins: true }, runtime);
  return margins ?? new Float64Array(labels.length);
}
