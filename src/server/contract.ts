/**
 * The contract of the HTTP API: what each route takes and answers, as zod schemas. The server compiles their JSON
 * schemas, the OpenAPI page is made of them, and a client takes its types from here.
 */
import { z } from 'zod';
import type { ErrorCode } from '../base/errors.ts';
import { CATALOGUE } from '../base/errors.ts';

const ERROR_CODES = Object.keys(CATALOGUE) as [ErrorCode, ...ErrorCode[]];

/** What every call answers that does not succeed; `code` decides the HTTP status. */
export const errorSchema = z
  .strictObject({
    error: z.strictObject({
      code: z.enum(ERROR_CODES).describe('What went wrong, for programs.'),
      message: z.string().describe('What went wrong, where, and what to do, for people.'),
      details: z.record(z.string(), z.unknown()).describe('The same facts as the message, for programs.'),
    }),
  })
  .describe('An error.');

/** One client: column name to value. A missing value is null or an empty text. */
export const clientRowSchema = z
  .strictObject({})
  .catchall(z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .describe('One client: a value for each input column of the model. null means missing.');

const clientRowsSchema = z.array(clientRowSchema).min(1);

const predictionObjectSchema = z
  .strictObject({
    rows: clientRowsSchema.optional().describe('The clients.'),
    path: z
      .string()
      .min(1)
      .optional()
      .describe('A data file in a data folder of the workspace, such as testdata/testdata.csv.'),
    dataset_path: z.string().min(1).optional().describe('The same as path, under its older name.'),
  })
  .describe('Exactly one of rows, path and dataset_path.');

const EXAMPLE_ROW = {
  corporation: 'abcd',
  lastmonth_activity: 78,
  lastyear_activity: 1024,
  number_of_employees: 12,
};

/** The JSON body of POST /prediction: the clients themselves, or one of the three keys. */
export const predictionRequestSchema = z
  .union([clientRowsSchema, predictionObjectSchema])
  .meta({ examples: [{ path: 'testdata/testdata.csv' }, { rows: [EXAMPLE_ROW] }] });

/** The CSV body of POST /prediction: a header line and one line a client. */
export const predictionCsvSchema = z.string().min(1).describe('A header line, then one line a client.');

const modelVersion = z.string().describe('Version of the deployed model that answered.');
const snapshot = z.string().describe('Id of the snapshot (hex SHA-256 of finaldata.csv).');
const maybeNumber = z.number().nullable();

export const predictionSchema = z.strictObject({
  modelVersion,
  threshold: z.number().describe('Probability above which a client counts as leaving.'),
  rows: z.int().min(0).describe('How many clients were scored.'),
  predictions: z.array(z.int().min(0).max(1)).describe('1: will leave, 0: will stay; in the order given.'),
  probabilities: z.array(z.number().min(0).max(1)).describe('Probability of leaving, in the order given.'),
});

export const scoringSchema = z.strictObject({
  modelVersion,
  dataset: z.string().describe('What it was scored on: the folder of the test data.'),
  rows: z.int().min(0).describe('Labelled rows that were scored.'),
  f1: z.number().min(0).max(1).describe('F1 score for the class of those who left.'),
  metrics: z.record(z.string(), z.unknown()).describe('Every other metric, by name.'),
});

export const summaryStatisticsSchema = z.strictObject({
  snapshot,
  rows: z.int().min(0).describe('Rows of the snapshot.'),
  columns: z.array(
    z.strictObject({
      name: z.string(),
      role: z.string().describe('What the column is for: numeric, categorical, target, ...'),
      mean: maybeNumber.describe('null: not a number column, or no value is present.'),
      median: maybeNumber.describe('Mean of the two middle values where the count is even.'),
      std: maybeNumber.describe('Sample standard deviation (ddof 1).'),
      min: maybeNumber,
      max: maybeNumber,
      missing: z.int().min(0).describe('Rows without a value.'),
      missingPercent: z.number().min(0).max(100).describe('Percentage of rows without a value.'),
    }),
  ),
});

export const diagnosticsSchema = z.strictObject({
  snapshot: snapshot.nullable(),
  rows: z.int().min(0).describe('Rows of the snapshot.'),
  durations: z
    .array(
      z.strictObject({
        name: z.string(),
        seconds: maybeNumber,
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

export const healthSchema = z.strictObject({ status: z.literal('ok') });
export const readinessSchema = z.strictObject({ status: z.literal('ready') });

export const homeSchema = z.strictObject({
  name: z.string(),
  version: z.string(),
  docs: z.string().describe('Path of the OpenAPI page.'),
  routes: z.array(z.strictObject({ method: z.string(), path: z.string(), summary: z.string() })),
});

/** What nobody may change, through and through. */
type Immutable<T> = T extends readonly (infer Item)[]
  ? readonly Immutable<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Immutable<T[Key]> }
    : T;

export type ErrorAnswer = Immutable<z.output<typeof errorSchema>>;
export type ClientRow = Immutable<z.output<typeof clientRowSchema>>;
export type PredictionRequest = z.output<typeof predictionRequestSchema>;
export type Prediction = Immutable<z.output<typeof predictionSchema>>;
export type Scoring = Immutable<z.output<typeof scoringSchema>>;
export type SummaryStatistics = Immutable<z.output<typeof summaryStatisticsSchema>>;
export type Diagnostics = Immutable<z.output<typeof diagnosticsSchema>>;
export type Home = Immutable<z.output<typeof homeSchema>>;
