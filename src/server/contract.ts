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

const optionalNumber = z.number().nullable();
const share = z.number().min(0).max(1);
const wholeNumber = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** What GET /api/v1/risks takes; texts of the query are read as numbers where numbers are meant. */
export const risksQuerySchema = z.strictObject({
  limit: wholeNumber(1, 1000).default(50).describe('Clients to answer at most.'),
  offset: wholeNumber(0, 1e9).default(0).describe('Clients to pass over, of those that fit.'),
  owner: z.string().min(1).optional().describe('Only clients of this owner.'),
  segment: z.string().min(1).optional().describe('Only clients of this segment.'),
  minRisk: z.coerce
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('Only clients with at least this probability.'),
  q: z.string().min(1).optional().describe('Only clients whose id contains this text, whatever its case.'),
  reasons: wholeNumber(0, 20).default(3).describe('Reasons a client at most. 0: none, which is quickest.'),
});

const probability = share.describe('Probability of leaving.');
const atStake = {
  value: optionalNumber.describe('Money at stake. null: not known.'),
  expectedLoss: optionalNumber.describe('Probability times value.'),
  owner: z.string().nullable(),
  segment: z.string().nullable(),
};
const flagged = z.boolean().describe('Whether the probability is above the threshold of the model.');
const riskSource = {
  modelVersion,
  snapshot: snapshot.nullable(),
  threshold: z.number().describe('Probability above which a client counts as leaving.'),
};
const sentence = z.string().describe('Such as: lastmonth_activity is 3, lower than 92 % of clients.');

const clientTotalsSchema = z.strictObject({
  clients: z.int().min(0),
  flagged: z.int().min(0).describe('How many are above the threshold.'),
  expectedLoss: optionalNumber.describe('Sum over those whose value is known. null: no column says.'),
});

export const risksSchema = z.strictObject({
  ...riskSource,
  rankedBy: z
    .enum(['expected-loss', 'risk'])
    .describe('expected-loss: probability times value; clients without a value come after, by risk.'),
  rows: z.int().min(0).describe('Rows of the snapshot; more than clients where ids have several.'),
  all: clientTotalsSchema.describe('All clients.'),
  matching: clientTotalsSchema.describe('Those that fit the filters; clients is the total for paging.'),
  owners: z.array(z.string()).describe('Owners that there are, the first 500.'),
  segments: z.array(z.string()).describe('Segments that there are, the first 500.'),
  clients: z.array(
    z.strictObject({
      rank: z.int().min(1).describe('Place among all clients.'),
      id: z.string(),
      probability,
      flagged,
      ...atStake,
      reasons: z
        .array(
          z.strictObject({
            column: z.string(),
            contribution: z.number().describe('Log-odds before calibration that it adds.'),
            probabilityWithout: probability.describe(
              'Probability if the column were as for the average client.',
            ),
            sentence,
          }),
        )
        .describe('What raises the risk, the strongest first.'),
    }),
  ),
});

/** The JSON body of POST /api/v1/risks/explain. */
export const explainRequestSchema = z
  .strictObject({
    id: z
      .string()
      .min(1)
      .optional()
      .describe('A client of the latest snapshot; without ids, the number of a row.'),
    row: clientRowSchema.optional().describe('Any client: a value for each input column of the model.'),
  })
  .describe('Exactly one of id and row.')
  .meta({ examples: [{ row: EXAMPLE_ROW }] });

export const explanationSchema = z.strictObject({
  ...riskSource,
  client: z
    .strictObject({
      id: z.string(),
      rows: z.int().min(1).describe('Rows of this id in the data; the last one is explained.'),
      rank: z.int().min(1).describe('Place among all clients.'),
      ...atStake,
    })
    .nullable()
    .describe('null: a row that was given.'),
  probability,
  flagged,
  clients: z.int().min(0).describe('Clients of the snapshot.'),
  riskPercentile: share.describe('Share of them with a lower probability.'),
  baseRate: share.describe('Share of the training rows that left.'),
  margin: z.number().describe('Log-odds before calibration: baseline + the sum of all contributions.'),
  baseline: z.number().describe('Margin of the average client.'),
  baselineProbability: probability,
  contributions: z
    .array(
      z.strictObject({
        column: z.string(),
        value: z.union([z.number(), z.string(), z.null()]),
        contribution: z.number().describe('Above 0 raises the risk.'),
        sentence,
      }),
    )
    .describe('Every column, the strongest first.'),
  without: z
    .array(z.strictObject({ columns: z.array(z.string()), probability }))
    .describe(
      'The probability if the strongest raising columns were as for the average client: one, two, ...',
    ),
});

/** What GET /api/v1/models takes. */
export const modelsQuerySchema = z.strictObject({
  limit: wholeNumber(1, 200).default(20).describe('Models to answer at most.'),
  before: z.string().min(1).optional().describe('Only older ones: the next of the page before, or a time.'),
});

const estimateSchema = z.strictObject({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  level: z.number().describe('Confidence level of the interval.'),
  rows: z.int().min(0),
});
const time = z.string().describe('ISO 8601, UTC.');
const f1 = z.number().min(0).max(1);

const modelEntry = {
  version: z.string(),
  createdAt: time,
  learner: z.string(),
  rows: z.int().min(0).describe('Training rows.'),
  f1: f1.nullable().describe('F1 of the newest score on the test data. null: not scored yet.'),
  f1Estimate: estimateSchema.nullable().describe('The same with its interval. null: the rows define none.'),
  live: z.boolean(),
};

export const modelsSchema = z.strictObject({
  models: z.array(z.strictObject(modelEntry)).describe('Newest first.'),
  next: z.string().nullable().describe('before of the next page. null: this is the last one.'),
});

const anything = z.record(z.string(), z.unknown());

export const modelSchema = z.strictObject({
  ...modelEntry,
  target: z.strictObject({ column: z.string(), positive: z.string() }),
  id: z.string().nullable().describe('Column that names the client.'),
  threshold: z.number(),
  inputs: z.array(z.strictObject({ name: z.string(), kind: z.enum(['numeric', 'categorical']) })),
  features: z.array(anything).describe('What the learner reads, made from the inputs.'),
  size: z.strictObject({ trees: z.int(), leaves: z.int() }).nullable().describe('Of boosted trees.'),
  coefficients: z
    .array(z.number())
    .nullable()
    .describe('Of a logistic regression, in the order of features.'),
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
  deployments: z.array(
    z.strictObject({
      id: z.string(),
      runId: z.string(),
      deployedAt: time,
      f1: optionalNumber,
      reason: z.string(),
    }),
  ),
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
export type RisksQuery = Immutable<z.output<typeof risksQuerySchema>>;
export type Risks = Immutable<z.output<typeof risksSchema>>;
export type ExplainRequest = z.output<typeof explainRequestSchema>;
export type Explanation = Immutable<z.output<typeof explanationSchema>>;
export type ModelsQuery = Immutable<z.output<typeof modelsQuerySchema>>;
export type Models = Immutable<z.output<typeof modelsSchema>>;
export type Model = Immutable<z.output<typeof modelSchema>>;
export type Home = Immutable<z.output<typeof homeSchema>>;
