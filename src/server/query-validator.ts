/** Reads the query of a call by its zod schema: texts become numbers where numbers are meant, defaults are filled in. */
import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { TidewatchError } from '../base/errors.ts';
import { quoted } from '../base/shorten.ts';

type Validate = (query: unknown) => { value: unknown } | { error: Error };

/**
 * A compiler for routes that take nothing but a query; the JSON schema of the route is for the description alone. A
 * query that does not fit is `request-invalid` with its key and what was expected, never with the value.
 */
export function queryValidator(schema: z.ZodType): FastifySchemaCompiler<unknown> {
  const validate: Validate = (query) => {
    const { data, error } = schema.safeParse(query);
    return error === undefined ? { value: data } : { error: problemOf(error.issues[0]) };
  };
  return () => validate;
}

function problemOf(issue: z.core.$ZodIssue | undefined): TidewatchError {
  const key = issue?.path.join('.') ?? '';
  const path = key === '' ? 'querystring' : `querystring/${key}`;
  const expected = expectationOf(issue);
  return new TidewatchError('request-invalid', `${path} ${expected}. /docs shows what each call takes.`, {
    details: { path, expected },
  });
}

function expectationOf(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case 'unrecognized_keys':
      return `must not have the key ${quoted(issue.keys[0] ?? '')}`;
    case 'too_small':
      return issue.origin === 'string' ? 'must not be empty' : `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    case 'invalid_type':
      return issue.expected === 'int' ? 'must be a whole number' : `must be one ${issue.expected}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    default:
      return 'is not valid';
  }
}
