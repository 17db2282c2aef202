/** Trends: what the route takes and answers. */
import { z } from 'zod';
import { MEASURE_NAMES, type MeasureName } from '../../store/nouns/measures.ts';
import { count, optionalNumber, time, wholeNumber } from './fields.ts';
import type { Immutable } from './immutable.ts';
import { route } from './route.ts';

const seriesName = z.string().min(1);
const STEPS = ['run', 'day', 'week', 'month', 'model'] as const;

/** What GET /api/v1/trends takes. */
export const trendsQuerySchema = z.strictObject({
  name: z
    .union([seriesName, z.array(seriesName).min(1).max(50)])
    .optional()
    .describe(
      'What to tell, once or several times: a name, or with its column or segment such as psi:age. Left out: what is important and was measured.',
    ),
  since: z.string().min(1).optional().describe('From this day (UTC) or time on.'),
  until: z.string().min(1).optional().describe('To the end of this day, or to this time.'),
  by: z
    .enum(STEPS)
    .optional()
    .describe('What a point is. Left out: run where there are few, else day, week or month.'),
  model: z.string().min(1).optional().describe('Only measurements of this model.'),
  limit: wholeNumber(1, 5000)
    .default(500)
    .describe('Points a series at most, the newest. Older ones: until the first of them.'),
  format: z.enum(['json', 'csv']).default('json').describe('csv: a line a point.'),
});

const number = optionalNumber.describe('null: there is none.');

export const trendPointSchema = z.strictObject({
  from: z.string().describe('Time of the run; else the first day (UTC) with a measurement.'),
  to: z.string().describe('The same, or the last such day.'),
  bucket: z
    .string()
    .nullable()
    .describe('The run, day, Monday of the week, month or model. null: measured while none was live.'),
  modelVersion: z.string().nullable().describe('Model of the last of them. null: none was live.'),
  value: optionalNumber.describe('The number, or the mean of them. null: there is none.'),
  low: optionalNumber.describe('Interval of the number, or of the last of them. null: there is none.'),
  high: number,
  min: number,
  max: number,
  last: number,
  count: count.describe('How many numbers.'),
  rows: optionalNumber.describe('Rows that the last of them comes from.'),
});

export const trendsSchema = z.strictObject({
  by: z.enum(STEPS),
  since: time.nullable(),
  until: time.nullable().describe('Exclusive.'),
  modelVersion: z.string().nullable(),
  series: z.array(
    z.strictObject({
      name: z.enum(MEASURE_NAMES as readonly [MeasureName, ...MeasureName[]]),
      label: z.string().nullable().describe('The column or segment. null: the whole.'),
      title: z.string(),
      unit: z.enum(['score', 'share', 'rows', 'columns', 'seconds', 'value']),
      better: z.enum(['higher', 'lower']).nullable(),
      scale: z.enum(['linear', 'log']).describe('How to draw it.'),
      description: z.string(),
      points: z.array(trendPointSchema).describe('Oldest first.'),
      truncated: z.boolean().describe('Whether older points were left out.'),
    }),
  ),
  deployments: z
    .array(z.strictObject({ at: time, modelVersion: z.string(), f1: optionalNumber }))
    .describe('Models that went live in that time, oldest first, at most the newest five hundred.'),
});

/** The same as CSV. */
export const trendsCsvSchema = z.string().describe('A header line, then one line a point.');

export const trendRoutes = {
  trends: route({
    method: 'GET',
    path: '/api/v1/trends',
    summary: 'Trends',
    description:
      'Numbers over runs, days, weeks, months or models: F1 and its interval, rows, missing values, drift, durations; ' +
      'and when models went live. As JSON or, with format=csv, as CSV.',
    tag: 'model',
    query: trendsQuerySchema,
    answer: trendsSchema,
    csv: trendsCsvSchema,
  }),
};

export type Trends = Immutable<z.output<typeof trendsSchema>>;
