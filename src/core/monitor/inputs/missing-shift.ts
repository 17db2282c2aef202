/** Whether values are missing more often, or less often, than in the reference. */
import { fisherTest } from '../../math/fisher-exact.ts';
import { type DriftComparison, percent } from './drift-comparison.ts';

/** Shares of the rows without a value. */
export interface MissingShift {
  readonly reference: number;
  readonly current: number;
  /** Fisher's exact test that the share is the same. */
  readonly p: number;
}

export const missingShift: DriftComparison<'numeric' | 'categorical', MissingShift> = {
  compare: ({ reference, tally, rows }) => ({
    reference: reference.missing / reference.rows,
    current: tally.missing / rows,
    p: fisherTest(
      { successes: tally.missing, trials: rows },
      { successes: reference.missing, trials: reference.rows },
    ),
  }),
  standsOut: {
    kind: 'missing',
    words: ({ reference, current, p }) =>
      Math.abs(current - reference) > 0.05 && p < 0.01
        ? `${percent(current)} of its values are missing, in training ${percent(reference)}`
        : null,
  },
};
