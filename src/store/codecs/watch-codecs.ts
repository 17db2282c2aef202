/** What the watch of a model keeps from look to look, by the name of each state. */
import { z } from 'zod';
import { anyObject, arrayOf, type Codec, createCodec, shapeOf } from '../../base/codec.ts';
import {
  RISK_DETECTOR_FORMAT,
  type RiskDetectorState,
} from '../../core/monitor/calibration/risk-detector.ts';
import type { BaselineBound } from '../../core/monitor/performance/baseline-bound.ts';
import {
  type MetricState,
  MONITOR_FORMAT,
  type MonitorState,
} from '../../core/monitor/performance/monitor.ts';
import type { RiskWatch } from '../../core/monitor/performance/risk-watch.ts';
import type { WatchedCampaign } from '../../core/monitor/performance/row-losses.ts';
import type { ConfusionCounts } from '../../core/statistics/confusion.ts';
import type {
  ArrivalState,
  Delivery,
  PerformanceWatch,
  WaitingState,
  WatchStates,
} from '../port/monitors.ts';
import { evidence, meanSequence, measured, number, numbers, perhaps, riskHistogram } from './record-parts.ts';

/** Nothing was changed since the records were first written. */
const AS_IT_IS = (older: unknown) => older;

const counts = shapeOf<ConfusionCounts>({ tn: number, fp: number, fn: number, tp: number });

const metric = shapeOf<MetricState>({
  promise: shapeOf<BaselineBound>({
    metric: z.enum(['f1', 'brier', 'profit']),
    value: perhaps,
    rows: number,
    bound: perhaps,
    tolerance: number,
    line: perhaps,
    rowsNeeded: perhaps,
  }),
  risk: perhaps,
  shown: perhaps,
  shownRisk: perhaps,
  evidence: evidence.nullable(),
  mean: meanSequence.nullable(),
});

const monitor = shapeOf<MonitorState>({
  format: z.literal(MONITOR_FORMAT),
  alpha: number,
  rowsPerFalseAlarm: number,
  campaign: shapeOf<WatchedCampaign>({
    contactCost: number,
    offerCost: number,
    successRate: number,
    clientValue: number,
    contactShare: number,
    mostValue: number,
  }).nullable(),
  heldOut: counts,
  rows: number,
  counts,
  f1: metric,
  brier: metric,
  profit: metric.nullable(),
});

const performance = createCodec<PerformanceWatch>({
  name: 'performance-watch',
  schema: shapeOf<PerformanceWatch>({ since: z.string(), monitor }),
  upgrades: [AS_IT_IS],
});

const detector = shapeOf<RiskDetectorState>({
  format: z.literal(RISK_DETECTOR_FORMAT),
  perFalseAlarm: number,
  heldOut: shapeOf<RiskDetectorState['heldOut']>({ rows: number, left: number }),
  rowsNeeded: perhaps,
  curve: shapeOf<RiskDetectorState['curve']>({
    intercept: number,
    slope: number,
    knots: numbers,
    bends: numbers,
  }),
  errors: shapeOf<RiskDetectorState['errors']>({ shift: measured, slope: measured }),
  unchanged: arrayOf(anyObject<RiskDetectorState['unchanged'][number]>()),
  changes: arrayOf(anyObject<RiskDetectorState['changes'][number]>()),
  logs: numbers,
  sums: numbers,
  starts: numbers,
  looks: number,
  weight: number,
  expected: number,
  blocks: arrayOf(
    shapeOf<RiskDetectorState['blocks'][number]>({ from: number, to: number, risks: riskHistogram }),
  ),
  alarmAt: perhaps,
});

const risks = createCodec<RiskWatch>({
  name: 'risk-watch',
  schema: shapeOf<RiskWatch>({
    deployment: z.string(),
    unit: z.enum(['years', 'rows']),
    heldOut: riskHistogram,
    lookedAt: z.string(),
    days: arrayOf(shapeOf<RiskWatch['days'][number]>({ day: z.string(), look: number })),
    detector,
  }),
  upgrades: [AS_IT_IS],
});

const inputs = createCodec<ArrivalState>({
  name: 'arrivals',
  schema: shapeOf<ArrivalState>({
    deliveries: arrayOf(shapeOf<Delivery>({ at: z.string(), rows: number, file: z.string().nullable() })),
  }),
  upgrades: [AS_IT_IS],
});

const waiting = createCodec<WaitingState>({
  name: 'waiting',
  schema: shapeOf<WaitingState>({ until: z.string().nullable() }),
  upgrades: [AS_IT_IS],
});

export const watchCodecs: { readonly [N in keyof WatchStates]: Codec<WatchStates[N]> } = Object.freeze({
  performance,
  risks,
  inputs,
  waiting,
});
