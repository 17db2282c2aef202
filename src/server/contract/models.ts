/** Models: what the routes take and answer. */
import { z } from 'zod';
import { anything, estimateSchema, nextPage, optionalNumber, time, wholeNumber } from './fields.ts';
import type { Immutable } from './immutable.ts';
import { aliasesSchema, aliasNames, challengeSchema, deploymentFields, noteFields } from './registry.ts';
import { route } from './route.ts';

/** What GET /api/v1/models takes. */
export const modelsQuerySchema = z.strictObject({
  limit: wholeNumber(1, 200).default(20).describe('Models to answer at most.'),
  before: z.string().min(1).optional().describe('Only older ones: the next of the page before, or a time.'),
});

const f1 = z.number().min(0).max(1);

const modelEntry = {
  version: z.string(),
  createdAt: time,
  learner: z.string(),
  rows: z.int().min(0).describe('Training rows.'),
  f1: f1.nullable().describe('F1 of the newest score on the test data. null: not scored yet.'),
  f1Estimate: estimateSchema.nullable().describe('The same with its interval. null: the rows define none.'),
  live: z.boolean(),
  aliases: z.array(aliasNames).describe('What it goes by beside its version.'),
};

export const modelsSchema = z.strictObject({
  models: z.array(z.strictObject(modelEntry)).describe('Newest first.'),
  aliases: aliasesSchema,
  next: nextPage,
});

export const modelSchema = z.strictObject({
  ...modelEntry,
  target: z.strictObject({ column: z.string(), positive: z.string() }),
  id: z.string().nullable().describe('Column that names the client.'),
  threshold: z.number(),
  inputs: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(['numeric', 'categorical']),
      derived: z
        .strictObject({
          kind: z.enum(['days_since', 'days_until', 'month', 'ratio', 'difference']),
          from: z.array(z.string()).describe('The raw columns that it is made of.'),
        })
        .optional()
        .describe('How it is made of other columns of the row. Absent: it is a column of the data.'),
    }),
  ),
  features: z.array(anything).describe('What the learner reads, made from the inputs.'),
  members: z
    .array(z.strictObject({ name: z.string(), weight: z.number() }))
    .nullable()
    .describe('Of an ensemble: what it averages on the log-odds, and by which weights.'),
  size: z.strictObject({ trees: z.int(), leaves: z.int() }).nullable().describe('Of its trees.'),
  coefficients: z
    .array(z.number())
    .nullable()
    .describe(
      'Of a logistic regression or the linear part of an ensemble, in the order of the first features.',
    ),
  intercept: optionalNumber,
  calibrationKind: z.string(),
  certificate: anything.describe('What it was trained on, how it was chosen, and why.'),
  scores: z
    .array(
      z.strictObject({
        runId: z.string(),
        createdAt: time,
        dataset: z.enum(['test', 'new-data']),
        datasetId: z.string(),
        rows: z.int().min(0),
        f1,
        metrics: anything,
      }),
    )
    .describe('Newest first, at most the newest hundred.'),
  deployments: z
    .array(z.strictObject(deploymentFields))
    .describe('Newest first, at most the newest hundred.'),
  notes: z.array(z.strictObject(noteFields)).describe('Newest first, at most the newest hundred.'),
  challenge: challengeSchema
    .nullable()
    .describe('How its comparison with the live model stands. null: it is not the challenger.'),
});

const modelParams = z.object({ version: z.string().describe('Version of the model.') });

export const modelRoutes = {
  models: route({
    method: 'GET',
    path: '/api/v1/models',
    summary: 'Models',
    description: 'The models that were trained, newest first, page by page.',
    tag: 'model',
    query: modelsQuerySchema,
    answer: modelsSchema,
  }),
  model: route({
    method: 'GET',
    path: '/api/v1/models/:version',
    summary: 'All about one model',
    description:
      'What it was trained on, how it was chosen and why, what it reads, its scores and deployments.',
    tag: 'model',
    params: modelParams,
    answer: modelSchema,
  }),
};

export type Models = Immutable<z.output<typeof modelsSchema>>;
export type Model = Immutable<z.output<typeof modelSchema>>;
