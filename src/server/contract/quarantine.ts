/** The quarantine: what the routes take and answer. */
import { z } from 'zod';
import { count, wholeNumber } from './fields.ts';
import type { Immutable } from './immutable.ts';
import { route } from './route.ts';

/** What GET /api/v1/quarantine takes. */
export const quarantineQuerySchema = z.strictObject({
  file: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('Input file whose rows are asked for. Without it: the first one.'),
  limit: wholeNumber(1, 500).default(50).describe('Rows to answer at most.'),
  after: wholeNumber(0, Number.MAX_SAFE_INTEGER)
    .default(0)
    .describe('Where to go on: the next of the page before.'),
});

export const quarantineSchema = z.strictObject({
  files: z
    .array(
      z.strictObject({ name: z.string(), rows: count, bytes: count.describe('Of its quarantine file.') }),
    )
    .describe('Input files with rows that were not accepted.'),
  file: z.string().nullable().describe('The file that the rows are of. null: there is none.'),
  header: z
    .string()
    .describe(
      'First line of that file: what the columns of a raw line are; json where each line is an object.',
    ),
  rows: z.array(
    z.strictObject({
      line: z.int().min(1).describe('Line in the input file; row of the sheet, or element of the array.'),
      columns: z.array(z.string()).describe('Columns that are at fault. Empty: the line as a whole.'),
      reason: z.string(),
      raw: z.string().describe('The line as it was read; at most 20,000 characters of it.'),
      truncated: z.boolean(),
      readmitted: z.string().nullable().describe('The input file that it was put into. null: it was not.'),
    }),
  ),
  next: z.int().nullable().describe('after of the next page. null: this is the last one.'),
});

/** The JSON body of POST /api/v1/quarantine/readmit. */
export const readmitRequestSchema = z
  .strictObject({
    file: z.string().min(1).max(255).describe('Input file that the rows are of.'),
    rows: z
      .array(
        z.strictObject({
          line: z.int().min(1).describe('Line in the input file; row of the sheet, or element of the array.'),
          text: z
            .string()
            .min(1)
            .max(100_000)
            .optional()
            .describe('The line as it should have been, in the columns of the file. Without it: as it is.'),
        }),
      )
      .min(1)
      .max(1000),
  })
  .meta({ examples: [{ file: 'january.csv', rows: [{ line: 7, text: 'abcd,78,1024,12,0' }] }] });

export const readmitSchema = z.strictObject({
  file: z
    .string()
    .nullable()
    .describe('New file in the input folder; the next run reads it. null: nothing was left to re-admit.'),
  readmitted: count.describe('Rows in it.'),
  skipped: z
    .array(z.strictObject({ line: z.int(), reason: z.string() }))
    .describe('Rows that were left out, such as those that were re-admitted before.'),
});

export const quarantineRoutes = {
  quarantine: route({
    method: 'GET',
    path: '/api/v1/quarantine',
    summary: 'Rows that were not accepted',
    description: 'Each with its file, line, columns, reason and the raw line; by file, page by page.',
    tag: 'data',
    query: quarantineQuerySchema,
    answer: quarantineSchema,
  }),
  readmit: route({
    method: 'POST',
    path: '/api/v1/quarantine/readmit',
    summary: 'Re-admit rows',
    description:
      'Puts rows of the quarantine, mended or as they are, into a new file of the input folder, which the next run ' +
      'reads. 422 where a row would be quarantined again, 409 while a run is under way: then nothing is written. A ' +
      'row is left out while the file that it was put into is there, so to ask again is safe.',
    tag: 'data',
    body: readmitRequestSchema,
    answer: readmitSchema,
  }),
};

export type Quarantine = Immutable<z.output<typeof quarantineSchema>>;
export type ReadmitRequest = Immutable<z.output<typeof readmitRequestSchema>>;
export type Readmit = Immutable<z.output<typeof readmitSchema>>;
