/** The few cells that a column's rows are put into for shares to be compared: wide bins, levels, missing, the rest. */

import type { ColumnTally } from './column-counter.ts';
import type { CategoricalReference, ColumnReference, NumericReference } from './drift-reference.ts';

/** Rows of the reference and of the current window in each cell. */
export interface Cells {
  readonly reference: readonly number[];
  readonly current: readonly number[];
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
  const groups = reference.kind === 'numeric' ? wideBins(reference) : levelGroups(reference, currentRows);
  const cells = Math.max(-1, ...groups) + 1;
  const [before, after] = [new Array<number>(cells).fill(0), new Array<number>(cells).fill(0)];
  groups.forEach((cell, index) => {
    before[cell] = (before[cell] ?? 0) + (countsOf(reference)[index] ?? 0);
    after[cell] = (after[cell] ?? 0) + (tallied(tally)[index] ?? 0);
  });
  before.push(reference.missing);
  after.push(tally.missing);
  const isFull = (_: number, cell: number) => (before[cell] ?? 0) + (after[cell] ?? 0) > 0;
  return { reference: before.filter(isFull), current: after.filter(isFull) };
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
