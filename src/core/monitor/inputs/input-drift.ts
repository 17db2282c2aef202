/** What the comparison of a window with its reference is asked and what it answers. */
import type { ColumnStatistics } from './compare-column.ts';

export interface InputDriftOptions {
  /** Bound on the expected share of false alarms among the alarms, such as 0.01. */
  readonly alpha: number;
  /** PSI, less its bias, from which a shift is large enough for an alarm. */
  readonly psi: number;
  /** Fewest rows of a window; absent: for each column, as many as keep chance alone below `psi`. */
  readonly minimumRows?: number;
  /** Of the draws of the Kolmogorov-Smirnov test; 0 unless given. */
  readonly seed?: number;
}

/** The rule of thumb of the PSI, on its corrected value: below 0.1, below 0.25, and from there. */
export type DriftBand = 'little' | 'moderate' | 'large';

export interface ColumnDrift extends ColumnStatistics {
  readonly verdict: 'drift' | 'no-drift' | 'too-few-rows';
  /** null without rows. */
  readonly band: DriftBand | null;
  /** p of the shift, and of values outside the range, after Benjamini and Hochberg over all columns; null if untested. */
  readonly adjustedP: number | null;
  /** Rows of a window from which this column can be judged; null: none are enough for so small a reference. */
  readonly rowsNeeded: number | null;
  /** Reference rows from which some window can be judged; null where there are enough. */
  readonly referenceRowsNeeded: number | null;
  /** One sentence. */
  readonly reason: string;
}

export interface InputDrift {
  readonly verdict: 'drift' | 'no-drift' | 'too-few-rows';
  readonly rows: { readonly reference: number; readonly current: number };
  readonly alpha: number;
  /** Size that an alarm needs. */
  readonly psi: number;
  readonly columns: readonly ColumnDrift[];
  readonly reason: string;
}
