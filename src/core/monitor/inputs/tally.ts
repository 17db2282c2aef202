/** Counts later rows in the bins of a reference: one pass, constant memory, and parts add up to the whole. */
import { TidewatchError } from '../../../base/errors.ts';
import type { SourceBatch, SourceColumn } from '../../columns/source-column.ts';
import type { DriftReference } from '../../document/drift-reference.ts';
import { type ColumnTally, createColumnCounter } from './column-counter.ts';
import { createNumberBins, type NumberBins } from './count-numbers.ts';

/** Plain JSON data: what a tally has counted. */
export interface TallyState {
  readonly rows: number;
  /** In the order of the reference. */
  readonly columns: readonly ColumnTally[];
}

export interface InputTally {
  /** Adds rows; columns in the order of the reference. Error `value-invalid` where a column is of another kind. */
  add(batch: SourceBatch): void;
  /** Adds what another tally of the same reference has counted. */
  merge(other: TallyState): void;
  state(): TallyState;
}

/** Bins of a reference, which all tallies of it may share. */
export type ReferenceBins = readonly (NumberBins | null)[];

/** Makes the look-up tables of the numeric columns, some 80 kB each. */
export function createReferenceBins(reference: DriftReference): ReferenceBins {
  return reference.columns.map((column) =>
    column.kind === 'numeric' && column.range !== null
      ? createNumberBins({ min: column.range.min, edges: column.edges })
      : null,
  );
}

/**
 * A tally without rows. Counts are whole numbers, so merged tallies have the bits of one that saw all rows.
 * @param bins of the reference, where many tallies share them.
 */
export function createTally(reference: DriftReference, bins = createReferenceBins(reference)): InputTally {
  const columns = reference.columns.map((column, index) => createColumnCounter(column, bins[index] ?? null));
  let rows = 0;
  return {
    add(batch) {
      checkColumns(reference, batch.columns.length);
      rows += batch.rows;
      for (const [index, counter] of columns.entries()) counter.add(batch.columns[index] as SourceColumn);
    },
    merge(other) {
      checkColumns(reference, other.columns.length);
      rows += other.rows;
      for (const [index, counter] of columns.entries()) counter.merge(other.columns[index] as ColumnTally);
    },
    state: () => ({ rows, columns: columns.map((counter) => counter.state()) }),
  };
}

function checkColumns(reference: DriftReference, columns: number): void {
  if (columns === reference.columns.length) return;
  throw new TidewatchError(
    'value-invalid',
    `A tally of inputs got ${columns} columns: expected the ${reference.columns.length} of the model's reference.`,
  );
}
