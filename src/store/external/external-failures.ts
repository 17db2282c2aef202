/** Turns what goes wrong with someone's database into errors that say what to do. */

import { TidewatchError } from '../../base/errors.ts';
import { redactSecrets } from '../../base/redact.ts';
import { trimEndOf } from '../../base/trim-end.ts';
import { tlsAdvice } from '../databases/tls-advice.ts';
import type { ExternalOptions } from './external-database.ts';

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
    `${what} at ${place} failed: ${trimEndOf(redactSecrets(text), '. \n')}. ${adviceOn(codeOf(error), text, timeoutMs)}`,
    { cause: error, details: { place, failure: codeOf(error) } },
  );
}

const SLOW =
  /statement timeout|max_statement_time|maximum statement execution time|query execution was interrupted/i;
const WRITES = /read[- ]?only/i;
const MANY = /multiple commands|near ";"|near '; ?[^']/i;
const LOST =
  /connection (error|terminated|lost|ended|closed)|terminating connection|closed state|server shutdown|can't add new command/i;
const REFUSED = /password|authentication|access denied|permission denied|denied to user/i;
const UNKNOWN =
  /does not exist|no such (table|column)|unknown column|doesn't exist|syntax error|error in your SQL/i;

function adviceOn(code: string, text: string, timeoutMs: number): string {
  const encryption = tlsAdvice(code, text);
  if (encryption !== null) return encryption;
  if (SLOW.test(text)) {
    return `A statement took longer than ${timeoutMs / 1000} s: give the watermark an index, or raise timeout_seconds.`;
  }
  if (WRITES.test(text)) {
    return 'A source is only read: take what writes out of the query, and out of the functions that it calls. To publish, name a database that can be written.';
  }
  if (LOST.test(text) || /^PROTOCOL_|^57P0/.test(code)) {
    return 'The connection broke off. The files that are whole stay, and the next run goes on after them.';
  }
  if (MANY.test(text)) return 'Give one statement that selects, without a semicolon inside.';
  if (REFUSED.test(text)) return 'Check user and password in the URL, and that the user may do this.';
  if (UNKNOWN.test(text)) return 'Check the names and the query in config.json against the database.';
  if (/^E[A-Z]+$/.test(code)) return 'Check that the server runs and can be reached from here.';
  return 'Mend what the database complains of and try again.';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** The refusal of a query that names what reaches outside the database. */
export function outsideFailure(name: string, place: string, { what }: ExternalOptions): TidewatchError {
  return new TidewatchError(
    'source-unavailable',
    `${what} at ${place} failed: the query names "${name}", which reaches outside the database. A source is only read: take ` +
      'it out of the query; a column of that name needs another one, in a view.',
    { details: { place, failure: 'outside', name } },
  );
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
