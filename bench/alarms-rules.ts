/** Rules of alarm side by side: the detector that is shipped, its view of F1, and what is used elsewhere. */
import { logit, softplus } from '../src/core/math/sigmoid.ts';
import { f1Score } from '../src/core/metrics/classification.ts';
import {
  advanceRiskDetector,
  evidenceOf,
  startRiskDetector,
} from '../src/core/monitor/calibration/risk-detector.ts';
import { countRisks } from '../src/core/monitor/calibration/risk-histogram.ts';
import { readRiskDetector } from '../src/core/monitor/calibration/risk-reading.ts';
import { advanceMonitor, startMonitor } from '../src/core/monitor/performance/monitor.ts';
import { addConfusion, createConfusion } from '../src/core/statistics/confusion.ts';
import type { LabelledRows } from './alarms-worlds.ts';

/** A way to say at each look how far from an alarm a model is. */
export interface AlarmRule {
  readonly name: string;
  /** Alarm from here on; null: the level is found by simulation. */
  readonly level: number | null;
  start(heldOut: LabelledRows, threshold: number): Watch;
}

export interface Watch {
  /** The evidence after the new rows of a look, `days` after the look before. */
  look(rows: LabelledRows, days: number): number;
  /** What has changed, for a rule that says so. */
  change?(): string | null;
}

/** The rule that is shipped, with its budget in days. */
export function riskDetector(perFalseAlarm: number): AlarmRule {
  return {
    name: 'detector',
    level: Math.log10(perFalseAlarm),
    start: ({ labels, probabilities }) => {
      let state = startRiskDetector({ heldOut: countRisks(probabilities, labels), perFalseAlarm });
      return {
        look: (rows, days) => {
          state = advanceRiskDetector(state, countRisks(rows.probabilities, rows.labels), days);
          return state.rowsNeeded === null ? evidenceOf(state).log / Math.LN10 : Number.NEGATIVE_INFINITY;
        },
        change: () => readRiskDetector(state).change,
      };
    },
  };
}

/** The old rule: the detector of F1 against the lower bound of its held-out value, looked at after every row. */
export function f1Detector(rowsPerFalseAlarm: number): AlarmRule {
  return {
    name: `F1 detector, ${rowsPerFalseAlarm.toLocaleString('en-US')} rows`,
    level: 1,
    start: ({ labels, probabilities }, threshold) => {
      const counts = addConfusion(createConfusion(), labels, probabilities, threshold);
      const baseline = { counts, brier: null, profit: null };
      let state = startMonitor({ baseline, alpha: 0.05, tolerance: 0.02, rowsPerFalseAlarm });
      return {
        look: (rows) => {
          state = advanceMonitor(state, { ...rows, threshold });
          return (state.f1.evidence?.detectorCrossedAt ?? null) === null ? 0 : 1;
        },
      };
    },
  };
}

/** F1 of this week less than the held-out one by so much. */
export const rawF1: AlarmRule = {
  name: 'F1, this week',
  level: null,
  start: (heldOut, threshold) => {
    const f1Of = ({ labels, probabilities }: LabelledRows): number =>
      f1Score(addConfusion(createConfusion(), labels, probabilities, threshold));
    const expected = f1Of(heldOut);
    return { look: (rows) => expected - f1Of(rows) };
  },
};

/** One-sided z of the fall of ROC AUC below the held-out one, by the variance of DeLong (Biometrics 44, 1988). */
export function aucTest(window: 'week' | 'all'): AlarmRule {
  return {
    name: window === 'week' ? 'z of AUC, this week' : 'z of AUC, all weeks',
    level: null,
    start: (heldOut) => {
      const expected = aucWithVariance(addMargins(createMargins(), heldOut));
      let margins = createMargins();
      return {
        look: (rows) => {
          margins = addMargins(window === 'week' ? createMargins() : margins, rows);
          const { auc, variance } = aucWithVariance(margins);
          return (expected.auc - auc) / Math.sqrt(expected.variance + variance);
        },
      };
    },
  };
}

/** CUSUM (Page 1954) of the weekly mean log loss, standardised by the held-out rows, with an allowance of half a deviation. */
export const logLossCusum: AlarmRule = {
  name: 'CUSUM of log loss',
  level: null,
  start: (heldOut) => {
    const losses = logLosses(heldOut);
    const mean = meanOf(losses);
    const deviation = Math.sqrt(meanOf(losses.map((loss) => (loss - mean) ** 2)));
    let sum = 0;
    return {
      look: (rows) => {
        const z = ((meanOf(logLosses(rows)) - mean) / deviation) * Math.sqrt(rows.labels.length);
        sum = Math.max(0, sum + z - 0.5);
        return sum;
      },
    };
  },
};

function logLosses({ labels, probabilities }: LabelledRows): Float64Array {
  return probabilities.map((p, i) => softplus(labels[i] === 1 ? -logit(p) : logit(p)));
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Rows by class in bins of their log-odds. */
interface Margins {
  readonly leavers: Float64Array;
  readonly stayers: Float64Array;
}

const BINS = 600;
const WIDTH = 0.05;

const createMargins = (): Margins => ({ leavers: new Float64Array(BINS), stayers: new Float64Array(BINS) });

function addMargins(margins: Margins, { labels, probabilities }: LabelledRows): Margins {
  const [leavers, stayers] = [margins.leavers.slice(), margins.stayers.slice()];
  for (let i = 0; i < labels.length; i++) {
    const place = Math.floor(logit(probabilities[i] as number) / WIDTH) + BINS / 2;
    const bin = Math.min(BINS - 1, Math.max(0, place));
    const counts = labels[i] === 1 ? leavers : stayers;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { leavers, stayers };
}

function aucWithVariance({ leavers, stayers }: Margins): { auc: number; variance: number } {
  const [left, stayed] = [leavers, stayers].map((counts) => counts.reduce((sum, n) => sum + n, 0)) as [
    number,
    number,
  ];
  if (left < 2 || stayed < 2) return { auc: 0.5, variance: 0.25 };
  let [below, leaversBelow, auc, squares, stayersSquares] = [0, 0, 0, 0, 0];
  for (let bin = 0; bin < BINS; bin++) {
    const [ones, zeros] = [leavers[bin] as number, stayers[bin] as number];
    const place = (below + zeros / 2) / stayed;
    auc += (ones * place) / left;
    squares += ones * place * place;
    const above = (left - leaversBelow - ones / 2) / left;
    stayersSquares += zeros * above * above;
    below += zeros;
    leaversBelow += ones;
  }
  const ofLeavers = (squares - left * auc * auc) / (left - 1) / left;
  const ofStayers = (stayersSquares - stayed * auc * auc) / (stayed - 1) / stayed;
  return { auc, variance: ofLeavers + ofStayers + 1e-9 };
}
