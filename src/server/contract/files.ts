/** Files and snapshots: what the routes take and answer. */
import { z } from 'zod';
import { count, nextPage, snapshotId, time, wholeNumber } from './fields.ts';
import type { Immutable } from './immutable.ts';
import { route } from './route.ts';

/** What GET /api/v1/files takes. */
export const filesQuerySchema = z.strictObject({
  limit: wholeNumber(1, 1000).default(100).describe('Files to answer at most.'),
  offset: wholeNumber(0, 1e9).default(0).describe('Files to pass over.'),
});

export const ingestedFileSchema = z.strictObject({
  name: z.string(),
  sha256: z.string().describe('Empty where the file was not read.'),
  bytes: count,
  status: z
    .enum(['accepted', 'rejected', 'waiting', 'ignored'])
    .describe(
      'waiting: half-written when it was looked at; it is taken later. ignored: a folder, or a file that is no data by its ending.',
    ),
  reason: z.string().nullable().describe('Why it was not accepted.'),
  read: count.describe('Rows: read = kept + duplicates + quarantined.'),
  kept: count,
  duplicates: count,
  quarantined: count,
});

export const filesSchema = z.strictObject({
  runId: z.string().nullable().describe('The ingestion that they are of. null: none yet.'),
  total: count.describe('Files in all, for paging.'),
  files: z.array(ingestedFileSchema).describe('In the order read.'),
});

/** What GET /api/v1/snapshots takes. */
export const snapshotsQuerySchema = z.strictObject({
  limit: wholeNumber(1, 200).default(20).describe('Snapshots to answer at most.'),
  before: z.string().min(1).optional().describe('Only older ones: the next of the page before, or a time.'),
});

export const snapshotsSchema = z.strictObject({
  snapshots: z
    .array(
      z.strictObject({
        id: snapshotId,
        runId: z.string(),
        createdAt: time,
        rows: count,
        read: count,
        duplicates: count,
        quarantined: count,
        columns: z.array(z.strictObject({ name: z.string(), role: z.string(), type: z.string() })),
      }),
    )
    .describe('Newest first.'),
  next: nextPage,
});

export const fileRoutes = {
  files: route({
    method: 'GET',
    path: '/api/v1/files',
    summary: 'Input files',
    description: 'The files of the newest ingestion with their rows: read = kept + duplicates + quarantined.',
    tag: 'data',
    query: filesQuerySchema,
    answer: filesSchema,
  }),
  snapshots: route({
    method: 'GET',
    path: '/api/v1/snapshots',
    summary: 'Snapshots',
    description: 'The compiled data as it was after each ingestion that changed it, newest first.',
    tag: 'data',
    query: snapshotsQuerySchema,
    answer: snapshotsSchema,
  }),
};

export type Files = Immutable<z.output<typeof filesSchema>>;
