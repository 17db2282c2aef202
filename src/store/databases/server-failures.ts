/** Turns what the drivers of database servers throw into errors that say what to do, and whether to try again. */

import { type ErrorCode, TidewatchError } from '../../base/errors.ts';
import { trimEndOf } from '../../base/trim-end.ts';
import { tlsAdvice } from './tls-advice.ts';

/**
 * `conflict`: the server has undone the statement or the transaction because of another one. `lost`: the connection is
 * gone, and whether what was under way is done is not known yet.
 */
type RetryReason = 'conflict' | 'lost';

interface Rule {
  readonly code: ErrorCode;
  readonly advice: string;
  readonly retry?: RetryReason;
}

const LOST: Rule = {
  code: 'store-unavailable',
  advice: 'Check that the server runs and can be reached from here; what was reported as done is kept.',
  retry: 'lost',
};
const CONFLICT: Rule = {
  code: 'store-unavailable',
  advice: 'Another process held for too long what this one needs. Try again, or look for one that hangs.',
  retry: 'conflict',
};
const SLOW: Rule = {
  code: 'store-unavailable',
  advice: 'The server took too long for a statement. Look at what else it does, then try again.',
};
const REFUSED: Rule = {
  code: 'store-unavailable',
  advice: 'Check the user and the password in the URL, and what the server allows from this machine.',
};
const NO_DATABASE: Rule = {
  code: 'store-unavailable',
  advice: 'Make the database, or name another one in the URL.',
};
const FORBIDDEN: Rule = {
  code: 'store-unavailable',
  advice:
    'Grant the user all rights on the database (tables are made and changed by "tidewatch db migrate").',
};
const FULL: Rule = {
  code: 'disk-full',
  advice: 'The disk of the server is full. Free some space there; what was reported as done is kept.',
};
const CONTRADICTS: Rule = {
  code: 'internal',
  advice: 'The record contradicts one that is there, or belongs to a run that is not.',
};
const TOO_LONG: Rule = { code: 'value-invalid', advice: 'A text is longer than its column. Shorten it.' };
const TOO_LARGE: Rule = {
  code: 'store-unavailable',
  advice: 'A record is larger than the server takes. Raise max_allowed_packet there.',
};
const OTHERWISE: Rule = {
  code: 'store-unavailable',
  advice: 'Check that the database is the one this version made, and that this user may read and write it.',
};

/** By SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html) or the start of one, or by Node's code. */
const POSTGRES: Readonly<Record<string, Rule>> = {
  '08': LOST,
  '57P01': LOST,
  '57P02': LOST,
  '57P03': LOST,
  '57P05': LOST,
  '53300': LOST,
  '53100': FULL,
  '40': CONFLICT,
  '55P03': CONFLICT,
  '57014': SLOW,
  '28': REFUSED,
  '3D000': NO_DATABASE,
  '42501': FORBIDDEN,
  '23': CONTRADICTS,
  '22001': TOO_LONG,
};

/** By the name of the error, or by its number where only MariaDB has it (https://mariadb.com/kb/en/mariadb-error-code-reference/), or by Node's code. */
const MYSQL: Readonly<Record<string, Rule>> = {
  PROTOCOL_CONNECTION_LOST: LOST,
  PROTOCOL_SEQUENCE_TIMEOUT: LOST,
  ER_SERVER_SHUTDOWN: LOST,
  ER_NORMAL_SHUTDOWN: LOST,
  1927: LOST,
  ER_QUERY_INTERRUPTED: LOST,
  ER_CON_COUNT_ERROR: LOST,
  ER_TOO_MANY_USER_CONNECTIONS: LOST,
  ER_NEW_ABORTING_CONNECTION: LOST,
  ER_LOCK_DEADLOCK: CONFLICT,
  ER_LOCK_WAIT_TIMEOUT: CONFLICT,
  ER_CHECKREAD: CONFLICT,
  1969: SLOW,
  ER_QUERY_TIMEOUT: SLOW,
  ER_ACCESS_DENIED_ERROR: REFUSED,
  ER_HOST_NOT_PRIVILEGED: REFUSED,
  ER_BAD_DB_ERROR: NO_DATABASE,
  ER_DBACCESS_DENIED_ERROR: FORBIDDEN,
  ER_TABLEACCESS_DENIED_ERROR: FORBIDDEN,
  ER_DISK_FULL: FULL,
  ER_RECORD_FILE_FULL: FULL,
  ER_DUP_ENTRY: CONTRADICTS,
  ER_NO_REFERENCED_ROW_2: CONTRADICTS,
  ER_ROW_IS_REFERENCED_2: CONTRADICTS,
  ER_BAD_NULL_ERROR: CONTRADICTS,
  ER_DATA_TOO_LONG: TOO_LONG,
  ER_NET_PACKET_TOO_LARGE: TOO_LARGE,
};

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ENOENT',
]);
/** What the drivers say without a code when the connection is gone. */
const GONE =
  /connection (terminated|ended|error|lost)|not queryable|timeout exceeded when trying to connect|query read timeout|closed state/i;

/** The driver's own word for the failure, such as 40P01 or ER_LOCK_DEADLOCK, else its number; empty where it gives none. */
export function serverFailureName(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'errno' in error ? String(error.errno) : '';
}

/** Any error of a server's driver as a TidewatchError about the store at `place`; one that is already stays as it is. */
export function serverFailure(kind: 'postgres' | 'mysql', error: unknown, place: string): TidewatchError {
  if (error instanceof TidewatchError) return error;
  const name = serverFailureName(error);
  const { code, advice, retry } = ruleOf(kind, name, error);
  const reason = textOf(error);
  const encryption = tlsAdvice(name, reason);
  if (encryption !== null) {
    return new TidewatchError(
      'store-unavailable',
      `The state store ${place} failed: ${reason}. ${encryption}`,
      {
        cause: error,
        details: { place, failure: name, reason },
      },
    );
  }
  return new TidewatchError(code, `The state store ${place} failed: ${reason}. ${advice}`, {
    cause: error,
    details: { place, failure: name, reason, ...(retry === undefined ? {} : { retry }) },
  });
}

/** Whether the same work may succeed when it is done again, and why it did not. */
export function retryOf(error: unknown): RetryReason | null {
  const retry = error instanceof TidewatchError ? error.details['retry'] : null;
  return retry === 'conflict' || retry === 'lost' ? retry : null;
}

function ruleOf(kind: 'postgres' | 'mysql', name: string, error: unknown): Rule {
  if (NETWORK.has(name)) return LOST;
  const rules = kind === 'postgres' ? POSTGRES : MYSQL;
  const known = rules[name] ?? (kind === 'postgres' ? rules[name.slice(0, 2)] : undefined);
  if (known !== undefined) return known;
  return error instanceof Error && GONE.test(error.message) ? LOST : OTHERWISE;
}

/** A refused connection to a name with several addresses has its text in the errors that it is made of. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(textOf).join('; ');
  const text = error instanceof Error ? error.message || serverFailureName(error) : String(error);
  return trimEndOf(text, '. \n');
}
