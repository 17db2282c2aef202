/** One entry a call of the API: what it takes and answers, and how it is described. All else is made from these. */
import type { z } from 'zod';
import type { Immutable } from './immutable.ts';

export interface RouteGiven {
  readonly method: 'GET' | 'POST';
  /** Its parameters as `:name`; each is a key of `params`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: 'model' | 'clients' | 'data' | 'server';
  /** The parameters of the path, an object. */
  readonly params?: z.ZodType;
  /** The query, an object; its schema reads the texts of the query and fills in defaults. */
  readonly query?: z.ZodType;
  /** The JSON body. */
  readonly body?: z.ZodType;
  /** The same as CSV text, where that is taken too. */
  readonly csvBody?: z.ZodType;
  /** The JSON answer. A picture or a stream of events is described instead by the next two. */
  readonly answer?: z.ZodType;
  /** The answer as CSV, where it is given too. */
  readonly csv?: z.ZodType;
  /** The answer is a picture, SVG, that is sent again only when it has changed. */
  readonly picture?: z.ZodType;
  /** The answer is a stream of server-sent events; this is the data of each. */
  readonly events?: z.ZodType;
  /** HTTP status of the answer: 200 unless said. */
  readonly status?: 201 | 202;
  /** Whether it answers without a key. */
  readonly public?: true;
}

export interface Route extends RouteGiven {
  /** HTTP statuses that it may be refused with; codes of the catalogue of errors belong to each. */
  readonly errors: readonly number[];
}

/** What any call may be refused with: of what it asks for, by its caller, or since the system cannot answer. */
const OF_ANY_CALL = [400, 401, 404, 409, 422, 429, 431, 500, 502, 503, 507] as const;
/** What one that changes something may be refused with as well. */
const OF_CHANGES = [403, 413, 415] as const;

export function route<const R extends RouteGiven>(given: R): R & Pick<Route, 'errors'> {
  return { ...given, errors: given.method === 'GET' ? OF_ANY_CALL : [...OF_ANY_CALL, ...OF_CHANGES] };
}

/** The JSON answer of a route, which nobody may change. */
export type AnswerOf<R extends RouteGiven> = R extends { readonly answer: z.ZodType }
  ? Immutable<z.output<R['answer']>>
  : never;

/** What a handler is given: each part that the route takes, read and checked. */
export type InputOf<R extends RouteGiven> = (R extends { readonly params: z.ZodType }
  ? { readonly params: Immutable<z.output<R['params']>> }
  : unknown) &
  (R extends { readonly query: z.ZodType } ? { readonly query: Immutable<z.output<R['query']>> } : unknown) &
  (R extends { readonly csvBody: z.ZodType }
    ? { readonly body: BodyOf<R> | z.output<R['csvBody']> | undefined }
    : R extends { readonly body: z.ZodType }
      ? { readonly body: BodyOf<R> }
      : unknown);

type BodyOf<R extends RouteGiven> = R extends { readonly body: z.ZodType }
  ? Immutable<z.output<R['body']>>
  : never;

/** A value of the query as a caller gives it; null, undefined and '' leave it out, a list gives it several times. */
export type QueryValue = string | number | boolean | readonly string[] | null | undefined;

/** What a caller gives: each part that the route takes, as it is before it is read. */
export type GivenOf<R extends RouteGiven> = (R extends { readonly params: z.ZodType }
  ? { readonly params: { readonly [Name in keyof z.input<R['params']>]: string } }
  : unknown) &
  (R extends { readonly query: z.ZodType }
    ? { readonly query?: { readonly [Name in keyof z.input<R['query']>]?: QueryValue } }
    : unknown) &
  (R extends { readonly body: z.ZodType } ? { readonly body: Immutable<z.input<R['body']>> } : unknown);
