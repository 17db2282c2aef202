/** POST /prediction: what it takes and answers. */
import { z } from 'zod';
import { modelVersion } from './fields.ts';
import type { Immutable } from './immutable.ts';
import { route } from './route.ts';

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

export const EXAMPLE_ROW = {
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

export const predictionSchema = z.strictObject({
  modelVersion,
  threshold: z.number().describe('Probability above which a client counts as leaving.'),
  rows: z.int().min(0).describe('How many clients were scored.'),
  predictions: z.array(z.int().min(0).max(1)).describe('1: will leave, 0: will stay; in the order given.'),
  probabilities: z.array(z.number().min(0).max(1)).describe('Probability of leaving, in the order given.'),
  unseen: z
    .array(
      z.strictObject({
        column: z.string(),
        rows: z.int().min(1).describe('Clients with such a value.'),
        values: z
          .array(z.strictObject({ value: z.string(), rows: z.int().min(1) }))
          .describe('The most frequent of them, up to five.'),
      }),
    )
    .describe('Columns with categories that the model does not know. It takes them for none that it knows.'),
  matched: z
    .array(z.strictObject({ column: z.string(), as: z.string() }))
    .describe(
      'Columns that a file or CSV has under another name than the configuration, and as which they were read.',
    ),
  notGiven: z
    .array(z.strictObject({ column: z.string(), rows: z.int().min(1).describe('Clients without it.') }))
    .optional()
    .describe(
      'Columns made of events or earlier rows that clients were sent without: they counted as missing.',
    ),
});

/** Where the clients of POST /prediction may come from, in words. */
export const PREDICTION_SHAPES = 'an array of rows, {"rows": [...]}, {"path": "..."} or CSV text';

export const predictionRoutes = {
  predict: route({
    method: 'POST',
    path: '/prediction',
    summary: 'Score clients',
    description: `Takes ${PREDICTION_SHAPES}, and answers who will leave and how likely that is, in the order given.`,
    tag: 'model',
    body: predictionRequestSchema,
    csvBody: predictionCsvSchema,
    answer: predictionSchema,
  }),
};

export type ClientRow = Immutable<z.output<typeof clientRowSchema>>;
export type PredictionRequest = z.output<typeof predictionRequestSchema>;
export type Prediction = Immutable<z.output<typeof predictionSchema>>;
