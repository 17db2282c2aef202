/** What a look at the deployed model says, as it is told, stored and answered. */

import type { DriftRuleName } from '../../config/drift-rules.ts';
import type { Estimate } from '../../core/document/document.ts';
import type { Evaluation } from '../../core/metrics/evaluate.ts';
import type { MonitorViews } from '../../core/monitor/performance/reading.ts';
import type { WatchedRisk } from '../../core/monitor/performance/risk-watch.ts';
import type { RuleVerdicts } from '../../core/monitor/performance/rule-verdicts.ts';
import type { WatchEstimate } from './estimate.ts';
import type { InputCheck } from './inputs.ts';
import type { SegmentPerformance } from './segments.ts';

export interface DriftCheck {
  readonly rule: DriftRuleName;
  readonly drift: boolean;
  /** F1 of the deployed model on the new rows; null where none defines it. */
  readonly observed: number | null;
  /** The same with its interval. */
  readonly estimate: Estimate | null;
  /** The deployed score that it was compared with. */
  readonly expected: number;
  /** New labelled rows: those of the snapshot that the model was not trained on. */
  readonly rows: number;
  /** [[tn, fp], [fn, tp]], rows are true classes; null without rows. */
  readonly confusion: readonly (readonly number[])[] | null;
  /** What the rule that decides says. */
  readonly reason: string;
  /** Every metric on the new labelled rows; null where there is none. */
  readonly metrics: Evaluation['metrics'] | null;
  /** New rows without a label, and with one that is not final yet. */
  readonly unlabelled: number;
  readonly immature: number;
  /** What every rule says. */
  readonly verdicts: RuleVerdicts;
  /**
   * Whether outcomes follow the risks that the model gives, over all looks since it went live: the alarm of the rule
   * `sequential`. null: the held-out rows are not known, and in checks of older versions.
   */
  readonly risk: WatchedRisk | null;
  /** F1, Brier score and profit over all these rows, beside what the held-out rows let expect. */
  readonly monitor: MonitorViews;
  /** null where there is no new row. */
  readonly estimated: WatchEstimate | null;
  readonly inputs: InputCheck | null;
  readonly segments: readonly SegmentPerformance[];
}
