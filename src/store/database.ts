/** Connects to the database at a place, whatever it is: the dialect, and Kysely over it. */
import { isAbsolute } from 'node:path';
import { CamelCasePlugin, Kysely } from 'kysely';
import { TidewatchError } from '../base/errors.ts';
import { isUrl } from '../config/store-place.ts';
import type { StoreDialect } from './dialect.ts';
import { createRetries } from './retries.ts';
import type { ServerOptions } from './server-options.ts';
import { parseServerUrl, type ServerUrl } from './store-url.ts';
import type { Tables } from './tables.ts';

/** How long to go on trying while a server that answered before does not, in milliseconds, unless told. */
export const PATIENCE_MS = 60_000;
/** And one that has not answered yet. */
const GREETING_MS = 5000;
const CONNECTIONS = 8;
const CONNECT_MS = 10_000;
const STATEMENT_MS = 120_000;

export interface DatabaseOptions {
  readonly busyTimeoutMs?: number;
  readonly patienceMs?: number;
}

export interface Database {
  readonly db: Kysely<Tables>;
  readonly dialect: StoreDialect;
  /** The place as messages say it. */
  readonly place: string;
}

/** Opens the database at an absolute path or a URL, as store.ts says; its tables stay as they are. */
export async function openDatabase(url: string, options: DatabaseOptions): Promise<Database> {
  const lockMs = options.busyTimeoutMs ?? 10_000;
  if (isAbsolute(url)) {
    const { openSqlite } = await import('./sqlite.ts');
    return connect(openSqlite(url, { busyTimeoutMs: lockMs }), url);
  }
  if (!isUrl(url)) throw notAPlace(url);
  const server = parseServerUrl(url);
  const patienceMs = options.patienceMs ?? PATIENCE_MS;
  const serverOptions: ServerOptions = {
    connections: CONNECTIONS,
    connectMs: CONNECT_MS,
    lockMs,
    statementMs: STATEMENT_MS,
    patienceMs,
  };
  const retry = createRetries(Math.min(GREETING_MS, patienceMs));
  return connect(await retry(() => openServer(server, serverOptions)), server.shown);
}

async function openServer(url: ServerUrl, options: ServerOptions): Promise<StoreDialect> {
  if (url.kind === 'postgres') return await (await import('./postgres.ts')).openPostgres(url, options);
  return await (await import('./mysql.ts')).openMysql(url, options);
}

function connect(dialect: StoreDialect, place: string): Database {
  const plugins = [...dialect.plugins, new CamelCasePlugin()];
  return { db: new Kysely<Tables>({ dialect: dialect.kysely, plugins }), dialect, place };
}

function notAPlace(place: string): TidewatchError {
  return new TidewatchError(
    'config-invalid',
    `The state store is "${place}"; expected the absolute path of a SQLite file, or a URL that begins with ` +
      'postgres://, mysql:// or mariadb://. Set the key "store" to one of them, or to a file inside the workspace, ' +
      'such as "tidewatch.db".',
  );
}
