/** The state in MySQL 8 or MariaDB 10.6, or later ones. */
import {
  type CompiledQuery,
  type CreateTableBuilder,
  type Kysely,
  MysqlDialect,
  type MysqlPool,
  type MysqlPoolConnection,
  sql,
} from 'kysely';
import type { ConnectionOptions, PoolConnection, SslOptions } from 'mysql2';
import type { Tables } from '../tables.ts';
import type { bindable } from './bindable.ts';
import type { StoreDialect } from './dialect.ts';
import { forgetMarks, ServerDialect } from './server-driver.ts';
import { serverFailure, serverFailureName } from './server-failures.ts';
import { type ServerOptions, tooOld } from './server-options.ts';
import type { ServerUrl } from './store-url.ts';
import { TextColumns } from './text-columns.ts';

/** Collations by code point that do not ignore blanks at the end; each server has its own. */
const COLLATIONS = { MariaDB: 'utf8mb4_nopad_bin', MySQL: 'utf8mb4_0900_bin' } as const;
const OLDEST = { MariaDB: [10, 6, 0], MySQL: [8, 0, 17] } as const;

/**
 * Statements with data are prepared, since their numbers then travel as bits: as text MariaDB reads and writes about one
 * double in a hundred wrong in its last bit.
 */
const DATA = /^\s*(select|insert|update|delete|with)\b/i;
/** Statements that a connection keeps prepared. */
const PREPARED = 100;

/** Speaks to the database at `url`, which is made where it is not there and the user may make one. */
export async function openMysql(url: ServerUrl, options: ServerOptions): Promise<StoreDialect> {
  const { default: driver } = await import('mysql2');
  const failure = (error: unknown) => serverFailure('mysql', error, url.shown);
  const { kind, product } = await greet(driver, url, options).catch((error: unknown) => {
    throw failure(error);
  });
  const marks = { on: false };
  return {
    kysely: new ServerDialect(
      new MysqlDialect({ pool: createPool(driver, url, kind, options) }),
      {
        place: url.shown,
        markSql: 'insert into commits (token, at) values (?, ?)',
        markTimeSql: 'select at from commits where token = ?',
        retry: options.retry,
        failure,
        isDone,
      },
      marks,
    ),
    product,
    plugins: [new TextColumns(`character set utf8mb4 collate ${COLLATIONS[kind]}`)],
    longText: sql.raw('longtext'),
    migrationSchema: null,
    addSequence: <TB extends string, C extends string>(table: CreateTableBuilder<TB, C>) =>
      table.addColumn('seq', 'bigint', (column) => column.primaryKey().autoIncrement()),
    appliedMigrations,
    onCurrent: async (db) => {
      await forgetMarks(db);
      marks.on = true;
    },
    // "insert ignore" would hide every other error as well.
    ifAbsent: (query) => {
      const column = sql.ref(query.toOperationNode().columns?.[0]?.column.name ?? '');
      return query.modifyEnd(sql`on duplicate key update ${column} = ${column}`);
    },
    durably: (db, work) => db.transaction().execute(work),
    keepsRows: sql`for update`,
    now: async (db) => {
      const { rows } = await sql<{ ms: number }>`
        select cast(round(unix_timestamp(current_timestamp(3)) * 1000) as signed) as ms`.execute(db);
      return new Date(rows[0]?.ms ?? Number.NaN);
    },
    resumeSequence: async () => undefined,
    close: (db) => db.destroy(),
  };
}

type Driver = typeof import('mysql2');
type Bound = ReturnType<typeof bindable>;

interface Greeting {
  readonly kind: keyof typeof COLLATIONS;
  readonly product: string;
}

function connectionOptions(url: ServerUrl, options: ServerOptions): ConnectionOptions {
  return {
    ...(url.host.startsWith('/') ? { socketPath: url.host } : { host: url.host, port: url.port }),
    user: url.user,
    password: url.password,
    ...(url.tls === null
      ? {}
      : { ssl: { ...url.tls, verifyIdentity: url.sslmode === 'verify-full' } as SslOptions }),
    connectTimeout: options.connectMs,
    enableKeepAlive: true,
    keepAliveInitialDelay: options.connectMs,
    charset: 'utf8mb4',
  };
}

/** Makes the database where it is not there, and says what the server is. */
async function greet(driver: Driver, url: ServerUrl, options: ServerOptions): Promise<Greeting> {
  const connection = driver.createConnection(connectionOptions(url, options));
  connection.on('error', () => undefined);
  const ask = (text: string) =>
    new Promise<unknown>((resolve, reject) =>
      connection.query(text, (error, rows) => (error === null ? resolve(rows) : reject(error))),
    );
  try {
    const name = `\`${url.database.replaceAll('`', '``')}\``;
    await ask(`use ${name}`).catch(async (error: unknown) => {
      if (serverFailureName(error) !== 'ER_BAD_DB_ERROR' || !options.makesDatabase) throw error;
      await ask(`create database if not exists ${name} character set utf8mb4`).catch(() => {
        throw error;
      });
    });
    const rows = (await ask('select version() as version')) as readonly { readonly version: string }[];
    return checkVersion(rows[0]?.version ?? '', url.shown);
  } finally {
    connection.end(() => undefined);
  }
}

/** Whose server it is; refuses one that is too old. */
function checkVersion(version: string, place: string): Greeting {
  const kind = /mariadb/i.test(version) ? 'MariaDB' : 'MySQL';
  // MariaDB once put another number before its own.
  const [, ...numbers] = /(?:5\.5\.5-)?(\d{1,5})\.(\d{1,5})\.(\d{1,5})/.exec(version) ?? [];
  const oldest: readonly number[] = OLDEST[kind];
  const order = oldest.map((number, index) => Number(numbers[index]) - number).find((each) => each !== 0);
  const product = `${kind} ${numbers.join('.')}`;
  if ((order ?? 0) < 0) throw tooOld(place, product, `${kind} ${oldest.join('.')}`);
  return { kind, product };
}

/** A pool whose statements end in time also where the network swallows the answer. */
function createPool(
  driver: Driver,
  url: ServerUrl,
  kind: Greeting['kind'],
  options: ServerOptions,
): MysqlPool {
  const pool = driver.createPool({
    ...connectionOptions(url, options),
    database: url.database,
    connectionLimit: options.connections,
    maxPreparedStatements: PREPARED,
  });
  pool.on('connection', (connection) => {
    connection.on('error', () => undefined);
    // They come before what the connection is wanted for, and fail only with it.
    for (const setting of settingsOf(kind, options)) connection.query(setting, () => undefined);
  });
  const timeoutMs = options.statementMs + options.connectMs;
  // Where a whole number has to stand, as after LIMIT, MySQL takes no double.
  const asWhole = (value: Bound) =>
    Number.isSafeInteger(value) ? driver.TypedParameter.BIGINT(Number(value)) : value;
  const timed = new WeakMap<PoolConnection, MysqlPoolConnection>();
  const timedOf = (connection: PoolConnection): MysqlPoolConnection => {
    const known = timed.get(connection);
    if (known !== undefined) return known;
    const made = {
      query: (text: string, values: Bound[], callback: (error: unknown, result?: unknown) => void) => {
        let open = true;
        const end = (error: unknown, result?: unknown) => {
          if (open) callback(error, result);
          open = false;
          clearTimeout(timer);
        };
        // The driver's own would keep the process alive where the connection is lost before.
        const timer = setTimeout(() => {
          end(Object.assign(new Error('no answer in time'), { code: 'PROTOCOL_SEQUENCE_TIMEOUT' }));
          connection.destroy();
        }, timeoutMs).unref();
        if (DATA.test(text)) connection.execute(text, values.map(asWhole), end);
        else connection.query(text, values, end);
      },
      release: () => connection.release(),
    } as unknown as MysqlPoolConnection;
    timed.set(connection, made);
    return made;
  };
  return {
    getConnection: (callback) =>
      pool.getConnection((error, connection) =>
        error === null ? callback(null, timedOf(connection)) : callback(error, undefined as never),
      ),
    end: (callback) => pool.end(callback),
  };
}

function settingsOf(kind: Greeting['kind'], options: ServerOptions): readonly string[] {
  return [
    // As PostgreSQL reads. The default reads what was when the transaction began, also after waiting for a lock.
    'set session transaction isolation level read committed',
    "set session sql_mode = 'STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'",
    `set session innodb_lock_wait_timeout = ${Math.ceil(options.lockMs / 1000)}`,
    kind === 'MariaDB'
      ? `set session max_statement_time = ${options.statementMs / 1000}`
      : `set session max_execution_time = ${options.statementMs}`,
  ];
}

/**
 * A table or an index that is there already, or gone: MySQL cannot undo changes of tables, so a migration that was cut
 * off is gone through again from its start.
 */
function isDone(error: unknown, query: CompiledQuery): boolean {
  const done = {
    CreateTableNode: 'ER_TABLE_EXISTS_ERROR',
    CreateIndexNode: 'ER_DUP_KEYNAME',
    DropIndexNode: 'ER_CANT_DROP_FIELD_OR_KEY',
  };
  return Object.entries(done).some(
    ([kind, name]) => query.query.kind === kind && serverFailureName(error) === name,
  );
}

async function appliedMigrations(db: Kysely<Tables>): Promise<readonly string[]> {
  const table = await sql`
    select 1 from information_schema.tables
    where table_schema = database() and table_name = 'kysely_migration'`.execute(db);
  if (table.rows.length === 0) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name);
}
