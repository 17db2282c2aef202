/**
 * A sum over the rows of a table that may be taken in parts and merged. Each has two makers that must agree: `add`, over
 * rows that an engine streams, and `sql`, a query that a database answers.
 */
import type { SourceColumn } from '../../core/columns/source-column.ts';
import type { Dialect } from '../dialects/dialect.ts';

/** A row of an answer: a value a column, in the order of the SELECT. */
export type SqlRow = readonly (number | bigint | string | null)[];

/**
 * What a query selects from. Its columns mean what those of `Table.stream` mean: numbers are numbers (NULL and NaN are
 * missing), levels are texts, and the target is 1 (left), 0 (stayed) or missing. A sub-select makes them so, and makes
 * columns that no table has, such as the probability that a model gives.
 */
export interface SqlTable {
  /** What stands after FROM: a name, or a sub-select with a name of its own. */
  readonly from: string;
  /** How a column is written there, quoted. Error `column-missing`. */
  column(name: string): string;
}

/**
 * @template State plain data; what `init` gives is never changed once another has taken it over.
 * @template Answer what the sums say.
 */
export interface Statistic<State, Answer> {
  /** What it is, for error texts: `level counts of "plan"`. */
  readonly name: string;
  /** Columns that it reads, in the order in which `add` is given their vectors. */
  readonly columns: readonly string[];
  /** No rows. */
  init(): State;
  /** With the rows of a batch; may change `state` and give it back. */
  add(state: State, vectors: readonly SourceColumn[], rows: number): State;
  /** The rows of both: associative, and commutative; changes neither. */
  merge(a: State, b: State): State;
  /** One SELECT, whose answer is small: its rows do not grow with those of the table. */
  sql(table: SqlTable, dialect: Dialect): string;
  /**
   * The state of the answer of `sql`. A statistic whose whole state would grow with the table is given what `answer`
   * needs and no more; it says so, and `merge` refuses such a state with `internal`.
   */
  read(rows: readonly SqlRow[]): State;
  answer(state: State): Answer;
}
