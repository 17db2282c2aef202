/** GET /summarystats and /diagnostics: the data and the state around it. */
import { z } from 'zod';
import { optionalNumber, snapshotId } from './fields.ts';
import { route } from './route.ts';

export const summaryStatisticsSchema = z.strictObject({
  snapshot: snapshotId,
  rows: z.int().min(0).describe('Rows of the snapshot.'),
  columns: z.array(
    z.strictObject({
      name: z.string(),
      role: z.string().describe('What the column is for: numeric, categorical, target, ...'),
      mean: optionalNumber.describe('null: not a number column, or no value is present.'),
      median: optionalNumber.describe('Mean of the two middle values where the count is even.'),
      std: optionalNumber.describe('Sample standard deviation (ddof 1).'),
      min: optionalNumber,
      max: optionalNumber,
      missing: z.int().min(0).describe('Rows without a value.'),
      missingPercent: z.number().min(0).max(100).describe('Percentage of rows without a value.'),
    }),
  ),
});

export const diagnosticsSchema = z.strictObject({
  snapshot: snapshotId.nullable(),
  rows: z.int().min(0).describe('Rows of the snapshot.'),
  durations: z
    .array(
      z.strictObject({
        name: z.string(),
        seconds: optionalNumber,
        startedAt: z.string().nullable().describe('ISO 8601, UTC.'),
      }),
    )
    .describe('How long each step took when it last ran. null: it has not run.'),
  missing: z
    .array(z.strictObject({ name: z.string(), percent: z.number().min(0).max(100) }))
    .describe('Percentage of rows without a value, by column.'),
  dependencies: z
    .array(
      z.strictObject({
        name: z.string(),
        installed: z.string().nullable(),
        latest: z.string().nullable(),
        outdated: z.boolean().nullable(),
      }),
    )
    .describe('Installed and latest version of each dependency. null: not known.'),
});

export const dataRoutes = {
  summaryStatistics: route({
    method: 'GET',
    path: '/summarystats',
    summary: 'Statistics of the data',
    description:
      'Mean, median, standard deviation and missing values of every column of the latest snapshot.',
    tag: 'data',
    answer: summaryStatisticsSchema,
  }),
  diagnostics: route({
    method: 'GET',
    path: '/diagnostics',
    summary: 'State of the system',
    description: 'Durations of the steps, missing values by column, and versions of the dependencies.',
    tag: 'data',
    answer: diagnosticsSchema,
  }),
};
