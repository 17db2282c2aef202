/** The verdict on a deployed model that every rule of drift gives, and its plainest rule. */
import type { DriftRuleName } from '../../../config/drift-rules.ts';
import { differenceNote, scoreText } from '../score-text.ts';

/** What a rule says, with the numbers it says it from. */
export interface DriftVerdict {
  readonly rule: DriftRuleName;
  readonly drift: boolean;
  /** F1 on the new rows; null where they do not define it. */
  readonly observed: number | null;
  /** F1 on the held-out rows of the deployed model; null where it is not known. */
  readonly expected: number | null;
  /**
   * What is compared: F1 (raw), the p-value (significant), log10 of the detector (sequential). null: there is
   * nothing to compare.
   */
  readonly statistic: number | null;
  /** With what: drift when F1 or the p-value is lower, or the detector as high or higher. */
  readonly threshold: number | null;
  /** New labelled rows. */
  readonly rows: number;
  /** Labelled rows that would do where these are too few; null: they are not, or it cannot be told. */
  readonly rowsNeeded: number | null;
  readonly reason: string;
}

/** The rule `raw`: drift when the new F1 is lower than the deployed one, however little and on however few rows. */
export function rawFall(observed: number | null, expected: number, rows: number): DriftVerdict {
  const drift = observed !== null && observed < expected;
  const reason =
    observed === null
      ? 'No new labelled row defines F1, so nothing speaks of drift.'
      : `F1 ${scoreText(observed)} on ${rows} new rows is ${drift ? 'lower than' : 'not lower than'} the deployed score ` +
        `${scoreText(expected)}${differenceNote(observed, expected)}${drift ? ': the model has drifted.' : ': no drift.'}`;
  return {
    rule: 'raw',
    drift,
    observed,
    expected,
    statistic: observed,
    threshold: expected,
    rows,
    rowsNeeded: null,
    reason,
  };
}
