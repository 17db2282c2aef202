/** What a look at the deployed model says, as it is told, stored and answered. */
import type { Evaluation } from '../../core/metrics/evaluate.ts';
import type { Estimate } from '../../core/models/document.ts';
import type { MonitorReading } from '../../core/monitor/performance/reading.ts';
import type { WatchEstimate } from './estimate.ts';
import type { InputCheck } from './inputs.ts';
import type { Performance } from './performance.ts';
import type { SegmentPerformance } from './segments.ts';

export interface DriftCheck {
  readonly rule: 'raw' | 'significant' | 'sequential';
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
  readonly verdicts: Performance['verdicts'];
  /** The sequential watch of F1, Brier score and profit. */
  readonly monitor: MonitorReading;
  /** null where there is no new row. */
  readonly estimated: WatchEstimate | null;
  readonly inputs: InputCheck | null;
  readonly segments: readonly SegmentPerformance[];
}
