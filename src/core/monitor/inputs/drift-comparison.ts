/** What a drift method does with one column: its answer, and whether that can raise an alarm. */

import type { ColumnReference } from '../../document/drift-reference.ts';
import type { Cells } from './cells.ts';
import type { ColumnTally } from './column-counter.ts';
import type { InputAlarm } from './input-alarm.ts';
import type { ColumnKind } from './methods.ts';

/** The new rows of a column, counted. */
export interface CountedColumn<Kind extends ColumnKind = ColumnKind> {
  readonly reference: Extract<ColumnReference, { kind: Kind }>;
  /** Counts of the new rows in the bins of the reference. */
  readonly tally: Extract<ColumnTally, { kind: Kind }>;
  /** New rows. */
  readonly rows: number;
}

/** The same to be compared; both sides have rows. */
export interface ComparedColumn<Kind extends ColumnKind = ColumnKind> extends CountedColumn<Kind> {
  readonly cells: Cells;
  readonly alpha: number;
  /** Of what a method draws. */
  readonly seed: number;
}

export interface DriftComparison<Kind extends ColumnKind, Answer> {
  /** null: the column defines no answer. */
  compare(column: ComparedColumn<Kind>): Answer | null;
  /** How it raises an alarm; left out: its answer is evidence that is shown. */
  readonly alarm?: {
    /** In units of PSI. */
    size(answer: Answer): number;
    /**
     * The chances of the answer where nothing has changed, one a test. `isSharp`: there are rows enough for chance
     * alone to stay below the size of an alarm.
     */
    pValues(answer: Answer, column: CountedColumn<Kind>, isSharp: boolean): readonly number[];
  };
  /** The kind of alarm where its answer stands out, and what has changed, after "has shifted:"; null: it does not. */
  readonly standsOut?: { readonly kind: InputAlarm['kind']; words(answer: Answer): string | null };
}

/** Such as "12.5 %". */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
