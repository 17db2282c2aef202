/** The port to a database that belongs to someone else: clients are read from it, and scores are written to it. */
import { isAbsolute, join } from 'node:path';
import { TidewatchError } from '../../base/errors.ts';
import { isUrl, redactUrl } from '../../config/store-place.ts';
import { parseServerUrl } from '../store-url.ts';

/** What a column holds, as far as it matters for text: bytes have none. */
export type ExternalKind = 'number' | 'truth' | 'time' | 'text' | 'bytes';

export interface ExternalColumn {
  readonly name: string;
  /** The database's own word for the type. */
  readonly type: string;
  readonly kind: ExternalKind;
  /** SQL that gives the value so that its text is the whole of it. */
  readonly sql: string;
}

/** A value as text that says all of it; missing is null. Truth is 1 or 0, a time is in ISO 8601 and, with a zone, in UTC. */
export type ExternalRow = readonly (string | null)[];

export interface ExternalDatabase {
  /** Where it is, as messages may say it. */
  readonly place: string;
  /** The name of a table, of one or more parts with dots, quoted for SQL. */
  quote(table: string): string;
  /** The columns of what may stand after FROM. */
  describe(from: string): Promise<readonly ExternalColumn[]>;
  /**
   * Streams the rows of a query in batches through a cursor of the server, inside a transaction that only reads and
   * sees one state. Constant memory.
   */
  read(query: string): AsyncIterable<readonly ExternalRow[]>;
  close(): Promise<void>;
}

export interface ExternalOptions {
  /** How messages name what the database is for, such as `The source "crm"`. */
  readonly what: string;
  /** How long a statement may take; PostgreSQL counts each batch. */
  readonly timeoutMs: number;
}

/**
 * Where the database of a configuration is: `env:NAME` is replaced by the variable, and anything that is no URL is a
 * SQLite file, from the workspace on. Error `config-invalid` where the variable is not set.
 */
export function resolvePlace(
  url: string,
  root: string,
  env: Readonly<Record<string, string | undefined>>,
  what: string,
): string {
  const name = /^env:(.+)$/.exec(url)?.[1];
  const place = name === undefined ? url : env[name];
  if (place === undefined || place === '') {
    throw new TidewatchError(
      'config-invalid',
      `${what} is at "${url}", but the environment variable ${name} is not set. Set it to the URL of the database.`,
      { details: { variable: name } },
    );
  }
  return isUrl(place) || isAbsolute(place) ? place : join(root, place);
}

/** Opens the database at a place that `resolvePlace` gave. `source-unavailable` where it does not answer. */
export async function openExternal(place: string, options: ExternalOptions): Promise<ExternalDatabase> {
  if (!isUrl(place)) return (await import('./external-sqlite.ts')).openExternalSqlite(place, options);
  const url = parseUrl(place, options.what);
  return url.kind === 'postgres'
    ? await (await import('./external-postgres.ts')).openExternalPostgres(url, options)
    : await (await import('./external-mysql.ts')).openExternalMysql(url, options);
}

/** A name in the quotes of a database. */
export function quoteName(name: string, mark: '"' | '`'): string {
  return `${mark}${name.replaceAll(mark, mark + mark)}${mark}`;
}

/** The name of a table: each of its parts in quotes. */
export function quoteTable(table: string, mark: '"' | '`'): string {
  return table
    .split('.')
    .map((part) => quoteName(part, mark))
    .join('.');
}

function parseUrl(place: string, what: string): ReturnType<typeof parseServerUrl> {
  try {
    return parseServerUrl(place);
  } catch (error) {
    if (!(error instanceof TidewatchError)) throw error;
    throw new TidewatchError(error.code, error.message.replace('The state store', what), { cause: error });
  }
}

/** The failure of a driver in our words, without a password that it may have repeated. */
export function externalFailure(
  error: unknown,
  place: string,
  { what, timeoutMs }: ExternalOptions,
): TidewatchError {
  if (error instanceof TidewatchError) return error;
  const parts = error instanceof AggregateError && error.message === '' ? error.errors : [error];
  const text = parts
    .map((part) => (part instanceof Error ? part.message || codeOf(part) : String(part)))
    .join('; ');
  return new TidewatchError(
    'source-unavailable',
    `${what} at ${place} failed: ${redactUrl(text).replace(/[.\s]+$/, '')}. ${adviceOn(codeOf(error), text, timeoutMs)}`,
    { cause: error, details: { place, failure: codeOf(error) } },
  );
}

const SLOW =
  /statement timeout|max_statement_time|maximum statement execution time|query execution was interrupted/i;
const REFUSED = /password|authentication|access denied|permission denied|denied to user/i;
const UNKNOWN =
  /does not exist|no such (table|column)|unknown column|doesn't exist|syntax error|error in your SQL/i;

function adviceOn(code: string, text: string, timeoutMs: number): string {
  if (SLOW.test(text)) {
    return `A statement took longer than ${timeoutMs / 1000} s: give the watermark an index, or raise timeout_seconds.`;
  }
  if (REFUSED.test(text)) return 'Check user and password in the URL, and that the user may do this.';
  if (UNKNOWN.test(text)) return 'Check the names and the query in config.json against the database.';
  if (/^E[A-Z]+$/.test(code)) return 'Check that the server runs and can be reached from here.';
  return 'Mend what the database complains of and try again.';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Refuses an answer that does not come: a network that swallows packets says nothing. */
export async function inTime<T>(
  work: Promise<T>,
  place: string,
  { what, timeoutMs }: ExternalOptions,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new TidewatchError(
            'source-unavailable',
            `${what} at ${place} has not answered for ${timeoutMs / 1000} s and more. Check the server and the network, ` +
              'give the watermark an index, or raise timeout_seconds.',
            { details: { place, failure: 'timeout' } },
          ),
        ),
      timeoutMs + GRACE_MS,
    );
  });
  work.catch(() => undefined);
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** The server is given so much longer to say itself that a statement took too long. */
const GRACE_MS = 2000;
/** How long a connection may take to be made. */
export const CONNECT_MS = 10_000;
/** Rows of a batch. */
export const BATCH_ROWS = 5000;
