/** Source columns as the core sees them: the columns of an engine's batch fit, and so does a single row. */
import type { DerivedColumn } from '../derived/derived-column.ts';

/** Missing is NaN in `numeric`, -1 in `categorical`, null in `text`. */
export type SourceColumn =
  | { readonly kind: 'numeric'; readonly values: Float64Array }
  | {
      readonly kind: 'categorical';
      readonly codes: Int32Array;
      /** Level of each code; the same array, which may grow, through all batches of one stream. */
      readonly levels: readonly string[];
    }
  | { readonly kind: 'text'; readonly values: readonly (string | null)[] };

/** A source column that the model reads, as the model document lists it. */
export interface ModelInput {
  readonly name: string;
  readonly kind: 'numeric' | 'categorical';
  /** How it is made of other columns of the row. Absent: it is a column of the data. */
  readonly derived?: DerivedColumn;
}

/** Rows of source columns, in the order of the inputs. */
export interface SourceBatch {
  readonly rows: number;
  readonly columns: readonly SourceColumn[];
}
