/** GET /api/v1/models/{version}/threshold: what another threshold would mean. */
import { z } from 'zod';
import { count, optionalNumber, share, shareText } from './fields.ts';
import type { Immutable } from './immutable.ts';
import { route } from './route.ts';

/** What it takes. */
export const thresholdQuerySchema = z.strictObject({
  at: shareText().optional().describe('Threshold to try. Without it: that of the model.'),
});

const atThresholdSchema = z.strictObject({
  threshold: share,
  confusion: z
    .array(z.array(count))
    .describe('[[tn, fp], [fn, tp]] on the test data, rows are true classes.'),
  flagged: count.describe('Rows of the test data above the threshold.'),
  f1: share,
  precision: share.nullable().describe('null: nobody is above the threshold.'),
  recall: share.nullable().describe('null: nobody left.'),
  profit: optionalNumber.describe(
    'Expected profit a client of the campaign in the configuration. null: no campaign.',
  ),
  clients: z
    .int()
    .min(0)
    .nullable()
    .describe(
      'Clients listed above it, without those who have left. null: the model is not live, or there is no data.',
    ),
});

export const thresholdSchema = z.strictObject({
  modelVersion: z.string(),
  rows: count.describe('Labelled rows of the test data.'),
  current: atThresholdSchema.describe('At the threshold of the model.'),
  tried: atThresholdSchema.describe('At the one that was asked for.'),
  addedClients: z.int().nullable().describe('Clients that it adds to the list; below 0: takes off it.'),
});

const modelParams = z.object({
  version: z.string().describe('Version of the model, or one of its names.'),
});

export const thresholdRoutes = {
  threshold: route({
    method: 'GET',
    path: '/api/v1/models/:version/threshold',
    summary: 'Try another threshold',
    description:
      'Confusion, F1 and profit on the test data at the threshold of the model and at another one, and how many ' +
      'clients it adds to the list. Nothing is changed.',
    tag: 'model',
    params: modelParams,
    query: thresholdQuerySchema,
    answer: thresholdSchema,
  }),
};

export type Threshold = Immutable<z.output<typeof thresholdSchema>>;
