/** Schemas of what several records have in them. */
import { z } from 'zod';
import { arrayOf, shapeOf } from '../../base/codec.ts';
import type { Estimate } from '../../core/document/document.ts';
import type { RiskHistogram } from '../../core/monitor/calibration/risk-histogram.ts';
import type { Evidence } from '../../core/monitor/performance/evidence.ts';
import type { MeanSequence } from '../../core/monitor/performance/mean-sequence.ts';
import type { ConfusionMatrix } from '../../core/statistics/confusion.ts';

export const number = z.number();
export const numbers = arrayOf(number);
export const perhaps = number.nullable();

/** A number that need not be finite: JSON keeps what is not as null. */
export const measured = z.custom<number>(
  (value) => value === null || typeof value === 'number',
  'expected a number',
);

export const confusion = z.custom<ConfusionMatrix>(
  (value) => z.tuple([z.tuple([number, number]), z.tuple([number, number])]).safeParse(value).success,
  'expected [[tn, fp], [fn, tp]]',
);

export const estimate = shapeOf<Estimate>({
  value: measured,
  low: perhaps,
  high: perhaps,
  level: number,
  rows: number,
});

export const riskHistogram = shapeOf<RiskHistogram>({ cells: numbers, stayed: numbers, left: numbers });

export const evidence = shapeOf<Evidence>({
  bets: numbers,
  wealth: numbers,
  wealthExponents: numbers,
  detector: numbers,
  detectorExponents: numbers,
  eLevel: number,
  detectorLevel: number,
  rows: number,
  eCrossedAt: perhaps,
  detectorCrossedAt: perhaps,
});

export const meanSequence = shapeOf<MeanSequence>({
  alpha: number,
  rows: number,
  sum: number,
  squares: number,
  weights: number,
  weighted: number,
  penalty: number,
});
