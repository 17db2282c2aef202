/** URLs of databases on a server: what they may say, and what is wrong with one, without its password. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { TidewatchError } from '../../base/errors.ts';
import { nearestName } from '../../base/nearest.ts';
import { PLACE_FORMS, parsePlace, redactUrl, type ServerKind } from '../../config/database-place.ts';

const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
type SslMode = (typeof SSL_MODES)[number];

export interface ServerUrl {
  readonly kind: ServerKind;
  /** A name or address, or the absolute path of a socket (PostgreSQL: of its folder). */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** PostgreSQL: the schema that holds the tables, made where it is not there; null: the user's own choice. */
  readonly schema: string | null;
  readonly sslmode: SslMode;
  /** null: the connection is not encrypted. */
  readonly tls: ConnectionOptions | null;
  /** The URL for messages: its password is left out. */
  readonly shown: string;
}

const PORTS = { postgres: 5432, mysql: 3306 } as const;
const PARAMETERS = ['host', 'schema', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey'];
const FILES = { ca: 'sslrootcert', cert: 'sslcert', key: 'sslkey' } as const;
const ENCODING =
  'In a user, a password or a name write : as %3A, / as %2F, @ as %40, # as %23, ? as %3F and % as %25';

/**
 * Parses `postgres://user:password@host:port/database?sslmode=verify-full&sslrootcert=ca.pem` and the same with
 * `mysql://` or `mariadb://`. `sslmode` is libpq's (without `allow` and `prefer`), `disable` unless told; certificates
 * are read at once. `config-invalid` for anything else, and for what would not do what it seems to say.
 */
export function parseServerUrl(text: string): ServerUrl {
  const place = parsePlace(text, 'The state store');
  const shown = redactUrl(text);
  if (place.kind !== 'postgres' && place.kind !== 'mysql') throw invalid(shown, 'it is no URL');
  const { kind } = place;
  const url = splitUrl(text, shown);
  const parameters = parametersOf(url, shown);
  const database = decode(url.pathname.slice(1), shown);
  if (database === '') throw invalid(shown, 'it names no database');
  const host = parameters.get('host') ?? (url.hostname.replace(/^\[|\]$/g, '') || 'localhost');
  const sslmode = sslmodeOf(parameters, shown);
  if (sslmode !== 'disable' && host.startsWith('/')) {
    throw invalid(
      shown,
      `"sslmode" is "${sslmode}", but a socket of this machine is not encrypted; leave it out`,
    );
  }
  if (sslmode === 'verify-full' && kind === 'mysql' && isIP(host) !== 0) {
    throw invalid(
      shown,
      '"verify-full" compares the name of the server; give its name instead of its address',
    );
  }
  return {
    kind,
    host,
    port: url.port === '' ? PORTS[kind] : Number(url.port),
    user: decode(url.username, shown),
    password: decode(url.password, shown),
    database,
    schema: schemaOf(parameters, kind, shown),
    sslmode,
    tls: tlsOf(parameters, sslmode, shown),
    shown,
  };
}

/** An unencoded character of a password moves what follows it into another part, so no such part may be shown. */
function splitUrl(text: string, shown: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  // What was hidden where no port is: a password without the host that belongs after it.
  if (url === null || shown.endsWith(':***')) {
    const port = /^[^/]*\/\/(?:[^@/?#]*@)?(?:\[[^\]]*\]|[^:/?#@]*):(\d+)(?:[/?#]|$)/.exec(text.trim())?.[1];
    throw invalid(shown, port === undefined ? `it cannot be taken apart. ${ENCODING}` : aPort(port));
  }
  if (url.port === '0') throw invalid(shown, aPort('0'));
  const rest = url.pathname.slice(1) + url.search;
  if (url.hash !== '' || rest.includes('@') || url.pathname.slice(1).includes('/')) {
    throw invalid(
      shown,
      `its host, its database or its parameters hold a character that ends them. ${ENCODING}`,
    );
  }
  return url;
}

const aPort = (port: string): string => `its port is ${port}; expected a whole number from 1 to 65535`;

function parametersOf(url: URL, shown: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (!PARAMETERS.includes(name)) {
      throw invalid(shown, `"${name}" is none of its parameters${meant(name, PARAMETERS)}`);
    }
    if (parameters.has(name)) throw invalid(shown, `"${name}" is given twice`);
    if (value === '') throw invalid(shown, `"${name}" is empty; give a value or leave it out`);
    parameters.set(name, value);
  }
  return parameters;
}

function meant(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return near === null ? '' : `; did you mean "${near}"?`;
}

function decode(part: string, shown: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid(shown, 'a % in it is not followed by two hexadecimal digits (write % itself as %25)');
  }
}

function schemaOf(
  parameters: ReadonlyMap<string, string>,
  kind: ServerUrl['kind'],
  shown: string,
): string | null {
  const schema = parameters.get('schema') ?? null;
  if (schema === null || (kind === 'postgres' && /^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(schema))) return schema;
  throw invalid(
    shown,
    kind === 'mysql'
      ? '"schema" is for PostgreSQL; here the database is what holds the tables'
      : '"schema" has to be a name of letters, digits and _, a digit not first, at most 63',
  );
}

/** What asks for encryption without naming a mode is refused: it would be sent in the clear. */
function sslmodeOf(parameters: ReadonlyMap<string, string>, shown: string): SslMode {
  const given = parameters.get('sslmode') ?? 'disable';
  const mode = SSL_MODES.find((each) => each === given);
  if (mode === undefined) {
    throw invalid(shown, `"sslmode" is "${given}"; expected one of ${SSL_MODES.join(', ')}`);
  }
  const file = Object.values(FILES).find((name) => parameters.has(name));
  if (mode === 'disable' && file !== undefined) {
    throw invalid(
      shown,
      `"${file}" is given, but "sslmode" does not ask for encryption; add sslmode=verify-full`,
    );
  }
  if (mode === 'require' && parameters.has('sslrootcert')) {
    throw invalid(
      shown,
      '"sslrootcert" is given, but "sslmode=require" does not look at it; write sslmode=verify-ca or verify-full',
    );
  }
  if (parameters.has('sslcert') !== parameters.has('sslkey')) {
    throw invalid(shown, '"sslcert" and "sslkey" belong together, and only one is given');
  }
  return mode;
}

function tlsOf(
  parameters: ReadonlyMap<string, string>,
  mode: SslMode,
  shown: string,
): ConnectionOptions | null {
  if (mode === 'disable') return null;
  const files = Object.entries(FILES).flatMap(([option, name]) => {
    const path = parameters.get(name);
    return path === undefined ? [] : [[option, readPem(name, path, shown)] as const];
  });
  return {
    ...Object.fromEntries(files),
    rejectUnauthorized: mode !== 'require',
    ...(mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
  };
}

function readPem(name: string, path: string, shown: string): string {
  const absolute = resolve(path);
  let text: string;
  try {
    text = readFileSync(absolute, 'utf8');
  } catch (cause) {
    const why = `"${name}" names ${absolute}, which cannot be read; name a PEM file that this user may read`;
    throw invalid(shown, why, { cause });
  }
  if (text.includes('-----BEGIN ')) return text;
  throw invalid(shown, `"${name}" names ${absolute}, which is no PEM file (it has no line "-----BEGIN ...")`);
}

function invalid(shown: string, why: string, options: { readonly cause?: unknown } = {}): TidewatchError {
  return new TidewatchError(
    'config-invalid',
    `The state store is at ${shown}: ${why}. ${PLACE_FORMS}; after a ? of a URL the parameters ${PARAMETERS.join(', ')}.`,
    options,
  );
}
