/** What a watch of F1, Brier score and profit says now: numbers and plain words for each. */
import { f1Score } from '../../metrics/classification.ts';
import { evidenceLog10 } from './evidence.ts';
import { meanInterval } from './mean-sequence.ts';
import type { MetricReading, MetricView } from './metric-reading.ts';
import type { MetricState, MonitorState } from './monitor.ts';
import { profitRange } from './row-losses.ts';
import { sentenceOf } from './sentence.ts';
import { type Interval, shareSequence } from './share-sequence.ts';

export interface MonitorReading<R extends MetricView = MetricReading> {
  readonly rows: number;
  readonly f1: R;
  readonly brier: R;
  /** null where no campaign is watched. */
  readonly profit: R | null;
}

/** What is shown beside the alarm, which is that of the risks: a metric alone raises none. */
export type MonitorViews = MonitorReading<MetricView>;

const LARGEST = 1e300;

/** All that a watch says now, also what the detector of each metric would. Changes nothing. */
export function readMonitor(state: MonitorState): MonitorReading {
  return {
    rows: state.rows,
    f1: readDetector(state.f1, readMetric(state, state.f1)),
    brier: readDetector(state.brier, readMetric(state, state.brier)),
    profit: state.profit === null ? null : readDetector(state.profit, readMetric(state, state.profit)),
  };
}

/** What a watch shows of each metric. Changes nothing; a claim stays until a new watch is started. */
export function readViews(state: MonitorState): MonitorViews {
  return {
    rows: state.rows,
    f1: readMetric(state, state.f1),
    brier: readMetric(state, state.brier),
    profit: state.profit === null ? null : readMetric(state, state.profit),
  };
}

function readMetric(state: MonitorState, metric: MetricState): MetricView {
  const { promise, evidence } = metric;
  const eLog10 = evidence === null ? null : evidenceLog10(evidence).e;
  const estimate = estimateOf(state, metric);
  const view = {
    metric: promise.metric,
    promise,
    rows: state.rows,
    observed: estimate?.value ?? null,
    low: estimate?.low ?? null,
    high: estimate?.high ?? null,
    level: 1 - state.alpha,
    eValue: eLog10 === null ? null : Math.min(LARGEST, 10 ** eLog10),
    eLog10,
    eLevel: evidence?.eLevel ?? null,
    worseThanPromised: (evidence?.eCrossedAt ?? null) !== null,
    worseAt: evidence?.eCrossedAt ?? null,
  };
  return { ...view, sentence: sentenceOf(view) };
}

function readDetector({ evidence, shown }: MetricState, view: MetricView): MetricReading {
  const log = evidence === null ? null : evidenceLog10(evidence).detector;
  return {
    ...view,
    shown,
    detectorLog10: log !== null && Number.isFinite(log) ? log : null,
    detectorLevelLog10: evidence === null ? null : Math.log10(evidence.detectorLevel),
    alarm: (evidence?.detectorCrossedAt ?? null) !== null,
    alarmAt: evidence?.detectorCrossedAt ?? null,
  };
}

function estimateOf(state: MonitorState, { mean }: MetricState): (Interval & { value: number }) | null {
  if (mean === null) {
    const { tp, fp, fn } = state.counts;
    if (tp + fp + fn === 0) return null;
    const { low, high } = shareSequence(tp, tp + fp + fn, state.alpha);
    const f1Of = (jaccard: number): number => (2 * jaccard) / (1 + jaccard);
    return { value: f1Score(state.counts), low: f1Of(low), high: f1Of(high) };
  }
  if (mean.rows === 0) return null;
  const scaled = { value: mean.sum / mean.rows, ...meanInterval(mean) };
  if (state.profit?.mean !== mean || state.campaign === null) return scaled;
  const { lowest, highest } = profitRange(state.campaign);
  const unscaled = (place: number): number => lowest + place * (highest - lowest);
  return { value: unscaled(scaled.value), low: unscaled(scaled.low), high: unscaled(scaled.high) };
}
