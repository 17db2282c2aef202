/** The gate: whether a retrained model, the challenger, may take the place of the deployed one, the champion. */
import type { Config } from '../../config/schema.ts';
import { tooFewOf } from '../../core/metrics/interval.ts';
import { describeTestRows, type TestWindow } from '../../core/metrics/test-window.ts';
import type { PairedComparison } from '../../core/monitor/performance/compare-paired.ts';
import { judgePaired } from '../../core/monitor/performance/judge-paired.ts';
import type { PairedDifference } from '../../core/monitor/performance/paired-f1.ts';
import { formatTooFew } from '../../report/text/format.ts';

export interface GateVerdict {
  readonly rule: Config['gate'];
  readonly accepted: boolean;
  /** Whether it is to score beside the champion on new rows until a test decides; then it is not accepted yet. */
  readonly shadow: boolean;
  readonly reason: string;
}

export interface GateCase {
  /** The live model; null where there is none. */
  readonly champion: { readonly version: string; readonly f1: number } | null;
  readonly challenger: { readonly version: string; readonly f1: number };
  /** Both on the same test rows; null without a champion. */
  readonly comparison: (PairedComparison & { readonly window?: TestWindow }) | null;
  /** An alarm has said since when outcomes follow another rule. */
  readonly isDated?: boolean;
}

/**
 * Compares both models on the same test rows. Without a champion the challenger is accepted.
 * - `not-worse`: its F1 is not lower, however little they differ.
 * - `better`: its F1 is higher, and the paired bootstrap says that this is no chance.
 * - `always`: whatever the comparison says.
 * - A challenger that gives every client the same risk is refused by all but `always`: it can flag everybody and have an
 *   F1 that is not low. By `not-worse` and `better` so is one that ranks the clients backwards where the champion does
 *   not; `sequential` leaves that to new rows.
 * - After a dated change all but `sequential` and `always` refuse while too few rows have come since to judge by: those
 *   before it would speak for the model that has become wrong, or for one that is half wrong.
 * - Where the champion has learned from clients that are held out now, these three accept: it cannot be judged.
 * - `sequential`: not yet; new labelled rows decide. A challenger that is the champion again is refused.
 */
export function judgeChallenger(rule: Config['gate'], given: GateCase): GateVerdict {
  const { champion, challenger, comparison } = given;
  const verdict = (accepted: boolean, reason: string, shadow = false): GateVerdict => ({
    rule,
    accepted,
    shadow,
    reason,
  });
  if (champion === null) return verdict(true, 'No model was deployed before.');
  const compared = comparison === null ? scoresOf(given) : comparisonText(comparison);
  if (rule === 'always') return verdict(true, `Every retrained model is deployed. ${compared}`);
  const blind = describeBlindness(rule, comparison);
  if (blind !== null) return verdict(false, blind);
  const early = given.isDated === true ? describeEarliness(rule, comparison?.window) : null;
  if (early !== null) return verdict(false, `${early} ${compared}`);
  const unfair = describeUnfairness(comparison?.window);
  if (unfair !== null && rule !== 'sequential') return verdict(true, unfair);
  if (rule === 'not-worse') {
    const accepted = challenger.f1 >= champion.f1;
    return verdict(
      accepted,
      `The retrained model is ${accepted ? 'not worse' : 'worse, so the deployed one stays'}. ${compared}`,
    );
  }
  if (champion.version === challenger.version)
    return verdict(
      false,
      `The retrained model is the deployed one again (${champion.version}), so it stays.`,
    );
  if (rule === 'sequential') {
    const until =
      'The retrained model scores beside the deployed one on new labelled rows until a test decides.';
    return verdict(false, `${until} ${compared}`, true);
  }
  const accepted = comparison !== null && judgePaired(comparison, 'better').accepted;
  const told = accepted ? 'better' : 'not shown to be better, so the deployed one stays';
  return verdict(accepted, `The retrained model is ${told}. ${compared}`);
}

/**
 * Whether the live model with its risks moved takes its own place: both rank clients alike, so the Brier score on rows
 * since the change decides beside F1.
 * - `not-worse`: its Brier score is not higher, and its F1 not lower by more than chance.
 * - `better`: its Brier score is lower by more than chance, and its F1 not lower by more than chance.
 * - `sequential`: as `not-worse`; the alarm itself is the test that may be looked at after every run.
 * - `always`: always.
 * While too few rows have come since the change to compare on, all but `always` refuse: those before it speak for the
 * rate that is no more, and the watch of the recalibrated model would start from them, to alarm again at once.
 */
export function judgeRecalibrated(
  rule: Config['gate'],
  comparison: NonNullable<GateCase['comparison']>,
): GateVerdict {
  const { brier, f1, alpha, window } = comparison;
  const isWorse = f1 !== null && f1.difference < 0 && f1.pValue < alpha;
  const isRight =
    brier !== null &&
    !isWorse &&
    (rule === 'better' ? brier.high !== null && brier.high < 0 : brier.difference <= 0);
  const isEarly = rule !== 'always' && isBeforeChange(window);
  const accepted = rule === 'always' || (isRight && !isEarly);
  const told = `${accepted ? 'takes' : 'does not take'} its place${isEarly ? `. ${TOO_EARLY}` : ''}`;
  const score = brier === null ? '' : `; Brier score ${differenceText(brier, comparison)}`;
  const compared = comparisonText(comparison).replace(/ \(on the same/, `${score} (on the same`);
  return {
    rule,
    accepted,
    shadow: false,
    reason: `The live model with its risks moved ${told}${isEarly ? '' : '.'} ${compared}`,
  };
}

/** Why the challenger is of no use for telling clients apart; null where it is. */
function describeBlindness(rule: Config['gate'], comparison: GateCase['comparison']): string | null {
  const auc = comparison?.rocAuc ?? null;
  if (comparison === null || auc === null || auc.challenger > 0.5) return null;
  const isFlat = auc.challenger === 0.5;
  if (!isFlat && (rule === 'sequential' || auc.champion <= 0.5)) return null;
  const told = isFlat ? 'tells the clients apart no more than chance' : 'ranks the clients backwards';
  return `The retrained model ${told}, so the deployed one stays. ${comparisonText(comparison)}`;
}

/** Whether the held-out rows of a comparison after a change reach back before it, since those after it are too few. */
function isBeforeChange(window: TestWindow | undefined): boolean {
  return window?.kind === 'all' || window?.kind === 'recent';
}

/** Why no model can be judged yet: the held-out rows that would do it are from before the change; null where it can. */
function describeEarliness(rule: Config['gate'], window: TestWindow | undefined): string | null {
  if (rule === 'sequential' || !isBeforeChange(window)) return null;
  return TOO_EARLY;
}

const TOO_EARLY =
  'Too few rows have come since the change to judge a model by (100 are needed, with 20 who left and 20 who stayed), and ' +
  'those before it speak for what is no more: the deployed one stays until then.';

/** Why the champion cannot be judged on these rows; null where it can. Files are taken as they are given. */
function describeUnfairness(window: TestWindow | undefined): string | null {
  const { kind = 'files', trained = null, clients = null } = window ?? {};
  if (kind === 'files' || trained === null || trained === 0) return null;
  return (
    `The deployed model has learned from ${trained.toLocaleString('en-US')} of the ${(clients ?? trained).toLocaleString('en-US')} ` +
    'clients that are held out now, so no comparison with it would be fair: the retrained model takes its place.'
  );
}

/** Such as: F1 0.61 against 0.58 on the same 400 test rows: 0.03 higher (95 % interval -0.01 to 0.07, p = 0.12); ... */
export function comparisonText(comparison: NonNullable<GateCase['comparison']>): string {
  const { f1, rocAuc, rows, positives, window } = comparison;
  const on = `on the same ${describeTestRows(rows, window)}; ${positives.toLocaleString('en-US')} left`;
  if (f1 === null) return `The test rows do not define F1 of both (${on}).`;
  const auc = rocAuc === null ? '' : `; ROC AUC ${differenceText(rocAuc, comparison)}`;
  return `F1 ${differenceText(f1, comparison)}${auc} (${on}).`;
}

function differenceText(
  of: PairedDifference,
  { alpha, rows, positives }: Pick<PairedComparison, 'alpha' | 'rows' | 'positives'>,
): string {
  const way =
    of.difference === 0
      ? 'equal'
      : `${round(Math.abs(of.difference))} ${of.difference > 0 ? 'higher' : 'lower'}`;
  const tooFew = tooFewOf(positives, rows - positives);
  const interval =
    of.low !== null && of.high !== null
      ? `${Number((100 * (1 - alpha)).toFixed(1))} % interval of the difference ${round(of.low)} to ${round(of.high)}`
      : tooFew === null
        ? 'no interval'
        : formatTooFew(tooFew);
  return (
    `${round(of.challenger)} against ${round(of.champion)}, ${way} ` +
    `(${interval}, p = ${Number(of.pValue.toPrecision(2))})`
  );
}

function scoresOf({ champion, challenger }: GateCase): string {
  return `F1 ${round(challenger.f1)} against ${champion === null ? 'none' : round(champion.f1)}.`;
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
