/** How much of current data lies where the reference has rows: an estimate says nothing of the rest. */
import { TidewatchError } from '../../../base/errors.ts';
import type { ModelInput, SourceBatch, SourceColumn } from '../../columns/source-column.ts';
import { numericValues } from '../../features/source-fit.ts';
import { MAX_RATIO } from './density-ratio.ts';

export interface ColumnSupport {
  readonly name: string;
  /** Rows below or above every reference value, or with a level that no reference row has. */
  readonly outside: number;
  /** Rows without a value, where every reference row has one. */
  readonly missing: number;
  /** Up to five unseen levels, the first ones found. */
  readonly unseenLevels: readonly string[];
}

export interface SupportCoverage {
  readonly rows: number;
  readonly referenceRows: number;
  /** Rows of which every input is in the reference, and which are not thin by the joint measure. */
  readonly covered: number;
  /** covered / rows; null where there is no row. */
  readonly share: number | null;
  /** Rows with at least one input outside. */
  readonly outsideAlone: number;
  /**
   * Rows whose inputs are each inside but come together so rarely in the reference that the density ratio is above
   * `MAX_RATIO`; null where no ratios were given.
   */
  readonly thin: number | null;
  /** In the order of the inputs. */
  readonly columns: readonly ColumnSupport[];
}

const MAX_LEVELS = 5;

/**
 * Support in two measures. Each input alone: a number is inside from the least to the greatest reference value, a
 * level where a reference row has it, missing where a reference row is missing. (With n reference values, about
 * 2 / (n + 1) of rows from the same source are outside a numeric input by chance.) All inputs together: the density
 * ratio of the row is at most `MAX_RATIO`; it is the classifier's, so it sees what that can tell apart.
 * @param currentRatios from `densityRatio`, NaN where not known (counted as inside); null: only each input alone.
 * Errors: `value-invalid` where a column has another kind than its input or the ratios are not one a row.
 */
export function supportCoverage(
  reference: SourceBatch,
  current: SourceBatch,
  inputs: readonly ModelInput[],
  currentRatios: Float64Array | null,
): SupportCoverage {
  checkRatios(current, currentRatios);
  const outside = new Uint8Array(current.rows);
  const columns = inputs.map((input, index) =>
    markOutside(
      input,
      reference.columns[index] as SourceColumn,
      current.columns[index] as SourceColumn,
      outside,
    ),
  );
  let [outsideAlone, thin] = [0, 0];
  for (let i = 0; i < current.rows; i++) {
    if (outside[i] === 1) outsideAlone++;
    else if (currentRatios !== null && (currentRatios[i] as number) > MAX_RATIO) thin++;
  }
  const covered = current.rows - outsideAlone - thin;
  return {
    rows: current.rows,
    referenceRows: reference.rows,
    covered,
    share: current.rows === 0 ? null : covered / current.rows,
    outsideAlone,
    thin: currentRatios === null ? null : thin,
    columns,
  };
}

function checkRatios({ rows }: SourceBatch, ratios: Float64Array | null): void {
  if (ratios === null || ratios.length === rows) return;
  throw new TidewatchError(
    'value-invalid',
    `${ratios.length} density ratios came with ${rows} rows: expected one a row.`,
  );
}

function markOutside(
  { name, kind }: ModelInput,
  reference: SourceColumn,
  current: SourceColumn,
  marks: Uint8Array,
): ColumnSupport {
  return kind === 'numeric'
    ? markNumbers(name, numericValues(name, reference), numericValues(name, current), marks)
    : markLevels(name, levelsOf(reference), levelsOf(current), marks);
}

function markNumbers(
  name: string,
  reference: Float64Array,
  current: Float64Array,
  marks: Uint8Array,
): ColumnSupport {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let knowsMissing = false;
  for (let i = 0; i < reference.length; i++) {
    const value = reference[i] as number;
    if (Number.isNaN(value)) knowsMissing = true;
    else {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  let [outside, missing] = [0, 0];
  for (let i = 0; i < current.length; i++) {
    const value = current[i] as number;
    if (Number.isNaN(value) ? knowsMissing : value >= low && value <= high) continue;
    marks[i] = 1;
    if (Number.isNaN(value)) missing++;
    else outside++;
  }
  return { name, outside, missing, unseenLevels: [] };
}

function markLevels(
  name: string,
  reference: LevelColumn,
  current: LevelColumn,
  marks: Uint8Array,
): ColumnSupport {
  const known = new Set<string | null>();
  for (let i = 0; i < reference.rows; i++) known.add(reference.at(i));
  const unseen = new Set<string>();
  let [outside, missing] = [0, 0];
  for (let i = 0; i < current.rows; i++) {
    const level = current.at(i);
    if (known.has(level)) continue;
    marks[i] = 1;
    if (level === null) missing++;
    else {
      outside++;
      if (unseen.size < MAX_LEVELS) unseen.add(level);
    }
  }
  return { name, outside, missing, unseenLevels: [...unseen] };
}

interface LevelColumn {
  readonly rows: number;
  at(row: number): string | null;
}

function levelsOf(column: SourceColumn): LevelColumn {
  if (column.kind === 'text') return { rows: column.values.length, at: (row) => column.values[row] ?? null };
  if (column.kind === 'categorical') {
    const { codes, levels } = column;
    return { rows: codes.length, at: (row) => levels[codes[row] as number] ?? null };
  }
  return {
    rows: column.values.length,
    at: (row) => (Number.isNaN(column.values[row]) ? null : String(column.values[row])),
  };
}
