/** The few cells that a column's rows are put into for shares to be compared: wide bins, levels, missing, the rest. */

import type {
  CategoricalReference,
  ColumnReference,
  NumericReference,
} from '../../document/drift-reference.ts';
import type { ColumnTally } from './column-counter.ts';

/** Rows of the reference and of the current window in each cell. */
export interface Cells {
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

/** One cell as it is shown. */
export interface NamedCell {
  /** The values in it: a range, a level, "other levels" or "missing". */
  readonly label: string;
  /** Share of the reference rows and of the current rows in it. */
  readonly reference: number;
  readonly current: number;
}

const NUMERIC_CELLS = 10;
/** Fewest reference rows of a cell. */
const CELL_ROWS = 10;
/** Levels of fewer rows, expected or of the reference, share a cell: chi-square needs some in each. */
const RARE = 5;

/**
 * Numbers: ten bins of about equal reference rows, open at both ends, fewer where values repeat or below 100 rows.
 * Categories: a cell for each frequent level and one for rare, pooled and unseen ones. Missing has a cell of its own.
 * Cells that are empty on both sides are left out.
 */
export function cellsOf(reference: ColumnReference, tally: ColumnTally, currentRows: number): Cells {
  const { before, after } = countCells(reference, tally, currentRows);
  const isFull = (_: number, cell: number) => (before[cell] ?? 0) + (after[cell] ?? 0) > 0;
  return { reference: before.filter(isFull), current: after.filter(isFull) };
}

/** The same cells as shares with their names, for a histogram of both; none where a side has no rows. */
export function namedCells(
  reference: ColumnReference,
  tally: ColumnTally,
  currentRows: number,
): readonly NamedCell[] {
  if (reference.rows === 0 || currentRows === 0) return [];
  const { groups, before, after } = countCells(reference, tally, currentRows);
  const labels =
    reference.kind === 'numeric' ? rangeLabels(reference, groups) : levelLabels(reference, groups);
  return before
    .map((rows, cell) => ({
      label: labels[cell] ?? 'missing',
      reference: rows / reference.rows,
      current: (after[cell] ?? 0) / currentRows,
    }))
    .filter((cell) => cell.reference + cell.current > 0);
}

/** Fine bins after which numbers are cut in two: below the range, at the end of each wide bin, at its maximum. */
export function cutBins(reference: NumericReference): readonly number[] {
  const cells = wideBins(reference);
  const last = cells.length - 1;
  return cells.flatMap((cell, bin) =>
    bin < last && (bin === 0 || bin === last - 1 || cells[bin + 1] !== cell) ? bin : [],
  );
}

/** Cell of each fine bin, and the rows in each cell; the last one is of missing values. */
function countCells(reference: ColumnReference, tally: ColumnTally, currentRows: number) {
  const groups = reference.kind === 'numeric' ? wideBins(reference) : levelGroups(reference, currentRows);
  const cells = Math.max(-1, ...groups) + 1;
  const [before, after] = [new Array<number>(cells).fill(0), new Array<number>(cells).fill(0)];
  groups.forEach((cell, index) => {
    before[cell] = (before[cell] ?? 0) + (countsOf(reference)[index] ?? 0);
    after[cell] = (after[cell] ?? 0) + (tallied(tally)[index] ?? 0);
  });
  before.push(reference.missing);
  after.push(tally.missing);
  return { groups, before, after };
}

/** "up to 3", "3 to 8", "above 8": where each cell of fine bins ends. */
function rangeLabels({ edges }: NumericReference, groups: readonly number[]): string[] {
  const ends: (number | undefined)[] = [];
  for (const [bin, cell] of groups.entries()) ends[cell] = bin === 0 ? edges[0] : edges[bin - 1];
  return ends.map((end, cell) => {
    const from = ends[cell - 1];
    const isLast = cell === ends.length - 1;
    if (from === undefined) return isLast ? 'all values' : `up to ${digits(end)}`;
    return isLast ? `above ${digits(from)}` : `${digits(from)} to ${digits(end)}`;
  });
}

function levelLabels({ levels }: CategoricalReference, groups: readonly number[]): string[] {
  const labels = levels.filter(
    (_, rank) => groups.indexOf(groups[rank] ?? -1) === rank && groups.lastIndexOf(rank) === rank,
  );
  return [...labels, 'other levels'];
}

function digits(value: number | undefined): string {
  return value === undefined ? '' : String(Number(value.toPrecision(4)));
}

function countsOf(reference: ColumnReference): readonly number[] {
  return reference.kind === 'numeric' ? reference.counts : [...reference.counts, reference.pooled.rows];
}

function tallied(tally: ColumnTally): readonly number[] {
  return tally.kind === 'numeric' ? tally.counts : [...tally.counts, tally.unseen.rows];
}

/** Cell of each fine bin. */
function wideBins({ counts, rows, missing }: NumericReference): number[] {
  const present = rows - missing;
  let cellsLeft = Math.min(NUMERIC_CELLS, Math.max(2, Math.floor(present / CELL_ROWS)));
  let [rowsLeft, inCell, cell] = [present, 0, 0];
  return counts.map((count, bin) => {
    const own = cell;
    inCell += count;
    const isLast = bin >= counts.length - 2;
    if (!isLast && cellsLeft > 1 && inCell > 0 && inCell >= rowsLeft / cellsLeft) {
      rowsLeft -= inCell;
      inCell = 0;
      cellsLeft--;
      cell++;
    }
    return own;
  });
}

/** Cell of each listed level, and last that of all others. */
function levelGroups({ counts, rows }: CategoricalReference, currentRows: number): number[] {
  const ratio = rows === 0 ? 0 : Math.min(1, currentRows / rows);
  const frequent = counts.filter((count) => count * ratio >= RARE).length;
  return [...counts.map((_, rank) => Math.min(rank, frequent)), frequent];
}
