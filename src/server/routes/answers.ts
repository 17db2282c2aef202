/** The response part of a route's schema: its answer, and the shape of its errors. */
import type { z } from 'zod';
import { CATALOGUE } from '../../base/errors.ts';
import { jsonSchemaOf } from '../json-schema.ts';

/** Name under which the server keeps the schema of errors. */
export const ERROR_SCHEMA = 'Error';

/** What any call may be refused with: of what it asks for, by its caller, or since the system cannot answer. */
const OF_ANY_CALL = [400, 401, 404, 409, 422, 429, 431, 500, 502, 503, 507];
/** What one with a body may be refused with as well. */
const OF_BODIES = [403, 413, 415];

export interface AnswerOptions {
  /** HTTP status of the answer: 200 unless said. */
  readonly status?: number;
  readonly takesBody?: boolean;
}

/** Schemas by HTTP status for a route that answers with `schema`. */
export function answers(schema: z.ZodType, options: AnswerOptions = {}): Record<string, unknown> {
  const { status = 200, takesBody = false } = options;
  return {
    [status]: { description: 'The answer.', ...jsonSchemaOf(schema, 'output') },
    ...errorAnswers(takesBody),
  };
}

/** Schemas by HTTP status of the errors of a route. */
export function errorAnswers(takesBody = false): Record<string, unknown> {
  const statuses = takesBody ? [...OF_ANY_CALL, ...OF_BODIES] : OF_ANY_CALL;
  return Object.fromEntries(statuses.map((status) => [status, errorAnswer(status)]));
}

function errorAnswer(status: number): Record<string, unknown> {
  const codes = Object.entries(CATALOGUE).filter(([, { http }]) => http === status);
  const description = `An error: ${codes.map(([code]) => code).join(', ')}.`;
  return { description, $ref: `${ERROR_SCHEMA}#` };
}
