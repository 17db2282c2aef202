/** What the labelled rows of a look say of the model: all rules of drift, and the state that goes on to the next. */
import { type Campaign, termsOf } from '../../core/metrics/campaign.ts';
import { type Evaluation, evaluate } from '../../core/metrics/evaluate.ts';
import type { ModelDocument } from '../../core/models/document.ts';
import { type DriftVerdict, rawFall } from '../../core/monitor/performance/drift-verdict.ts';
import { advanceMonitor, type MonitorState, startMonitor } from '../../core/monitor/performance/monitor.ts';
import { baselineOf } from '../../core/monitor/performance/promise.ts';
import { type MonitorReading, readMonitor } from '../../core/monitor/performance/reading.ts';
import { profitRange, type WatchedCampaign } from '../../core/monitor/performance/row-losses.ts';
import { sequentialFall } from '../../core/monitor/performance/sequential-fall.ts';
import { type SignificantVerdict, significantFall } from '../../core/monitor/performance/significant-fall.ts';
import type { ConfusionCounts } from '../../core/statistics/confusion.ts';
import { inOrderOfKeys, type Look } from './look.ts';

const DAY_MS = 86_400_000;
const NO_ROWS: ConfusionCounts = Object.freeze({ tn: 0, fp: 0, fn: 0, tp: 0 });

/** The sequential watch as the store keeps it. */
export interface KeptWatch {
  /** When the first row came in, ISO 8601. */
  readonly since: string;
  readonly monitor: MonitorState;
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
  readonly rowsPerFalseAlarm: number;
  readonly now: Date;
}

export interface Performance {
  /** On all labelled rows of the look; null: there is none. */
  readonly evaluation: Evaluation | null;
  readonly verdicts: {
    readonly raw: DriftVerdict;
    readonly significant: SignificantVerdict;
    readonly sequential: DriftVerdict;
  };
  /** F1, Brier score and profit as the sequential watch sees them. */
  readonly monitor: MonitorReading;
  readonly kept: KeptWatch;
}

/** `fresh`: places of the labelled rows that no look has used yet. */
export function judgePerformance(
  look: Look,
  fresh: Uint32Array,
  before: KeptWatch | null,
  options: PerformanceOptions,
): Performance {
  const evaluation = evaluateLook(look, options);
  const observed = evaluation?.metrics.f1 ?? null;
  const kept = advance(look, fresh, before, options);
  const rate = { rowsPerDay: rowsPerDay(kept, options.now) };
  return {
    evaluation,
    verdicts: {
      raw: rawFall(observed?.value ?? null, options.deployedScore, evaluation?.rows ?? 0),
      significant: significantFall(countsOf(options.heldOut), countsOf(evaluation), options),
      sequential: sequentialFall(kept.monitor, rate),
    },
    monitor: readMonitor(kept.monitor, rate),
    kept,
  };
}

function evaluateLook(look: Look, { model, campaign }: PerformanceOptions): Evaluation | null {
  if (look.labels.every(Number.isNaN)) return null;
  const terms = campaign === null ? {} : { campaign: termsOf(campaign, look.values) };
  return evaluate(look.labels, look.probabilities, model.threshold, terms);
}

function advance(
  look: Look,
  fresh: Uint32Array,
  before: KeptWatch | null,
  options: PerformanceOptions,
): KeptWatch {
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
  const { heldOut, alpha, tolerance, rowsPerFalseAlarm } = options;
  const campaign: WatchedCampaign | null =
    options.campaign === null ? null : { ...options.campaign, mostValue: options.mostValue };
  const baseline =
    heldOut === null
      ? { counts: NO_ROWS, brier: null, profit: null }
      : baselineOf(heldOut, campaign === null ? null : profitRange(campaign));
  return startMonitor({ baseline, alpha, tolerance, rowsPerFalseAlarm, campaign });
}

/** Labelled rows a day since the first came; null before a day has passed. */
function rowsPerDay({ since, monitor }: KeptWatch, now: Date): number | null {
  const days = (now.getTime() - Date.parse(since)) / DAY_MS;
  return days >= 1 ? monitor.rows / days : null;
}

/** Counts of an evaluation; none where there is no evaluation. */
export function countsOf(evaluation: Pick<Evaluation, 'confusion'> | null): ConfusionCounts {
  if (evaluation === null) return NO_ROWS;
  const [[tn, fp], [fn, tp]] = evaluation.confusion;
  return { tn, fp, fn, tp };
}
