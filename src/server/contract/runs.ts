/** Runs: what the routes take and answer. */
import { z } from 'zod';
import { nextPage, optionalNumber, severity, time, wholeNumber } from './fields.ts';
import { ingestedFileSchema } from './files.ts';
import type { Immutable } from './immutable.ts';
import { route } from './route.ts';

const RESULTS = [
  'no-new-data',
  'no-drift',
  'redeployed',
  'challenger-refused',
  'challenger-shadowing',
  'input-broken',
  'first-deployment',
] as const;

/** What GET /api/v1/runs takes. */
export const runsQuerySchema = z.strictObject({
  limit: wholeNumber(1, 200).default(20).describe('Runs to answer at most.'),
  before: z.string().min(1).optional().describe('Only older ones: the next of the page before, or a time.'),
  verb: z.string().min(1).optional().describe('Only runs of this verb, such as run, ingest or promote.'),
});

export const runEntrySchema = z.strictObject({
  id: z.string(),
  verb: z.string().describe('run: the whole process; else the one verb.'),
  trigger: z.enum(['command', 'schedule', 'api']).describe('What asked for it.'),
  version: z.string().describe('Version of Tidewatch.'),
  startedAt: time,
  finishedAt: time.nullable().describe('null: it runs.'),
  seconds: optionalNumber,
  status: z.enum(['running', 'succeeded', 'failed', 'abandoned']),
  result: z.enum(RESULTS).nullable().describe('null: it runs, failed, or was not the whole process.'),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
});

export const runsSchema = z.strictObject({
  runs: z.array(runEntrySchema).describe('Newest first.'),
  next: nextPage,
});

export const stepSchema = z.strictObject({
  name: z.string(),
  startedAt: time,
  seconds: optionalNumber.describe('null: it runs.'),
  status: z.enum(['running', 'succeeded', 'failed', 'skipped']),
  note: z.string().describe('What it did, or why it stopped or was skipped.'),
});

export const runSchema = z.strictObject({
  ...runEntrySchema.shape,
  steps: z.array(stepSchema).describe('In order.'),
  files: z.array(ingestedFileSchema).describe('Files that it read, at most the first thousand.'),
  summary: z
    .unknown()
    .describe(
      'What the command printed with --json; of more than 25 files those that were not taken whole (25 at most), and ' +
        'their number as filesRead. null: it runs, failed, or is older than run_summaries_kept says.',
    ),
});

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
const level = z.enum(LEVELS);

/** What GET /api/v1/runs/{id}/logs takes. */
export const runLogQuerySchema = z.strictObject({
  limit: wholeNumber(1, 1000).default(200).describe('Lines to answer at most.'),
  level: level.optional().describe('Only lines of this level and those above.'),
  after: wholeNumber(0, 1_000_000_000).optional().describe('Only later lines: the next of the page before.'),
});

const logLineSchema = z.strictObject({
  place: z.int().describe('Counts from 0 within the run.'),
  at: time,
  level,
  step: z.string().nullable().describe('null: of none, or of several at once.'),
  message: z.string(),
});

const lineCount = z.int();

export const runLogSchema = z.strictObject({
  run: z.string(),
  kept: z.boolean().describe('false: nothing was logged, or it has been forgotten.'),
  lines: z
    .strictObject({ debug: lineCount, info: lineCount, warn: lineCount, error: lineCount })
    .describe('How many there are of each level.'),
  dropped: z.int().describe('How many more there were that are not kept.'),
  log: z.array(logLineSchema).describe('In order.'),
  next: z.int().nullable().describe('after of the next page; null: this is the last one for now.'),
});

export const startedRunSchema = z.strictObject({
  id: z.string().describe('GET /api/v1/runs/{id} tells of it.'),
});

/** The data of each server-sent event, by its name. */
export const runEventSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z
      .literal('hello')
      .describe('Sent first on every connection: what runs now. Events missed are sent next.'),
    running: runEntrySchema.nullable(),
    steps: z.array(stepSchema),
  }),
  z.strictObject({ kind: z.literal('run-started'), run: runEntrySchema }),
  z.strictObject({ kind: z.literal('step-started'), runId: z.string(), step: stepSchema }),
  z.strictObject({
    kind: z.literal('progress').describe('Of runs in this process only, a few a second.'),
    runId: z.string(),
    label: z.string(),
    done: z.number(),
    total: optionalNumber,
    unit: z.enum(['bytes', 'rows', 'files', 'fits', 'trees', 'steps']),
  }),
  z.strictObject({ kind: z.literal('step-finished'), runId: z.string(), step: stepSchema }),
  z.strictObject({
    kind: z.literal('log').describe('A line that the run logged.'),
    runId: z.string(),
    line: logLineSchema,
  }),
  z.strictObject({
    kind: z.literal('run-finished'),
    run: runEntrySchema,
    said: z
      .strictObject({ severity, headline: z.string() })
      .nullable()
      .describe(
        'The first of the states that held when it ended. null: it failed, or was not the whole process.',
      ),
  }),
]);

const runParams = z.object({ id: z.string().describe('Id of the run.') });

export const runRoutes = {
  runs: route({
    method: 'GET',
    path: '/api/v1/runs',
    summary: 'Runs',
    description: 'What ran, newest first, page by page.',
    tag: 'server',
    query: runsQuerySchema,
    answer: runsSchema,
  }),
  run: route({
    method: 'GET',
    path: '/api/v1/runs/:id',
    summary: 'All about one run',
    description:
      'Its steps with their durations and what they did, the files it read, and its result or error.',
    tag: 'server',
    params: runParams,
    answer: runSchema,
  }),
  runLogs: route({
    method: 'GET',
    path: '/api/v1/runs/:id/logs',
    summary: 'What a run logged',
    description:
      'Its lines in order, page by page, also while it goes on; GET /api/v1/events tells them as they come. Kept are ' +
      '2,000 lines of a run and some more warnings and errors, of as many runs as run_logs_kept says.',
    tag: 'server',
    params: runParams,
    query: runLogQuerySchema,
    answer: runLogSchema,
  }),
  startRun: route({
    method: 'POST',
    path: '/api/v1/runs',
    summary: 'Start a run',
    description:
      'Starts the whole process in this server and answers as soon as it has begun; GET /api/v1/events tells how ' +
      'far it is. 409 with the holder of the lock where another one is under way.',
    tag: 'server',
    answer: startedRunSchema,
    status: 202,
  }),
  events: route({
    method: 'GET',
    path: '/api/v1/events',
    summary: 'Runs as they happen',
    description:
      'Server-sent events: "event" is the kind, "data" is as in the schema of the answer. The first is "hello" with ' +
      'what runs now. Send Last-Event-ID to be told first what was missed. A comment comes every 15 seconds.',
    tag: 'server',
    events: runEventSchema,
  }),
};

export type RunEntry = Immutable<z.output<typeof runEntrySchema>>;
export type Step = Immutable<z.output<typeof stepSchema>>;
export type Run = Immutable<z.output<typeof runSchema>>;
export type RunEvent = Immutable<z.output<typeof runEventSchema>>;
export type LogLine = Immutable<z.output<typeof logLineSchema>>;
export type RunLog = Immutable<z.output<typeof runLogSchema>>;
