/** What a model remembers of the data it was trained on, column by column, to compare later data with. */

/** Numbers as counts in bins. */
export interface NumericReference {
  readonly kind: 'numeric';
  readonly name: string;
  /** Rows that were counted: evenly spaced ones where there are many. */
  readonly rows: number;
  readonly missing: number;
  /** Least and greatest finite value, mean and deviation (ddof 1) of the finite ones; null where there is none. */
  readonly range: {
    readonly min: number;
    readonly max: number;
    readonly mean: number;
    readonly std: number;
  } | null;
  /** Upper edges of the bins inside the range, ascending; the last one is the maximum. */
  readonly edges: readonly number[];
  /** Rows below the minimum (infinite values only), of each bin (upper edge included), above the maximum. */
  readonly counts: readonly number[];
  /** Whether each edge is a value, and the bins hold nothing else: few distinct values. */
  readonly atoms: boolean;
}

/** Categories as counts of levels. */
export interface CategoricalReference {
  readonly kind: 'categorical';
  readonly name: string;
  readonly rows: number;
  readonly missing: number;
  /** The most frequent levels, most frequent first, equal ones by text. */
  readonly levels: readonly string[];
  /** Rows of each. */
  readonly counts: readonly number[];
  /** Levels that are not listed, because there are too many, and their rows. */
  readonly pooled: { readonly levels: number; readonly rows: number };
  /** Levels of one row: they tell how often a new level is to be expected. */
  readonly singletons: number;
}

export type ColumnReference = NumericReference | CategoricalReference;

/** Plain JSON data; part of the model document. */
export interface DriftReference {
  /** Rows that the model was trained on. */
  readonly rows: number;
  /** In the order of the model's inputs. */
  readonly columns: readonly ColumnReference[];
}
