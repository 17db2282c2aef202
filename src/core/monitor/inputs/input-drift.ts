/** What the comparison of a window with its reference is asked and what it answers. */
import type { ColumnStatistics } from './compare-column.ts';
import type { InputAlarm } from './input-alarm.ts';

export interface InputDriftOptions {
  /**
   * Chance that a look says of any column that it is broken where nothing has changed, and that it says of any that it
   * has moved; of the latter also the expected share of false alarms among several. Such as 0.01.
   */
  readonly alpha: number;
  /** PSI, less its bias, from which a shift is large enough for an alarm. */
  readonly psi: number;
  /** Of the draws of the Kolmogorov-Smirnov test; 0 unless given. */
  readonly seed?: number;
}

/** The rule of thumb of the PSI, on its corrected value: below 0.1, below 0.25, and from there. */
export type DriftBand = 'little' | 'moderate' | 'large';

export interface ColumnDrift extends ColumnStatistics {
  /** `drift`: broken or moved. `too-few-rows`: not even a column missing in all of them would alarm. */
  readonly verdict: 'drift' | 'no-drift' | 'too-few-rows';
  /** null without rows. */
  readonly band: DriftBand | null;
  /** Least p of a shift or a fault, adjusted for all tests of the look; null if untested. */
  readonly adjustedP: number | null;
  /** Rows of a window from which a shift of the size of an alarm is seen; null: none are enough for so small a reference. */
  readonly rowsNeeded: number | null;
  /** Reference rows from which some window can show it; null where there are enough. */
  readonly referenceRowsNeeded: number | null;
  /** One sentence. */
  readonly reason: string;
}

export interface InputDrift {
  /** `drift`: there is an alarm. */
  readonly verdict: 'drift' | 'no-drift' | 'too-few-rows';
  readonly rows: { readonly reference: number; readonly current: number };
  readonly alpha: number;
  /** Size that an alarm of a shift needs. */
  readonly psi: number;
  readonly columns: readonly ColumnDrift[];
  /** Worst first. */
  readonly alarms: readonly InputAlarm[];
  readonly reason: string;
}
