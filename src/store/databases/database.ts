/** Connects to the database at a place, whatever it is: the dialect, and Kysely over it. */
import { isAbsolute } from 'node:path';
import { CamelCasePlugin, type CompiledQuery, type Driver, Kysely, type LogEvent } from 'kysely';
import type { HeldLease } from '../port/leases.ts';
import type { Tables } from '../tables.ts';
import type { StoreDialect } from './dialect.ts';
import { FencedDriver, shareable, withDriver } from './fenced-driver.ts';
import { createRetries, type Retry } from './retries.ts';
import type { ServerOptions } from './server-options.ts';
import { parseServerUrl, type ServerUrl } from './store-url.ts';
import type { Patience } from './store-wait.ts';

const PATIENCE_MS = 60_000;
const CONNECTIONS = 8;
/** How long a connection may take, and how long where there is less patience than that. */
const CONNECT_MS = 10_000;
const MIN_CONNECT_MS = 3000;
const STATEMENT_MS = 120_000;

export interface DatabaseOptions extends Partial<Patience> {
  /** How long to wait for another process that writes, in milliseconds; 10,000 unless told. */
  readonly busyTimeoutMs?: number;
  /** How long to go on trying while a server does not answer the first time; as `patienceMs` (a minute) unless told. */
  readonly greetingMs?: number;
  /** True: a database that is not there is not made. */
  readonly looksOnly?: boolean;
  /** Is told every statement that was sent, as it was sent: what looks at plans. */
  readonly onStatement?: (statement: Statement) => void;
}

export type Statement = Pick<CompiledQuery, 'sql' | 'parameters'>;

export interface Database {
  readonly db: Kysely<Tables>;
  readonly dialect: StoreDialect;
  /** The same database over the same connections, for the owner of a lease alone: see fenced-driver.ts. */
  fencedBy(lease: Pick<HeldLease, 'name' | 'token'>): Kysely<Tables>;
  /** The place as messages say it. */
  readonly place: string;
  /** Does work again for as long as the patience with a server lasts. */
  readonly retry: Retry;
}

/** Opens the database at an absolute path or a URL, as store.ts says; its tables stay as they are. */
export async function openDatabase(url: string, options: DatabaseOptions): Promise<Database> {
  const { busyTimeoutMs: lockMs = 10_000, patienceMs = PATIENCE_MS, hear = () => undefined } = options;
  const retry = createRetries({ patienceMs, hear });
  if (isAbsolute(url)) {
    const { openSqlite } = await import('./sqlite.ts');
    return connect(openSqlite(url, { busyTimeoutMs: lockMs }), url, retry, options);
  }
  const server = parseServerUrl(url);
  const serverOptions: ServerOptions = {
    connections: CONNECTIONS,
    connectMs: Math.min(CONNECT_MS, Math.max(MIN_CONNECT_MS, patienceMs)),
    lockMs,
    statementMs: STATEMENT_MS,
    makesDatabase: options.looksOnly !== true,
    retry,
  };
  const greet = createRetries({ patienceMs: options.greetingMs ?? patienceMs, hear });
  return connect(await greet(() => openServer(server, serverOptions)), server.shown, retry, options);
}

async function openServer(url: ServerUrl, options: ServerOptions): Promise<StoreDialect> {
  if (url.kind === 'postgres') return await (await import('./postgres.ts')).openPostgres(url, options);
  return await (await import('./mysql.ts')).openMysql(url, options);
}

function connect(
  dialect: StoreDialect,
  place: string,
  retry: Retry,
  { onStatement }: Pick<DatabaseOptions, 'onStatement'>,
): Database {
  const plugins = [...dialect.plugins, new CamelCasePlugin()];
  const log = onStatement === undefined ? [] : ({ query }: LogEvent) => onStatement(query);
  const driver = shareable(dialect.kysely.createDriver());
  const over = (some: Driver) =>
    new Kysely<Tables>({ dialect: withDriver(dialect.kysely, some), plugins, log });
  const db = over(driver);
  const fencedBy: Database['fencedBy'] = ({ name, token }) => {
    const query = db.selectFrom('leases').select('token').where('name', '=', name);
    return over(
      new FencedDriver(driver, { token, tokenQuery: query.modifyEnd(dialect.keepsRows).compile() }),
    );
  };
  return { db, dialect, fencedBy, place, retry };
}
