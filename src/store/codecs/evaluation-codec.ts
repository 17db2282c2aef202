/** An evaluation, as a score keeps it. */
import { z } from 'zod';
import { type Codec, createCodec, shapeOf } from '../../base/codec.ts';
import type { Evaluation } from '../../core/metrics/evaluate.ts';
import type { EvaluationOutline, StoredEvaluation } from '../port/scores.ts';
import { confusion, estimate, number, riskHistogram } from './record-parts.ts';

/** Metrics that an older version did not know are not there. */
const metrics = z.custom<Evaluation['metrics']>(
  (value) => z.record(z.string(), estimate.nullable()).safeParse(value).success,
  'expected an estimate, or null, of each metric',
);

const outline = {
  rows: number,
  positives: number,
  unlabelled: number,
  threshold: number,
  level: number,
  confusion,
  f1Score: number,
  metrics,
  undefinedBecause: z.record(z.string(), z.string()),
  risks: riskHistogram.optional(),
};

const curves = z.custom<Evaluation['curves']>(
  (value) => typeof value === 'object' && value !== null && 'roc' in value && 'reliability' in value,
  'expected the curves',
);

const options = {
  name: 'evaluation',
  upgrades: [(older: unknown) => older],
  remedy: 'Run "tidewatch score" again.',
} as const;

export const evaluationCodec: Codec<StoredEvaluation> = createCodec({
  ...options,
  schema: shapeOf<StoredEvaluation>({ ...outline, curves }),
});

/** The same without its curves. */
export const evaluationOutlineCodec: Codec<EvaluationOutline> = createCodec({
  ...options,
  schema: shapeOf<EvaluationOutline>(outline),
});
