/** GET /api/v1/today: how things stand, in plain words. */
import { z } from 'zod';
import { estimateSchema, optionalNumber, severity, snapshotId, time } from './fields.ts';
import type { Immutable } from './immutable.ts';
import { route } from './route.ts';
import { runEntrySchema } from './runs.ts';

export const stateSchema = z.strictObject({
  id: z.string().describe('docs/states.md says when each holds.'),
  severity,
  about: z.enum(['run', 'model', 'inputs', 'data']),
  title: z.string().describe('In two or three words.'),
  sentence: z.string().describe('What is so, with its numbers.'),
  action: z.string().nullable().describe('What to do. null: nothing.'),
  since: time.nullable(),
  link: z
    .string()
    .nullable()
    .describe('Where to look: "runs", "runs/ID", "data", "quarantine", "model", "drift" or "drift/inputs".'),
});

export const todaySchema = z.strictObject({
  at: time,
  severity: severity.describe('That of the first state.'),
  headline: z.string().describe('The sentence of the first state.'),
  states: z.array(stateSchema).min(1).describe('All that hold, the most urgent first.'),
  actions: z
    .array(z.strictObject({ severity, text: z.string(), link: z.string().nullable() }))
    .min(1)
    .describe('The states as one text each, for programs that read this list before there were states.'),
  model: z
    .strictObject({
      version: z.string(),
      learner: z.string(),
      liveSince: time,
      f1: z.number().min(0).max(1).describe('F1 on the test data when it was deployed.'),
      f1Estimate: estimateSchema.nullable().describe('F1 of the newest score with its interval.'),
      threshold: z.number(),
    })
    .nullable()
    .describe('The live model. null: none is deployed.'),
  data: z
    .strictObject({
      snapshot: snapshotId,
      rows: z.int().min(0),
      since: time.describe('When new data last came in.'),
      quarantined: z.int().min(0).describe('Rows that were not accepted.'),
    })
    .nullable()
    .describe('null: nothing has been ingested.'),
  running: z
    .strictObject({ ...runEntrySchema.shape, step: z.string().nullable().describe('The step under way.') })
    .nullable()
    .describe('What runs at the moment.'),
  lastRun: runEntrySchema.nullable().describe('The newest run of the whole process that has ended.'),
  nextRun: time.nullable().describe('When the clock of this server starts the next. null: it has none.'),
  drift: z
    .strictObject({
      at: time,
      modelVersion: z.string(),
      rule: z.string(),
      drift: z.boolean(),
      observed: optionalNumber.describe('F1 on the new rows.'),
      expected: optionalNumber.describe('F1 that it was compared with.'),
      rows: z.int().min(0).describe('New rows that were looked at.'),
      reason: z.string(),
    })
    .nullable()
    .describe('The newest check of drift. null: none yet.'),
});

export const todayRoutes = {
  today: route({
    method: 'GET',
    path: '/api/v1/today',
    summary: 'How things stand',
    description:
      'Whether the model is healthy, whether new data is in, how the last run went, when the next is, and what ' +
      'somebody should do.',
    tag: 'server',
    answer: todaySchema,
  }),
};

export type Today = Immutable<z.output<typeof todaySchema>>;
export type State = Immutable<z.output<typeof stateSchema>>;
