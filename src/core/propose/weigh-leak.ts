/** Decides whether a column that may know the outcome is left out, or used with a warning. */

export type LeakKind =
  | 'copy-of-target'
  | 'filled-after-leaving'
  | 'filled-for-leavers'
  | 'empty-for-leavers'
  | 'empty-for-all-leavers'
  | 'value-of-leavers'
  | 'ranks-too-well'
  | 'named-after-outcome';

export interface LeakEvidence {
  readonly kind: LeakKind;
  /** Share, 0 to 1, of those who left whom the finding is about; of those who stayed for `empty-for-all-leavers`. */
  readonly covered: number;
  /** ROC AUC of the column alone, its better side; 0 where it was not asked for. */
  readonly auc: number;
  /** Whether a word of the name may speak of an outcome ("account_status", "cancel_flag"). */
  readonly speaksOfOutcome: boolean;
}

/** Share of its subjects that a finding must be about to leave the column out, by kind. */
const MIN_COVERED = {
  'filled-after-leaving': 0.05,
  'filled-for-leavers': 0.25,
  'empty-for-leavers': 0.25,
  'empty-for-all-leavers': 0.25,
  'value-of-leavers': 0.9,
} as const;
/** A cause hardly ranks so well, whatever it is. */
const MIN_AUC = 0.995;

/**
 * `leave-out` where the column is likelier to be written after the outcome than to be its cause, `warn` where all there
 * is against it is that it predicts well. A person may overrule either.
 *
 * | finding | left out | used, with a warning |
 * |---|---|---|
 * | copy of the target, both ways | always | never |
 * | named after the outcome | always | never |
 * | values for nearly nobody but leavers | 5 % of those who left have one | fewer have |
 * | every text but the commonest is of leavers | 25 % of those who left have one | fewer have |
 * | empty for nearly nobody but leavers | it is empty for 25 % of those who left | for fewer |
 * | values for nobody who left | 25 % of those who stayed have one | fewer have |
 * | one value that nearly only leavers have | 90 % of those who left have it | fewer have it |
 * | ranks too well by itself | ROC AUC of 0.995 or more | below |
 * | any of these, and the name may speak of an outcome | always | never |
 *
 * The shares are judgements: a cell that is filled for leavers alone is rarely there before they leave, while a tariff,
 * an age or a number of calls that many leavers share often is.
 */
export function weighLeak({ kind, covered, auc, speaksOfOutcome }: LeakEvidence): 'leave-out' | 'warn' {
  if (speaksOfOutcome || kind === 'copy-of-target' || kind === 'named-after-outcome') return 'leave-out';
  const isLikely = kind === 'ranks-too-well' ? auc >= MIN_AUC : covered >= MIN_COVERED[kind];
  return isLikely ? 'leave-out' : 'warn';
}
