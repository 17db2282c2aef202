/** GET /api/v1/today: how things stand, in plain words. */
import { z } from 'zod';
import { estimateSchema, optionalNumber, snapshotId, time } from './fields.ts';
import type { Immutable } from './immutable.ts';
import { runEntrySchema } from './runs.ts';

const severity = z
  .enum(['none', 'look', 'act'])
  .describe('none: all is well. look: worth a look. act: somebody must do something.');

export const todaySchema = z.strictObject({
  at: time,
  severity: severity.describe('The worst of the actions.'),
  headline: z.string().describe('All in one sentence.'),
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
  actions: z
    .array(
      z.strictObject({
        severity,
        text: z.string().describe('What to do and why.'),
        link: z
          .string()
          .nullable()
          .describe('Where to look: "runs", "runs/ID", "data", "quarantine", "model", "drift" or "clients".'),
      }),
    )
    .min(1)
    .describe('The most urgent first.'),
});

export type Today = Immutable<z.output<typeof todaySchema>>;
