/** What a watch says now: numbers and plain words for each metric. */
import { f1Score } from '../../metrics/classification.ts';
import { evidenceLog10 } from './evidence.ts';
import { meanInterval } from './mean-sequence.ts';
import type { MetricReading } from './metric-reading.ts';
import type { MetricState, MonitorState } from './monitor.ts';
import { profitRange } from './row-losses.ts';
import { sentenceOf } from './sentence.ts';
import { type Interval, shareSequence } from './share-sequence.ts';

export interface ReadingOptions {
  /** Labelled rows a day, for the promise in years; absent or null: it is told in rows. */
  readonly rowsPerDay?: number | null;
}

export interface MonitorReading {
  readonly rows: number;
  readonly f1: MetricReading;
  readonly brier: MetricReading;
  /** null where no campaign is watched. */
  readonly profit: MetricReading | null;
}

const LARGEST = 1e300;

/** All that a watch says now; changes nothing. Alarms stay until a new watch is started. */
export function readMonitor(state: MonitorState, options: ReadingOptions = {}): MonitorReading {
  return {
    rows: state.rows,
    f1: readMetric(state, state.f1, options),
    brier: readMetric(state, state.brier, options),
    profit: state.profit === null ? null : readMetric(state, state.profit, options),
  };
}

function readMetric(state: MonitorState, metric: MetricState, options: ReadingOptions): MetricReading {
  const { promise, evidence } = metric;
  const logs = evidence === null ? null : evidenceLog10(evidence);
  const estimate = estimateOf(state, metric);
  const reading = {
    metric: promise.metric,
    promise,
    shown: metric.shown,
    rows: state.rows,
    observed: estimate?.value ?? null,
    low: estimate?.low ?? null,
    high: estimate?.high ?? null,
    level: 1 - state.alpha,
    eValue: logs === null ? null : Math.min(LARGEST, 10 ** logs.e),
    eLog10: logs?.e ?? null,
    eLevel: evidence?.eLevel ?? null,
    worseThanPromised: (evidence?.eCrossedAt ?? null) !== null,
    worseAt: evidence?.eCrossedAt ?? null,
    detectorLog10: logs !== null && Number.isFinite(logs.detector) ? logs.detector : null,
    detectorLevelLog10: evidence === null ? null : Math.log10(evidence.detectorLevel),
    alarm: (evidence?.detectorCrossedAt ?? null) !== null,
    alarmAt: evidence?.detectorCrossedAt ?? null,
  };
  const words = sentenceOf(reading, state.rowsPerFalseAlarm, options.rowsPerDay ?? null);
  return { ...reading, sentence: words };
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
