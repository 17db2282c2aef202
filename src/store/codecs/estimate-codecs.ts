/** An estimate without labels, and the truth that came later. */
import { z } from 'zod';
import { createCodec, shapeOf } from '../../base/codec.ts';
import type { BoundedEstimate } from '../../core/document/document.ts';
import type { PerformanceEstimate } from '../../core/monitor/estimates/performance-estimate.ts';
import type { Truth } from '../port/estimates.ts';
import { confusion, measured, number, perhaps } from './record-parts.ts';

const bounded = shapeOf<BoundedEstimate>({
  value: measured,
  low: measured,
  high: measured,
  level: number,
  rows: number,
}).nullable();

export const estimateCodec = createCodec<PerformanceEstimate>({
  name: 'estimate',
  schema: shapeOf<PerformanceEstimate>({
    rows: number,
    flagged: number,
    threshold: number,
    level: number,
    confusion,
    metrics: shapeOf<PerformanceEstimate['metrics']>({
      f1: bounded,
      precision: bounded,
      recall: bounded,
      accuracy: bounded,
      rocAuc: bounded,
      baseRate: bounded,
      profit: bounded,
    }),
    bandsHoldCalibration: z.boolean(),
  }),
  upgrades: [(older) => older],
});

export const truthCodec = createCodec<Truth>({
  name: 'truth',
  schema: shapeOf<Truth>({
    rows: number,
    metrics: shapeOf<Truth['metrics']>({
      f1: perhaps,
      precision: perhaps,
      recall: perhaps,
      accuracy: perhaps,
      rocAuc: perhaps,
      baseRate: perhaps,
      profit: perhaps,
    }),
  }),
  upgrades: [(older) => older],
});
