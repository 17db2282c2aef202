/** The response part of a route's schema: its answer, and the shape of its errors. */
import type { z } from 'zod';
import { jsonSchemaOf } from '../json-schema.ts';

/** Name under which the server keeps the schema of errors. */
export const ERROR_SCHEMA = 'Error';

/** Schemas by HTTP status for a route that answers 200, or another `status`, with `schema`. */
export function answers(schema: z.ZodType, status = 200): Record<string, unknown> {
  const error = { description: 'An error.', $ref: `${ERROR_SCHEMA}#` };
  return {
    [status]: { description: 'The answer.', ...jsonSchemaOf(schema, 'output') },
    '4xx': error,
    '5xx': error,
  };
}
