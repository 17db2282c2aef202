/** Finds columns that say what an earlier column says already. */
import { kindOf } from './column-kind.ts';
import type { ColumnTally } from './column-tally.ts';
import type { TableTally } from './table-tally.ts';

const CORRELATION_LIMIT = 0.9999;
/** Rows that both columns must have, and rows of them away from the commonest value. */
const MIN_ROWS = 30;
const MIN_VARIED_ROWS = 10;
/** Columns of more distinct values are not compared as levels. */
const MAX_LEVELS = 1000;

export interface Copy {
  /** Position of the earlier column. */
  readonly of: number;
  readonly why: string;
}

/**
 * For each of `columns` (positions, in the order of the file) that is a copy, the earlier one that it copies: a
 * correlation beyond 0.9999 for numbers, levels that go together one to one for the rest. From the sample of rows.
 */
export function findCopies(tally: TableTally, columns: readonly number[]): ReadonlyMap<number, Copy> {
  const copies = new Map<number, Copy>();
  const views = columns.map((column) => viewOf(tally, column));
  for (let j = 1; j < views.length; j++) {
    const later = views[j] as View;
    for (let i = 0; i < j; i++) {
      const earlier = views[i] as View;
      if (copies.has(earlier.column)) continue;
      const why = compare(tally, earlier, later);
      if (why === null) continue;
      copies.set(later.column, { of: earlier.column, why });
      break;
    }
  }
  return copies;
}

interface View {
  readonly column: number;
  /** Mean 0 and length 1, 0 where missing; null where the sample is too uniform to compare. */
  readonly unit: Float64Array | null;
  /** Bit for bit which rows are missing, as a text. */
  readonly gaps: string;
  /** Index of each row's level; null where there are too many. */
  readonly levels: Int32Array | null;
  readonly levelCount: number;
}

function viewOf(tally: TableTally, column: number): View {
  const own = tally.columns[column] as ColumnTally;
  const texts = tally.sample.map((row) => row[column] as string);
  const values =
    kindOf(own).kind === 'numeric'
      ? Float64Array.from(texts, (text) => tally.rules.parseNumber(text.trim()))
      : new Float64Array(0);
  const isLevelled = own.complete && own.distinct <= MAX_LEVELS;
  const index = new Map<string, number>();
  const levels = isLevelled ? Int32Array.from(texts, (text) => codeOf(index, text)) : null;
  return {
    column,
    unit: unitVector(values),
    gaps: gapsOf(values),
    levels: levels !== null && isVaried(levels, index.size) ? levels : null,
    levelCount: index.size,
  };
}

function compare(tally: TableTally, earlier: View, later: View): string | null {
  const name = `"${tally.names[earlier.column]}"`;
  if (earlier.unit !== null && later.unit !== null && earlier.gaps === later.gaps) {
    const correlation = dot(earlier.unit, later.unit);
    if (Math.abs(correlation) > CORRELATION_LIMIT) {
      const limit = correlation < 0 ? `below -${CORRELATION_LIMIT}` : `above ${CORRELATION_LIMIT}`;
      return `it goes with ${name}, as a charge does with its minutes (correlation ${limit}${comparedText(tally)})`;
    }
  }
  if (earlier.levels === null || later.levels === null || earlier.levelCount !== later.levelCount)
    return null;
  return isOneToOne(earlier.levels, later.levels)
    ? `its values go with those of ${name} one to one${comparedText(tally)}`
    : null;
}

/** Which rows were compared, where that is not all of them. */
function comparedText({ sample, rows }: TableTally): string {
  return sample.length === rows ? '' : `, in ${sample.length} rows compared`;
}

function unitVector(values: Float64Array): Float64Array | null {
  let count = 0;
  let sum = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    count++;
    sum += value;
  }
  if (count < MIN_ROWS || count - commonest(values) < MIN_VARIED_ROWS) return null;
  const unit = values.map((value) => (Number.isNaN(value) ? 0 : value - sum / count));
  const length = Math.sqrt(dot(unit, unit));
  return length > 0 ? unit.map((value) => value / length) : null;
}

function commonest(values: Float64Array): number {
  const counts = new Map<number, number>();
  let most = 0;
  for (const value of values) {
    const count = (counts.get(value) ?? 0) + 1;
    counts.set(value, count);
    if (count > most && !Number.isNaN(value)) most = count;
  }
  return most;
}

function gapsOf(values: Float64Array): string {
  const gaps: number[] = [];
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i] as number)) gaps.push(i);
  return gaps.join(' ');
}

function codeOf(index: Map<string, number>, text: string): number {
  const known = index.get(text);
  if (known !== undefined) return known;
  index.set(text, index.size);
  return index.size - 1;
}

/** Whether at least two levels have rows enough that going together is no accident. */
function isVaried(levels: Int32Array, count: number): boolean {
  if (levels.length < MIN_ROWS) return false;
  const rows = new Int32Array(count);
  for (const level of levels) rows[level] = (rows[level] as number) + 1;
  return rows.filter((number) => number >= MIN_VARIED_ROWS).length >= 2;
}

/** Codes are given in the order of first appearance, so equal columns have equal codes. */
function isOneToOne(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
