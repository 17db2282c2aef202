/** Drift: what the routes take and answer. */
import { z } from 'zod';
import { DRIFT_RULE_NAMES, type DriftRuleName } from '../../config/drift-rules.ts';
import { ALARM_KINDS, ALARM_SEVERITIES, INPUT_WINDOWS } from '../../core/monitor/inputs/input-alarm.ts';
import {
  type AnswerShape,
  DRIFT_METHOD_NAMES,
  DRIFT_METHODS,
  type DriftAnswers,
  type DriftMethodName,
} from '../../core/monitor/inputs/methods.ts';
import { estimateSchema, nextPage, optionalNumber, share, time, wholeNumber } from './fields.ts';
import { route } from './route.ts';

/** The named properties alone: an answer may hold more than the contract names. */
type Known<T> = T extends readonly (infer U)[]
  ? readonly Known<U>[]
  : T extends object
    ? { readonly [K in keyof T as string extends K ? never : K]: Known<T[K]> }
    : T;

const rule = z.enum(DRIFT_RULE_NAMES);
const decision = z.enum(['drift', 'no-drift', 'too-few-rows']);
const rows = z.int().min(0);
const metric = estimateSchema.nullable();
const day = z.string().describe('ISO 8601 day.');

const verdict = z.looseObject({
  rule,
  drift: z.boolean(),
  observed: optionalNumber.describe('F1 on the new rows.'),
  expected: optionalNumber.describe('F1 on the held-out rows of the deployed model.'),
  statistic: optionalNumber.describe('F1 (raw), p-value (significant), log10 of the detector (sequential).'),
  threshold: optionalNumber.describe(
    'Drift when F1 or the p-value is lower, or the detector as high or higher.',
  ),
  rows,
  rowsNeeded: rows.nullable().describe('Labelled rows that would do, where these are too few.'),
  reason: z.string(),
});

const reading = z.looseObject({
  metric: z.enum(['f1', 'brier', 'profit']),
  rows,
  observed: optionalNumber,
  low: optionalNumber.describe('Confidence sequence: holds at all looks at once.'),
  high: optionalNumber,
  eValue: optionalNumber.describe('Evidence that it was ever worse than the held-out rows allow.'),
  eLevel: optionalNumber,
  worseThanPromised: z.boolean(),
  sentence: z.string(),
});

const bounds = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });
const outcomes = { rows, left: rows, expected: z.number().describe('By the risks that the model gives.') };

const risk = z.looseObject({
  looks: z.int().min(0).describe('Checks with new outcomes since the model went live.'),
  ...outcomes,
  weight: z.number().describe('Days that the checks cover, or rows.'),
  heldOut: z.strictObject({ rows, left: rows }),
  log10: optionalNumber.describe('log10 of the Shiryaev-Roberts detector of a change.'),
  levelLog10: z
    .number()
    .describe('From here on it is an alarm: log10 of the days, or rows, to a false alarm.'),
  alarm: z.boolean(),
  alarmAt: z.int().min(1).nullable().describe('The check that brought it, from 1.'),
  alarmOn: day.nullable(),
  change: z.enum(['base-rate', 'discrimination', 'both']).nullable().describe('null without an alarm.'),
  shares: z
    .strictObject({ baseRate: share, discrimination: share, both: share })
    .nullable()
    .describe('Of the evidence, by what may have changed.'),
  changedAt: z.int().min(1).nullable().describe('The check at which the change most likely began.'),
  changedOn: day.nullable(),
  since: z.strictObject(outcomes).nullable().describe('Outcomes from that check on.'),
  calibration: z
    .strictObject({ intercept: bounds, slope: bounds, level: z.number(), rows })
    .nullable()
    .describe(
      'Of the outcomes since the change, without an alarm of all. Intercept 0 and slope 1 are right.',
    ),
  tooFew: z.strictObject({ rowsNeeded: rows }).nullable().describe('Held-out rows that would do.'),
  sentence: z.string(),
  budget: z.string().describe('How rare false alarms are.'),
});

const estimates = z.looseObject({
  f1: metric,
  precision: metric,
  recall: metric,
  accuracy: metric,
  rocAuc: metric,
  baseRate: metric,
  profit: metric,
});

const estimated = z.looseObject({
  of: z.enum(['waiting', 'labelled']),
  rows,
  method: z.enum(['pape', 'cbpe']),
  reason: z.string(),
  estimate: z.looseObject({ rows, threshold: z.number(), metrics: estimates }),
  truth: z
    .looseObject({ rows, metrics: z.record(z.string(), optionalNumber) })
    .nullable()
    .describe('What the labels of the same rows say, where they are known.'),
});

const FIELDS = { number: z.number(), share, rows } as const;

/** What a drift method answers on a column, as its record promises. */
function methodAnswer(name: DriftMethodName): z.ZodType {
  const { answer, words }: { answer: AnswerShape; words: { title: string; meaning: string } } =
    DRIFT_METHODS[name];
  const schema =
    typeof answer === 'string'
      ? FIELDS[answer]
      : z.looseObject(
          Object.fromEntries(Object.entries(answer).map(([field, kind]) => [field, FIELDS[kind]])),
        );
  return schema.nullable().describe(`${words.title}. ${words.meaning}`);
}

const column = z.looseObject({
  name: z.string(),
  kind: z.enum(['numeric', 'categorical']),
  verdict: decision,
  band: z.enum(['little', 'moderate', 'large']).nullable(),
  adjustedP: optionalNumber.describe('Least p of a shift or a fault, adjusted for all tests of the look.'),
  ...(Object.fromEntries(DRIFT_METHOD_NAMES.map((name) => [name, methodAnswer(name)])) as {
    readonly [Name in DriftMethodName]: z.ZodType<DriftAnswers[Name]>;
  }),
  rowsNeeded: rows.nullable(),
  reason: z.string(),
});

const window = z.enum(INPUT_WINDOWS);

const inputAlarm = z.strictObject({
  severity: z
    .enum(ALARM_SEVERITIES)
    .describe('broken: the feed is at fault. moved: other clients, or another time.'),
  kind: z.enum(ALARM_KINDS),
  column: z.string(),
  window,
  file: z.string().nullable().describe('The file that the rows came in, where it is one and known.'),
  rows: rows.describe('Rows of the window.'),
  p: share.describe('Adjusted for all tests of the look.'),
  sentence: z.string(),
});

const inputs = z.looseObject({
  window: window.describe(
    'Rows that the columns are told of: of the newest delivery, of the latest deliveries, or all since the training. That of the worst alarm, else the narrowest that shows a shift.',
  ),
  verdict: decision,
  rows: z.strictObject({ reference: rows, current: rows }),
  alpha: z.number(),
  psi: z.number(),
  columns: z.array(column),
  alarms: z.array(inputAlarm).optional().describe('Of all windows, worst first. Absent in older looks.'),
  histograms: z
    .array(
      z.strictObject({
        name: z.string(),
        cells: z.array(z.strictObject({ label: z.string(), reference: share, current: share })),
      }),
    )
    .optional()
    .describe(
      'By column: shares of the training rows and of the new rows in each cell. Absent in older looks.',
    ),
  domain: z
    .looseObject({ verdict: decision, auc: metric, p: optionalNumber, reason: z.string() })
    .nullable()
    .describe('Whether a classifier can tell the new rows from those of training.'),
  segments: z.array(
    z.strictObject({
      segment: z.string(),
      rows,
      referenceRows: rows.describe('Training rows of the segment.'),
      verdict: decision,
      drifted: z.array(z.string()),
      reason: z.string(),
    }),
  ),
  reason: z.string(),
});

const segment = z.strictObject({
  segment: z.string(),
  rows,
  labelled: rows,
  f1: metric,
  deployed: metric
    .optional()
    .describe(
      'F1 on the held-out rows of the segment. null: not known or not defined. Absent in older looks.',
    ),
  flaggedShare: share,
  pValue: optionalNumber.describe('Of a fall below the F1 that the segment had.'),
  adjustedP: optionalNumber.describe('After Benjamini and Hochberg over the segments.'),
  reason: z.string(),
});

const look = z.looseObject({
  runId: z.string(),
  modelVersion: z.string(),
  createdAt: time,
  rule,
  drift: z.boolean(),
  observed: optionalNumber,
  estimate: metric,
  expected: optionalNumber,
  rows: rows.describe('New labelled rows.'),
  unlabelled: rows,
  immature: rows.describe('Rows whose label is not final yet.'),
  reason: z.string(),
  verdicts: z.strictObject(
    Object.fromEntries(DRIFT_RULE_NAMES.map((name) => [name, verdict])) as {
      readonly [Rule in DriftRuleName]: typeof verdict;
    },
  ),
  risk: risk.nullable().describe('Whether outcomes follow the risks: the alarm of the rule sequential.'),
  monitor: z.looseObject({ rows, f1: reading, brier: reading, profit: reading.nullable() }),
  estimated: estimated.nullable(),
  inputs: inputs.nullable(),
  segments: z.array(segment),
});

const record = z.looseObject({
  rows,
  meanAbsoluteError: optionalNumber,
  meanError: optionalNumber.describe('Above 0: estimates flatter.'),
  inside: metric.describe('Share of the truths inside their band.'),
});

export const driftSchema = z.strictObject({
  look: look.nullable().describe('The newest look at the deployed model. null: there was none yet.'),
  estimateRecords: z
    .record(z.string(), record)
    .describe('By metric: past estimates without labels beside the truth that came later.'),
});
export type Drift = Known<z.output<typeof driftSchema>>;

/** What GET /api/v1/checks takes. */
export const checksQuerySchema = z.strictObject({
  limit: wholeNumber(1, 200).default(20).describe('Checks to answer at most.'),
  before: z.string().min(1).optional().describe('Only older ones: the next of the page before, or a time.'),
});

export const checksSchema = z.strictObject({
  checks: z
    .array(
      z.strictObject({
        runId: z.string(),
        modelVersion: z.string(),
        createdAt: time,
        kind: z.enum(['drift', 'gate']),
        rule: z.string(),
        outcome: z.boolean().describe('Drift found, or challenger accepted.'),
        rows,
        observed: optionalNumber,
        expected: optionalNumber,
        reason: z.string(),
      }),
    )
    .describe('Newest first.'),
  next: nextPage,
});

export const driftRoutes = {
  drift: route({
    method: 'GET',
    path: '/api/v1/drift',
    summary: 'Is the deployed model still right, and its data still the same?',
    description:
      'The newest look: the verdict of every rule, the estimate without labels and its past errors, and each input ' +
      'column against the training data.',
    tag: 'model',
    // Answers hold more than the contract names.
    answer: driftSchema as z.ZodType as z.ZodType<Drift>,
  }),
  checks: route({
    method: 'GET',
    path: '/api/v1/checks',
    summary: 'Checks for drift and of challengers',
    description: 'What the rule that decides said at each run, newest first, page by page.',
    tag: 'model',
    query: checksQuerySchema,
    answer: checksSchema,
  }),
};
