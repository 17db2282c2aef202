/** What a look at the deployed model says, as it is told, stored and answered. */
import type { DriftRuleName } from '../../config/drift-rules.ts';
import type { Estimate } from '../../core/document/document.ts';
import type { Evaluation } from '../../core/metrics/evaluate.ts';
import type { ShiftEstimate } from '../../core/monitor/estimates/estimate-under-shift.ts';
import type { PerformanceEstimate } from '../../core/monitor/estimates/performance-estimate.ts';
import type { NamedCell } from '../../core/monitor/inputs/cells.ts';
import type { DomainDrift } from '../../core/monitor/inputs/domain-classifier.ts';
import type { InputAlarm, InputWindow } from '../../core/monitor/inputs/input-alarm.ts';
import type { InputDrift } from '../../core/monitor/inputs/input-drift.ts';
import type { MonitorViews } from '../../core/monitor/performance/reading.ts';
import type { WatchedRisk } from '../../core/monitor/performance/risk-watch.ts';
import type { RuleVerdicts } from '../../core/monitor/performance/rule-verdicts.ts';
import type { Truth } from './estimates.ts';

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

export interface WatchEstimate {
  /** Of clients whose outcome is not known yet, or, where there is none, of labelled rows as if it were not. */
  readonly of: 'waiting' | 'labelled';
  /** Rows that are spoken of. */
  readonly rows: number;
  /** Rows that the estimate is made of: a sample where there are very many. */
  readonly sampled: number;
  readonly method: 'pape' | 'cbpe';
  readonly reason: string;
  readonly estimate: PerformanceEstimate;
  /** CBPE where PAPE is shown, and how far the reference reaches; null without a reference. */
  readonly shift: Pick<
    ShiftEstimate,
    'cbpe' | 'referenceRows' | 'effectiveRows' | 'separation' | 'coverage'
  > | null;
  /** What the labels of the same rows say, where they are known. */
  readonly truth: Truth | null;
  /** True: it is on record, to be held beside the truth. */
  readonly recorded: boolean;
}

export interface InputCheck extends InputDrift {
  /**
   * Rows that the columns are told of: those of the newest delivery, of the latest deliveries that together are enough
   * to see a shift, or all since the training. That of the worst alarm, else the newest that is enough.
   */
  readonly window: InputWindow;
  /** Of all windows, worst first. */
  readonly alarms: readonly InputAlarm[];
  /** Shares of the training rows and of the new rows by column, in the cells that the PSI compares. */
  readonly histograms: readonly { readonly name: string; readonly cells: readonly NamedCell[] }[];
  /** All columns together: whether a classifier can tell the rows from those of the reference; null without them. */
  readonly domain: DomainDrift | null;
  /** Segments of the data, most rows first; none where the data does not tell them. */
  readonly segments: readonly SegmentInputs[];
}

export interface SegmentInputs {
  readonly segment: string;
  /** New rows of it, and training rows that they were compared with. */
  readonly rows: number;
  readonly referenceRows: number;
  readonly verdict: InputDrift['verdict'];
  /** Names of the columns that have drifted in it. */
  readonly drifted: readonly string[];
  readonly reason: string;
}

export interface SegmentPerformance {
  readonly segment: string;
  /** New rows of it. */
  readonly rows: number;
  readonly labelled: number;
  /** F1 on its labelled rows; null where they do not define it. */
  readonly f1: Estimate | null;
  /** F1 of the deployed model on the held-out rows of the same segment; null where that is not known or not defined. */
  readonly deployed: Estimate | null;
  /** Share of its rows that the model flags. */
  readonly flaggedShare: number;
  /** p-value of a fall below the F1 that the segment had; null where there is nothing to compare. */
  readonly pValue: number | null;
  /** The same after Benjamini and Hochberg over the segments: among many, one is low by chance. */
  readonly adjustedP: number | null;
  readonly reason: string;
}
