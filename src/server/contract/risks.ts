/** Clients at risk and why: what the routes take and answer. */
import { z } from 'zod';
import { modelVersion, optionalNumber, share, shareText, snapshotId, time, wholeNumber } from './fields.ts';
import type { Immutable } from './immutable.ts';
import { clientRowSchema, EXAMPLE_ROW } from './prediction.ts';
import { route } from './route.ts';

/** What GET /api/v1/risks takes; texts of the query are read as numbers where numbers are meant. */
export const risksQuerySchema = z.strictObject({
  limit: wholeNumber(1, 1000).default(50).describe('Clients to answer at most.'),
  offset: wholeNumber(0, 1e9).default(0).describe('Clients to pass over, of those that fit.'),
  owner: z.string().min(1).optional().describe('Only clients of this owner.'),
  segment: z.string().min(1).optional().describe('Only clients of this segment.'),
  minRisk: shareText().optional().describe('Only clients with at least this probability.'),
  q: z.string().min(1).optional().describe('Only clients whose id contains this text, whatever its case.'),
  status: z
    .enum(['listed', 'left'])
    .default('listed')
    .describe('Which list. listed: clients who have not left. left: those who have.'),
  sort: z
    .enum(['expected-loss', 'risk'])
    .default('expected-loss')
    .describe('The order. expected-loss is by risk where no column tells the value of clients.'),
  format: z
    .enum(['json', 'csv'])
    .default('json')
    .describe('csv: every client that fits, in order, as a file; limit and offset do not count.'),
  reasons: wholeNumber(0, 20).default(3).describe('Reasons a client at most. 0: none, which is quickest.'),
});

const probability = share.describe('Probability of leaving.');
const atStake = {
  value: optionalNumber.describe('Money at stake. null: not known.'),
  expectedLoss: optionalNumber.describe('Probability times value.'),
  owner: z.string().nullable(),
  segment: z.string().nullable(),
};
const state = {
  status: z
    .enum(['current', 'left', 'unknown'])
    .describe('By the newest row, or by an outcome that was entered since. unknown: it has no outcome yet.'),
  asOf: time.nullable().describe('Time of the row or the outcome that says so. null: not known.'),
};
const scoredBy = z
  .enum(['deployed', 'out-of-fold'])
  .describe(
    'deployed: by the deployed model. out-of-fold: by a model that has not seen this client, as the deployed one has learned from it.',
  );
const flagged = z.boolean().describe('Whether the probability is above the threshold of the model.');
const riskSource = {
  modelVersion,
  snapshot: snapshotId.nullable(),
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
  rows: z.int().min(0).describe('Rows of the snapshot; more than clients where these have several.'),
  status: z.enum(['listed', 'left']).describe('Which list it is.'),
  counts: z
    .strictObject({
      listed: z.int().min(0).describe('Clients who have not left.'),
      left: z.int().min(0).describe('Clients who have left.'),
      unknown: z.int().min(0).describe('Of those listed, how many have no outcome yet.'),
    })
    .describe('How many clients are on each list.'),
  all: clientTotalsSchema.describe('All clients of the list.'),
  matching: clientTotalsSchema.describe('Those that fit the filters; clients is the total for paging.'),
  earlier: z
    .strictObject({ at: time, modelVersion: z.string(), snapshot: snapshotId })
    .nullable()
    .describe('The run whose scores the trend compares with. null: there is none.'),
  owners: z.array(z.string()).describe('Owners that there are, the first 500.'),
  segments: z.array(z.string()).describe('Segments that there are, the first 500.'),
  clients: z.array(
    z.strictObject({
      rank: z.int().min(1).describe('Place on its list.'),
      id: z.string(),
      ...state,
      probability,
      flagged,
      scoredBy,
      earlier: share
        .nullable()
        .describe('Probability at the last earlier scoring: the trend. null: it did not know the client.'),
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

/** The answer with format=csv. */
export const risksCsvSchema = z
  .string()
  .describe(
    'A header line, then one line a client: rank, id, probability, flagged, earlier, value, expected_loss, owner, segment, status, as_of, reason_1, ...',
  );

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
      ...state,
      rows: z.int().min(1).describe('Rows of the client in the data; the newest one is explained.'),
      rank: z
        .int()
        .min(1)
        .describe('Place on its list: that of the clients listed, or that of those who have left.'),
      ...atStake,
    })
    .nullable()
    .describe('null: a row that was given.'),
  scoredBy,
  probability,
  flagged,
  clients: z.int().min(0).describe('Clients listed: those of the snapshot who have not left.'),
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

export const riskRoutes = {
  risks: route({
    method: 'GET',
    path: '/api/v1/risks',
    summary: 'Clients at risk',
    description:
      'Clients of the latest snapshot who have not left, by the deployed model, those to call first: by expected loss ' +
      'where the value of clients is known, else by risk. Those who have left are a list of their own (status=left). ' +
      'Page with limit and offset up to matching.clients.',
    tag: 'clients',
    query: risksQuerySchema,
    answer: risksSchema,
    csv: risksCsvSchema,
  }),
  explainRisk: route({
    method: 'POST',
    path: '/api/v1/risks/explain',
    summary: 'Why a client is at risk',
    description:
      'Exact contributions of every column, and the probability without the strongest, for a client of the latest ' +
      'snapshot by id or for any client by its values.',
    tag: 'clients',
    body: explainRequestSchema,
    answer: explanationSchema,
  }),
};

export type RisksQuery = Immutable<z.output<typeof risksQuerySchema>>;
export type Risks = Immutable<z.output<typeof risksSchema>>;
export type ExplainRequest = z.output<typeof explainRequestSchema>;
export type Explanation = Immutable<z.output<typeof explanationSchema>>;
