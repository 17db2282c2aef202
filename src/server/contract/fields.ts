/** Fields that the answers of several nouns share. */
import { z } from 'zod';

/** Hex SHA-256 of finaldata.csv. */
export const snapshotId = z.string().describe('Id of the snapshot (hex SHA-256 of finaldata.csv).');
export const modelVersion = z.string().describe('Version of the deployed model that answered.');
export const severity = z
  .enum(['act', 'look', 'unknown', 'none'])
  .describe(
    'act: somebody must do something. look: worth a look. unknown: too little is known to say that all is well. none: all is well.',
  );
export const optionalNumber = z.number().nullable();
export const share = z.number().min(0).max(1);
export const count = z.int().min(0);
export const time = z.string().describe('ISO 8601, UTC.');
/** JSON data whose shape the routes do not promise. */
export const anything = z.record(z.string(), z.unknown());

/** A whole number in a query, where it comes as text. */
export function wholeNumber(least: number, most: number) {
  return z.preprocess(numberIn, z.int().min(least).max(most));
}

/** A share from 0 to 1 in a query. */
export function shareText() {
  return z.preprocess(numberIn, share);
}

/** The number that the text is written as, else the text: an empty one, or one with blanks around, is no number. */
function numberIn(text: unknown): unknown {
  return typeof text === 'string' && /^-?\d{1,20}(?:\.\d{1,30})?(?:e[+-]?\d{1,3})?$/i.test(text)
    ? Number(text)
    : text;
}

/** A number with its confidence interval, or why it has none. */
export const estimateSchema = z.strictObject({
  value: z.number(),
  low: optionalNumber.describe('Lower end of the interval. null: too few rows for one that holds.'),
  high: optionalNumber,
  level: z.number().describe('Confidence level of the interval.'),
  rows: z.int().min(0),
  tooFew: z
    .strictObject({
      of: z.enum(['left', 'stayed']).describe('The class that has too few rows.'),
      rows: count,
      needed: count.describe('Rows of it that an interval takes.'),
    })
    .optional()
    .describe('Why there is no interval. Absent: there is one.'),
});

export const nextPage = z
  .string()
  .nullable()
  .describe('before of the next page. null: this is the last one.');
