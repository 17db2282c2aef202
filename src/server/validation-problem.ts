/** Says what is wrong with a request that the schema refuses, from the errors of the schema's validator. */
import type { FastifySchemaValidationError } from 'fastify';
import { TidewatchError } from '../base/errors.ts';
import { quoted, shorten } from '../base/shorten.ts';

/** With `data`, the value that was refused, which the validator adds where it is told to be verbose. */
type ValidationError = FastifySchemaValidationError & { readonly data?: unknown };

/** Names of columns are in paths. */
const LONGEST_PATH = 200;

/** Keywords that only say that none of several choices fits. */
const WRAPPERS = new Set(['anyOf', 'oneOf', 'if']);

/**
 * A `request-invalid` for the errors of one part (`body`, `querystring`, ...) of a request. Where the schema has
 * several choices, the choice that got furthest into the request is taken for the one that was meant.
 */
export function validationProblem(errors: readonly ValidationError[], part: string): TidewatchError {
  const real = errors.filter((error) => !WRAPPERS.has(error.keyword));
  const depth = Math.max(...real.map(depthOf));
  const deepest = real.filter((error) => depthOf(error) === depth);
  const meant = deepest.find((error) => error.keyword !== 'type') ?? deepest[0];
  const path = shorten(`${part}${meant?.instancePath ?? ''}`, LONGEST_PATH);
  const ofType = meant?.keyword === 'type';
  const expected = ofType ? `must be ${typesOf(deepest)}` : expectationOf(meant);
  const got = ofType ? `; ${gotOf(meant.data)}` : '';
  return new TidewatchError(
    'request-invalid',
    `${path === 'body' ? 'The body' : path} ${expected}${got}. /docs shows what each call takes.`,
    {
      details: { path, expected },
    },
  );
}

function depthOf(error: ValidationError): number {
  return error.instancePath.split('/').length;
}

function typesOf(errors: readonly ValidationError[]): string {
  const types = errors
    .filter((error) => error.keyword === 'type')
    .flatMap((error) => error.params.type as string | string[]);
  return [...new Set(types)].join(' or ');
}

function expectationOf(error: ValidationError | undefined): string {
  if (error === undefined) return 'is not valid';
  const { keyword, params } = error;
  if (keyword === 'additionalProperties') {
    return `must not have the key ${quoted(String(params.additionalProperty))}`;
  }
  if ((keyword === 'minItems' || keyword === 'minLength') && params.limit === 1) return 'must not be empty';
  return error.message ?? 'is not valid';
}

/** The kind of a value, never the value itself. */
function gotOf(value: unknown): string {
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
    return 'what is there is too large for a number';
  }
  if (value === null) return 'got null';
  return `got ${Array.isArray(value) ? 'array' : typeof value}`;
}
