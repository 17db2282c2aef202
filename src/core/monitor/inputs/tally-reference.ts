/** Makes a reference of what a tally has counted, so that a part of the training rows can be one. */

import type { ColumnReference, DriftReference } from '../../document/drift-reference.ts';
import type { ColumnTally } from './column-counter.ts';
import type { TallyState } from './tally.ts';

/**
 * The reference of the rows in `tally`, which was counted in the bins and levels of `reference`. Range, mean and
 * deviation stay those of the whole: a part is not out of range where the whole is not. Rows of levels that are not
 * listed are pooled.
 */
export function referenceOfTally(reference: DriftReference, tally: TallyState): DriftReference {
  return {
    rows: tally.rows,
    columns: reference.columns.map((column, index) =>
      columnOfTally(column, tally.columns[index] as ColumnTally, tally.rows),
    ),
  };
}

function columnOfTally(column: ColumnReference, tally: ColumnTally, rows: number): ColumnReference {
  const { missing, counts } = tally;
  if (column.kind === 'numeric') return { ...column, rows, missing, counts };
  const listed = counts.reduce((sum, count) => sum + count, 0);
  return {
    ...column,
    rows,
    missing,
    counts,
    pooled: { levels: column.pooled.levels, rows: rows - missing - listed },
    singletons: counts.filter((count) => count === 1).length,
  };
}
