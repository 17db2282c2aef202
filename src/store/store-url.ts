/** URLs of state stores on a database server. */
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { TidewatchError } from '../base/errors.ts';
import { redactUrl } from '../config/store-place.ts';

export interface ServerUrl {
  readonly kind: 'postgres' | 'mysql';
  /** A name or address, or the absolute path of a socket (PostgreSQL: of its folder). */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** PostgreSQL: the schema that holds the tables, made where it is not there; null: the user's own choice. */
  readonly schema: string | null;
  /** null: the connection is not encrypted. */
  readonly tls: ConnectionOptions | null;
  /** The URL for messages: its password is left out. */
  readonly shown: string;
}

const KINDS: Readonly<Record<string, ServerUrl['kind']>> = {
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
  'mysql:': 'mysql',
  'mariadb:': 'mysql',
};
const PORTS = { postgres: 5432, mysql: 3306 } as const;
const PARAMETERS = ['host', 'schema', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey'];
const TLS_MODES = ['disable', 'require', 'verify-ca', 'verify-full'];

/**
 * Parses `postgres://user:password@host:port/database?sslmode=verify-full&sslrootcert=ca.pem` and the same with
 * `mysql://` or `mariadb://`. `sslmode` is libpq's (without `allow` and `prefer`), `disable` unless told; certificates
 * are read at once. `config-invalid` for anything else.
 */
export function parseServerUrl(text: string): ServerUrl {
  const shown = redactUrl(text);
  const url = URL.canParse(text) ? new URL(text) : null;
  const kind = KINDS[url?.protocol ?? ''];
  if (url === null || kind === undefined) throw invalid(shown, 'it is no URL of a database that is known');
  for (const name of url.searchParams.keys()) {
    if (!PARAMETERS.includes(name)) throw invalid(shown, `"${name}" is none of its parameters`);
  }
  const database = decode(url.pathname.slice(1), shown);
  if (database === '') throw invalid(shown, 'it names no database');
  const schema = url.searchParams.get('schema');
  if (schema !== null && (kind === 'mysql' || !/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(schema))) {
    throw invalid(shown, `"schema" has to be a name of letters, digits and _, and PostgreSQL's`);
  }
  return {
    kind,
    host: url.searchParams.get('host') ?? (url.hostname.replace(/^\[|\]$/g, '') || 'localhost'),
    port: url.port === '' ? PORTS[kind] : Number(url.port),
    user: decode(url.username, shown),
    password: decode(url.password, shown),
    database,
    schema,
    tls: tlsOf(url.searchParams, shown),
    shown,
  };
}

function decode(part: string, shown: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid(shown, 'a % in it is not followed by two hexadecimal digits (write % itself as %25)');
  }
}

function tlsOf(parameters: URLSearchParams, shown: string): ConnectionOptions | null {
  const mode = parameters.get('sslmode') ?? 'disable';
  if (!TLS_MODES.includes(mode)) {
    throw invalid(shown, `"sslmode" is "${mode}"; expected one of ${TLS_MODES.join(', ')}`);
  }
  if (mode === 'disable') return null;
  const given = { ca: 'sslrootcert', cert: 'sslcert', key: 'sslkey' };
  const files = Object.entries(given).flatMap(([option, name]) => {
    const path = parameters.get(name);
    return path === null ? [] : [[option, readCertificate(name, path)] as const];
  });
  return {
    ...Object.fromEntries(files),
    rejectUnauthorized: mode !== 'require',
    ...(mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
  };
}

function readCertificate(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new TidewatchError(
      'config-invalid',
      `"${name}" of the state store's URL names ${path}, which cannot be read. Name a PEM file that this user may read.`,
      { cause: error, details: { path } },
    );
  }
}

function invalid(shown: string, why: string): TidewatchError {
  return new TidewatchError(
    'config-invalid',
    `The state store is at ${shown}: ${why}. Expected postgres://user:password@host:port/database, the same with ` +
      `mysql:// or mariadb://, or the path of a SQLite file; after a ? the parameters ${PARAMETERS.join(', ')}.`,
  );
}
