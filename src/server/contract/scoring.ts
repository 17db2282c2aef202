/** GET /scoring: how good the deployed model is. */
import { z } from 'zod';
import { modelVersion } from './fields.ts';
import type { Immutable } from './immutable.ts';
import { route } from './route.ts';

export const scoringSchema = z.strictObject({
  modelVersion,
  dataset: z
    .string()
    .describe('What it was scored on: the folder of the test data, or the held-out clients.'),
  testRows: z.string().describe('Which rows it was scored on, in words.'),
  overlap: z
    .string()
    .nullable()
    .describe('How many test clients are trained on too, in a sentence; null where none is known to be.'),
  rows: z.int().min(0).describe('Labelled rows that were scored.'),
  f1: z.number().min(0).max(1).describe('F1 score for the class of those who left.'),
  metrics: z.record(z.string(), z.unknown()).describe('Every other metric, by name.'),
});

export const scoringRoutes = {
  scoring: route({
    method: 'GET',
    path: '/scoring',
    summary: 'Score of the deployed model',
    description: 'F1 and the other metrics of the deployed model on the test data.',
    tag: 'model',
    answer: scoringSchema,
  }),
};

export type Scoring = Immutable<z.output<typeof scoringSchema>>;
