/** One client: all that is known of it, what people say of it, and how it ended. */
import { z } from 'zod';
import { optionalNumber, share, snapshotId, time } from './fields.ts';
import type { Immutable } from './immutable.ts';
import { explanationSchema } from './risks.ts';
import { route } from './route.ts';

const author = z.string().min(1).max(255);

export const clientNoteSchema = z.strictObject({ createdAt: time, author, text: z.string() });

export const outcomeSchema = z.strictObject({
  createdAt: time,
  outcome: z.enum(['stayed', 'left', 'contacted']),
  at: time.describe('When it happened.'),
  author,
  settled: z
    .boolean()
    .describe('Whether it is a label by now or will never be one; false: the next run makes it one.'),
  file: z.string().nullable().describe('The input file that gave the label. null: none.'),
});

const changeSchema = z.strictObject({
  column: z.string(),
  from: optionalNumber.describe('What the client has. null: missing.'),
  to: z
    .number()
    .describe('The nearest value that some client has and that brings the risk to the threshold or below.'),
  probability: share.describe('Probability with that value, all else as it is.'),
  passed: share.describe('Share of the clients whose value lies between: how far it is.'),
  sentence: z.string(),
});

export const clientSchema = z.strictObject({
  ...explanationSchema.shape,
  client: explanationSchema.shape.client.unwrap(),
  history: z
    .array(z.strictObject({ at: time, modelVersion: z.string(), snapshot: snapshotId, probability: share }))
    .describe('What the runs said of the client, newest first, at most 100.'),
  changes: z
    .array(changeSchema)
    .describe('Changes of a single number column that would bring it off the list, the smallest first.'),
  noChange: z
    .string()
    .nullable()
    .describe(
      'Why there is no such change: it is not at risk or has left, or no single column is enough. null: there is one.',
    ),
  notes: z.array(clientNoteSchema).describe('Newest first, at most 200.'),
  outcomes: z.array(outcomeSchema).describe('Newest first, at most 200.'),
});

/** The JSON body of POST /api/v1/clients/{id}/notes. */
export const clientNoteRequestSchema = z
  .strictObject({
    text: z.string().min(1).max(10_000),
    author: author.optional().describe('Who says it. Without it: dashboard.'),
  })
  .meta({ examples: [{ text: 'Asked for a call on Friday.', author: 'Kim' }] });

/** The JSON body of POST /api/v1/clients/{id}/outcome. */
export const outcomeRequestSchema = z
  .strictObject({
    outcome: z
      .enum(['stayed', 'left', 'contacted'])
      .describe(
        'stayed and left put the client on the list or take it off at once, and become its label at the next run; contacted is kept alone.',
      ),
    at: z.iso.datetime().optional().describe('When it happened, ISO 8601 in UTC. Without it: now.'),
    author: author.optional().describe('Who says it. Without it: dashboard.'),
  })
  .meta({ examples: [{ outcome: 'left', at: '2026-03-01T08:00:00.000Z' }] });

const clientParams = z.object({ id: z.string().min(1).max(255).describe('Id of the client.') });

export const clientRoutes = {
  client: route({
    method: 'GET',
    path: '/api/v1/clients/:id',
    summary: 'All about one client',
    description:
      'Its risk and every reason, how its score has gone, what would have to change, and what people say of it.',
    tag: 'clients',
    params: clientParams,
    answer: clientSchema,
  }),
  addClientNote: route({
    method: 'POST',
    path: '/api/v1/clients/:id/notes',
    summary: 'Add a note on a client',
    description: 'Notes are added and never changed.',
    tag: 'clients',
    params: clientParams,
    body: clientNoteRequestSchema,
    answer: clientNoteSchema,
    status: 201,
  }),
  addOutcome: route({
    method: 'POST',
    path: '/api/v1/clients/:id/outcome',
    summary: 'Say how it ended',
    description:
      'left takes the client off the list at once, stayed puts it back. Both become its label: the next run adds its ' +
      'row with that label to the input folder. contacted is kept alone.',
    tag: 'clients',
    params: clientParams,
    body: outcomeRequestSchema,
    answer: outcomeSchema,
    status: 201,
  }),
};

export type Client = Immutable<z.output<typeof clientSchema>>;
export type ClientNoteRequest = Immutable<z.output<typeof clientNoteRequestSchema>>;
export type Outcome = Immutable<z.output<typeof outcomeSchema>>;
export type OutcomeRequest = Immutable<z.output<typeof outcomeRequestSchema>>;
