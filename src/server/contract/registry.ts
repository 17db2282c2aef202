/** The registry: what was live when, what is different between models, notes, and making a model live. */
import { z } from 'zod';
import { count, nextPage, optionalNumber, time, wholeNumber } from './fields.ts';
import type { Immutable } from './immutable.ts';
import { route } from './route.ts';

/** Names of a model beside its version. */
export const aliasNames = z.enum(['champion', 'challenger', 'previous']);

export const aliasesSchema = z
  .strictObject({
    champion: z.string().nullable().describe('The model that is live.'),
    challenger: z.string().nullable().describe('The model that scores beside it until a test decides.'),
    previous: z.string().nullable().describe('The model that a rollback brings back.'),
  })
  .describe('Versions that have a name at the moment. null: none has.');

/** A model in a path or a query: a version, the beginning of one, or an alias. */
export const modelName = z
  .string()
  .min(1)
  .describe('A version, the beginning of one, champion, challenger or previous.');

/** A deployment without its model. */
export const deploymentFields = {
  id: z.string(),
  runId: z.string(),
  deployedAt: time,
  f1: optionalNumber.describe('F1 on the test data when it went live.'),
  reason: z.string(),
  verb: z.string().describe('What brought it about: run, deploy, promote or rollback.'),
  trigger: z.enum(['command', 'schedule', 'api']).describe('What asked for that.'),
};

export const noteFields = {
  createdAt: time,
  author: z.string(),
  text: z.string(),
};

const lossReading = z.strictObject({
  advantage: optionalNumber.describe('Mean advantage of the challenger a row. null: no row yet.'),
  low: z.number(),
  high: z.number(),
  betterLog10: z.number().describe('log10 of the evidence that the challenger is better.'),
  worseLog10: z.number().describe('log10 of the evidence that it is worse.'),
  betterAt: count.nullable(),
  worseAt: count.nullable(),
});

export const challengeSchema = z.strictObject({
  challenger: z.string(),
  champion: z.string(),
  openedAt: time,
  runId: z.string().describe('The run that opened it.'),
  rows: count.describe('New labelled rows that both were compared on.'),
  reading: z.strictObject({
    outcome: z.enum(['promote', 'retire', 'undecided']),
    decidedAt: count.nullable().describe('The row at which it was decided.'),
    decides: z.enum(['f1', 'brier']),
    levelLog10: z.number().describe('log10 of the evidence that is needed.'),
    rows: count,
    f1: lossReading,
    brier: lossReading,
    reason: z.string(),
  }),
});

/** What GET /api/v1/deployments takes. */
export const deploymentsQuerySchema = z.strictObject({
  limit: wholeNumber(1, 200).default(20).describe('Deployments to answer at most.'),
  before: z.string().min(1).optional().describe('Only older ones: the next of the page before, or a time.'),
});

export const deploymentsSchema = z.strictObject({
  deployments: z
    .array(z.strictObject({ ...deploymentFields, modelVersion: z.string(), live: z.boolean() }))
    .describe('Newest first.'),
  next: nextPage,
});

/** The JSON body of a call that makes a model live. */
export const promoteRequestSchema = z
  .strictObject({ reason: z.string().min(1).max(2000).describe('Why, for the history of deployments.') })
  .meta({ examples: [{ reason: 'the newer one flags too many' }] });

export const promotionSchema = z.strictObject({
  kind: z
    .enum(['promoted', 'rolled-back', 'already-live'])
    .describe('already-live: it was live, and nothing was done.'),
  run: z.string(),
  model: z.string(),
  replaced: z.string().nullable().describe('The model that was live before.'),
  f1: z.number().describe('F1 on the test data of today.'),
  rows: count.nullable().describe('Test rows. null: nothing was scored.'),
  deployment: z
    .strictObject({
      id: z.string(),
      modelVersion: z.string(),
      f1: z.number(),
      deployedAt: time,
      reason: z.string(),
    })
    .nullable(),
});

/** The JSON body of POST /api/v1/models/:version/notes. */
export const noteRequestSchema = z
  .strictObject({
    text: z.string().min(1).max(10_000),
    author: z.string().min(1).max(200).optional().describe('Who says it. Left out: api.'),
  })
  .meta({ examples: [{ text: 'approved by the risk committee', author: 'Kim Lee' }] });

export const noteSchema = z.strictObject({ modelVersion: z.string(), ...noteFields });

/** What GET /api/v1/models/diff takes. */
export const diffQuerySchema = z.strictObject({
  from: modelName.default('previous'),
  to: modelName.default('champion'),
});

const change = <T extends z.ZodType>(value: T) => z.strictObject({ from: value, to: value });
const setChange = z.strictObject({ added: z.array(z.string()), removed: z.array(z.string()) });
const trees = z.strictObject({ trees: count, leaves: count }).nullable();
const training = z.strictObject({
  trainedAt: time,
  version: z.string().describe('Version of Tidewatch.'),
  seed: z.int(),
  snapshot: z.string(),
  rows: count,
  positives: count,
});

const pairedDifference = z
  .strictObject({
    champion: z.number(),
    challenger: z.number(),
    difference: z.number().describe('Challenger less champion.'),
    low: optionalNumber.describe('Interval of the difference. null: a class has too few rows for one.'),
    high: optionalNumber,
    pValue: z.number(),
  })
  .nullable()
  .describe('null: the rows do not define it.');

const testWindow = z
  .strictObject({
    kind: z
      .enum(['files', 'all', 'recent', 'changed', 'cross-fitted'])
      .describe(
        'Files, or rows of held-out clients: all, the newest, or those since a change; cross-fitted: rows of all clients since it, ' +
          'by models that have not seen their clients.',
      ),
    clients: count.nullable().describe('null: not known.'),
    since: z.string().nullable().describe('The live model that the rows are later than.'),
    at: time.optional().describe('When the first rows after the change came in.'),
    trained: count
      .nullable()
      .describe('Test clients that the model "from" has learned from. null: not known.'),
  })
  .describe('Which test rows they are.');

export const comparisonSchema = z.strictObject({
  window: testWindow,
  rows: count.describe('Labelled rows that both were scored on.'),
  positives: count,
  alpha: z.number().describe('Intervals are of level 1 - alpha.'),
  f1: pairedDifference,
  rocAuc: pairedDifference,
  brier: pairedDifference,
  mcnemar: z.strictObject({
    statistic: z.number(),
    pValue: z.number(),
    exact: z.boolean(),
    championAlone: count.describe('Rows on which it alone was right.'),
    challengerAlone: count,
  }),
});

export const diffSchema = z.strictObject({
  from: z.string(),
  to: z.string(),
  learner: change(z.string()),
  target: change(z.string()),
  threshold: change(z.strictObject({ value: z.number(), reason: z.string().nullable() })),
  calibration: change(z.string()),
  inputs: setChange,
  features: setChange,
  options: z
    .array(z.strictObject({ name: z.string(), from: z.unknown(), to: z.unknown() }))
    .describe('Options of the learner that are not equal.'),
  coefficients: z
    .array(z.strictObject({ feature: z.string(), from: optionalNumber, to: optionalNumber }))
    .describe('Of logistic regressions, the largest change first.'),
  size: change(trees),
  training: change(training),
  files: setChange,
  test: comparisonSchema
    .nullable()
    .describe('Both on the test data of today, the second as the challenger. null: see notCompared.'),
  notCompared: z.string().nullable(),
});

const modelParams = z.object({ version: modelName });
const LOCKED = 'Refused with 409 while a run holds the lock of the workspace.';

export const registryRoutes = {
  deployments: route({
    method: 'GET',
    path: '/api/v1/deployments',
    summary: 'What was live when',
    description:
      'The deployments, newest first, page by page: a model is live from its deployment to the next one.',
    tag: 'model',
    query: deploymentsQuerySchema,
    answer: deploymentsSchema,
  }),
  diffModels: route({
    method: 'GET',
    path: '/api/v1/models/diff',
    summary: 'What is different between two models',
    description: 'How they came about, what they hold, and how both score on the test data of today.',
    tag: 'model',
    query: diffQuerySchema,
    answer: diffSchema,
  }),
  promoteModel: route({
    method: 'POST',
    path: '/api/v1/models/:version/promote',
    summary: 'Make a stored model live',
    description: `Scores it on the test data of today and deploys it, with its reason. ${LOCKED}`,
    tag: 'model',
    params: modelParams,
    body: promoteRequestSchema,
    answer: promotionSchema,
  }),
  rollback: route({
    method: 'POST',
    path: '/api/v1/models/rollback',
    summary: 'Make the model live again that was live before',
    description: `A second rollback goes one further back. ${LOCKED}`,
    tag: 'model',
    body: promoteRequestSchema,
    answer: promotionSchema,
  }),
  noteModel: route({
    method: 'POST',
    path: '/api/v1/models/:version/notes',
    summary: 'Write a note on a model',
    description: 'Notes are added and never changed.',
    tag: 'model',
    params: modelParams,
    body: noteRequestSchema,
    answer: noteSchema,
  }),
};

export type Promotion = Immutable<z.output<typeof promotionSchema>>;
export type NoteRequest = z.output<typeof noteRequestSchema>;
export type Diff = Immutable<z.output<typeof diffSchema>>;
