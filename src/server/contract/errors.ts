/** The one shape of errors. */
import { z } from 'zod';
import type { ErrorCode } from '../../base/errors.ts';
import { CATALOGUE } from '../../base/errors.ts';
import type { Immutable } from './immutable.ts';

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

export type ErrorAnswer = Immutable<z.output<typeof errorSchema>>;
