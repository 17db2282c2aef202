/** Rows as they are streamed: batches of typed columns. */
import type { SourceColumn } from '../core/columns/source-column.ts';

export interface ColumnBatch {
  /** Rows in this batch. */
  readonly rows: number;
  /** Rows before it in the stream. */
  readonly offset: number;
  /** In the order asked for. The arrays are the consumer's to keep. */
  readonly columns: readonly SourceColumn[];
}

export interface RowStream {
  /**
   * Streams columns in row order. Role decides the vector: numeric and value give numbers, categorical gives
   * codes, target gives 1 (left), 0 (stayed) or NaN (no label) as `numeric`, the rest give text (times codes, where
   * there are few of them). Without an id column, asking for `null` gives "1", "2", ... as text.
   * @param allocate gives the arrays that numbers are put in; new ones unless given.
   */
  stream(
    columns: readonly (string | null)[],
    allocate?: (length: number) => Float64Array,
  ): AsyncIterable<ColumnBatch>;
}
