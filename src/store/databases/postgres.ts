/** The state in PostgreSQL, 13 or later. */
import { type CreateTableBuilder, type Kysely, PostgresDialect, sql } from 'kysely';
import type pg from 'pg';
import type { Tables } from '../tables.ts';
import type { StoreDialect } from './dialect.ts';
import { forgetMarks, ServerDialect } from './server-driver.ts';
import { serverFailure } from './server-failures.ts';
import { type ServerOptions, tooOld } from './server-options.ts';
import type { ServerUrl } from './store-url.ts';
import { TextColumns } from './text-columns.ts';

const OLDEST = 130_000;
/** Types of PostgreSQL that the driver gives as text: bigint, and numeric, which is what a sum of bigint is. */
const BIGINT = 20;
const NUMERIC = 1700;

/** Speaks to the database at `url`, which has to be there. */
export async function openPostgres(url: ServerUrl, options: ServerOptions): Promise<StoreDialect> {
  const { default: driver } = await import('pg');
  const pool = createPool(driver, url, options);
  const failure = (error: unknown) => serverFailure('postgres', error, url.shown);
  const product = await greet(pool, url).catch(async (error: unknown) => {
    await pool.end();
    throw failure(error);
  });
  const marks = { on: false };
  return {
    kysely: new ServerDialect(
      new PostgresDialect({ pool }),
      {
        place: url.shown,
        markSql: 'insert into commits (token, at) values ($1, $2)',
        markTimeSql: 'select at from commits where token = $1',
        retry: options.retry,
        failure,
        isDone: () => false,
      },
      marks,
    ),
    product,
    plugins: [new TextColumns('collate "C"')],
    longText: 'text',
    migrationSchema: url.schema,
    addSequence: <TB extends string, C extends string>(table: CreateTableBuilder<TB, C>) =>
      table.addColumn('seq', 'bigint', (column) => column.primaryKey().generatedByDefaultAsIdentity()),
    appliedMigrations,
    onCurrent: async (db) => {
      await forgetMarks(db);
      marks.on = true;
    },
    ifAbsent: (query) => query.onConflict((conflict) => conflict.doNothing()),
    durably: (db, work) => db.transaction().execute(work),
    keepsRows: sql`for update`,
    now: async (db) => {
      const { rows } = await sql<{ ms: number }>`
        select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as ms`.execute(db);
      return new Date(rows[0]?.ms ?? Number.NaN);
    },
    resumeSequence: async (db, table) => {
      const place = sql`pg_get_serial_sequence(${table}, 'seq')`;
      await sql`select setval(${place}, (select max(seq) from ${sql.table(table)}))
        where exists (select 1 from ${sql.table(table)})`.execute(db);
    },
    close: (db) => db.destroy(),
  };
}

function createPool(driver: typeof pg, url: ServerUrl, options: ServerOptions): pg.Pool {
  const pool = new driver.Pool({
    host: url.host,
    port: url.port,
    user: url.user === '' ? undefined : url.user,
    password: url.password === '' ? undefined : url.password,
    database: url.database,
    ssl: url.tls ?? false,
    max: options.connections,
    connectionTimeoutMillis: options.connectMs,
    query_timeout: options.statementMs + options.connectMs,
    statement_timeout: options.statementMs,
    lock_timeout: options.lockMs,
    ...(url.schema === null ? {} : { options: `-c search_path="${url.schema}"` }),
    keepAlive: true,
    allowExitOnIdle: true,
    application_name: 'tidewatch',
    types: {
      getTypeParser: (type, format) =>
        type === BIGINT || type === NUMERIC ? Number : driver.types.getTypeParser(type, format),
    },
  });
  // What breaks a connection is told to whoever uses it then; one that nothing uses is replaced when it is needed.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Says what the server is, and refuses one that is too old. */
async function greet(pool: pg.Pool, url: ServerUrl): Promise<string> {
  const { rows } = await pool.query<{ number: string; name: string }>(
    "select current_setting('server_version_num') as number, current_setting('server_version') as name",
  );
  const product = `PostgreSQL ${rows[0]?.name.split(' ')[0]}`;
  if (Number(rows[0]?.number) < OLDEST) throw tooOld(url.shown, product, 'PostgreSQL 13');
  return product;
}

async function appliedMigrations(db: Kysely<Tables>): Promise<readonly string[]> {
  const table = await sql<{ at: string | null }>`select to_regclass('kysely_migration') as at`.execute(db);
  if (table.rows[0]?.at === null) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name);
}
