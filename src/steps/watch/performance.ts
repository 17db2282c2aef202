/** What the labelled rows of a look say of the model: all rules of drift, and the state that goes on to the next. */

import type { ModelDocument } from '../../core/document/document.ts';
import { type Campaign, termsOf } from '../../core/metrics/campaign.ts';
import { type Evaluation, evaluate } from '../../core/metrics/evaluate.ts';
import { countRisks } from '../../core/monitor/calibration/risk-histogram.ts';
import { baselineOf } from '../../core/monitor/performance/baseline-bound.ts';
import { advanceMonitor, type MonitorState, startMonitor } from '../../core/monitor/performance/monitor.ts';
import { type MonitorViews, readViews } from '../../core/monitor/performance/reading.ts';
import type { AlarmBudget } from '../../core/monitor/performance/risk-sentence.ts';
import {
  advanceRiskWatch,
  type RiskWatch,
  readRiskWatch,
  type WatchedRisk,
} from '../../core/monitor/performance/risk-watch.ts';
import { profitRange, type WatchedCampaign } from '../../core/monitor/performance/row-losses.ts';
import { judgeByRules, type RuleVerdicts } from '../../core/monitor/performance/rule-verdicts.ts';
import type { ConfusionCounts } from '../../core/statistics/confusion.ts';
import type { PerformanceWatch } from '../../store/port/monitors.ts';
import { inOrderOfKeys, type Look } from './look.ts';

const NO_ROWS: ConfusionCounts = Object.freeze({ tn: 0, fp: 0, fn: 0, tp: 0 });

/** What this look goes on from. */
export interface KeptWatches {
  /** null: it is the first. */
  readonly metrics: PerformanceWatch | null;
  /** Or why the risks are not watched. */
  readonly risks: RiskWatch | { readonly absent: string };
}

export interface PerformanceOptions {
  readonly model: ModelDocument;
  /** The deployed latestscore.txt. */
  readonly deployedScore: number;
  /** The evaluation on held-out rows that it comes from; null: not known any more. */
  readonly heldOut: Evaluation | null;
  readonly campaign: Campaign | null;
  /** The most money at stake of a client, for the profit to have a bound. */
  readonly mostValue: number;
  readonly alpha: number;
  readonly tolerance: number;
  readonly budget: AlarmBudget;
  readonly now: Date;
}

export interface Performance {
  /** On all labelled rows of the look; null: there is none. */
  readonly evaluation: Evaluation | null;
  /** What every rule says. */
  readonly verdicts: RuleVerdicts;
  /** The alarm; null: the held-out rows are not known. */
  readonly risk: WatchedRisk | null;
  /** F1, Brier score and profit over all rows, which are told beside it. */
  readonly monitor: MonitorViews;
  readonly kept: { readonly metrics: PerformanceWatch; readonly risks: RiskWatch | null };
}

/** `fresh`: places of the labelled rows that no look has used yet. */
export function judgePerformance(
  look: Look,
  fresh: Uint32Array,
  before: KeptWatches,
  options: PerformanceOptions,
): Performance {
  const evaluation = evaluateLook(look, options);
  const metrics = advance(look, fresh, before.metrics, options);
  const risks = 'absent' in before.risks ? before.risks : advanceRisks(look, fresh, before.risks, options);
  const risk = 'absent' in risks ? risks : readRiskWatch(risks, options.budget);
  const monitor = readViews(metrics.monitor);
  return {
    evaluation,
    verdicts: judgeByRules({
      ...options,
      observed: evaluation?.metrics.f1?.value ?? null,
      rows: evaluation?.rows ?? 0,
      heldOut: countsOf(options.heldOut),
      current: countsOf(evaluation),
      risk,
      f1: monitor.f1,
    }),
    risk: 'absent' in risk ? null : risk,
    monitor,
    kept: { metrics, risks: 'absent' in risks ? null : risks },
  };
}

/** The rows of one look are one histogram: their order does not matter. */
function advanceRisks(
  look: Look,
  fresh: Uint32Array,
  before: RiskWatch,
  { budget, now }: PerformanceOptions,
): RiskWatch {
  const take = (values: Float64Array) => Float64Array.from(fresh, (row) => values[row] as number);
  const risks = countRisks(take(look.probabilities), take(look.labels));
  return advanceRiskWatch(before, risks, { now: now.toISOString(), budget });
}

function evaluateLook(look: Look, { model, campaign }: PerformanceOptions): Evaluation | null {
  if (look.labels.every(Number.isNaN)) return null;
  const terms = campaign === null ? {} : { campaign: termsOf(campaign, look.values) };
  return evaluate(look.labels, look.probabilities, model.threshold, terms);
}

function advance(
  look: Look,
  fresh: Uint32Array,
  before: PerformanceWatch | null,
  options: PerformanceOptions,
): PerformanceWatch {
  const { since, monitor } = before ?? { since: options.now.toISOString(), monitor: startWatch(options) };
  const order = inOrderOfKeys(fresh, look.keys);
  const take = (values: Float64Array): Float64Array =>
    Float64Array.from(order, (row) => values[row] as number);
  const rows = {
    labels: take(look.labels),
    probabilities: take(look.probabilities),
    threshold: options.model.threshold,
    values: look.values === null ? null : take(look.values),
  };
  return { since, monitor: advanceMonitor(monitor, rows) };
}

function startWatch(options: PerformanceOptions): MonitorState {
  const { heldOut, alpha, tolerance } = options;
  const campaign: WatchedCampaign | null =
    options.campaign === null ? null : { ...options.campaign, mostValue: options.mostValue };
  const baseline =
    heldOut === null
      ? { counts: NO_ROWS, brier: null, profit: null }
      : baselineOf(heldOut, campaign === null ? null : profitRange(campaign));
  return startMonitor({ baseline, alpha, tolerance, campaign });
}

/** Counts of an evaluation; none where there is no evaluation. */
export function countsOf(evaluation: Pick<Evaluation, 'confusion'> | null): ConfusionCounts {
  if (evaluation === null) return NO_ROWS;
  const [[tn, fp], [fn, tp]] = evaluation.confusion;
  return { tn, fp, fn, tp };
}
