/** Someone's PostgreSQL. */
import type { Client } from 'pg';
import type { ServerUrl } from '../databases/store-url.ts';
import {
  BATCH_ROWS,
  CONNECT_MS,
  type ExternalColumn,
  type ExternalDatabase,
  type ExternalKind,
  type ExternalOptions,
  type ExternalRow,
  quoteName,
  quoteTable,
} from './external-database.ts';
import { externalFailure, inTime } from './external-failures.ts';

/** By the number of the type (pg_type); what is not here is text. */
const KINDS: Readonly<Record<number, ExternalKind>> = {
  16: 'truth',
  17: 'bytes',
  20: 'number',
  21: 'number',
  23: 'number',
  26: 'number',
  700: 'number',
  701: 'number',
  790: 'number',
  1700: 'number',
  1082: 'time',
  1114: 'time',
  1184: 'time',
};
/** What is not read as it is: truth, a REAL (whose shortest text is that of another double), money. */
const CASTS: Readonly<Record<number, string>> = { 16: 'int', 700: 'float8', 790: 'numeric' };

/** Connects; the session can only read, and says times in UTC. */
export async function openExternalPostgres(
  url: ServerUrl,
  options: ExternalOptions,
): Promise<ExternalDatabase> {
  const { default: driver } = await import('pg');
  const failure = (error: unknown) => externalFailure(error, url.shown, options);
  const client = new driver.Client({
    host: url.host,
    port: url.port,
    user: url.user === '' ? undefined : url.user,
    password: url.password === '' ? undefined : url.password,
    database: url.database,
    ssl: url.tls ?? false,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    application_name: 'tidewatch',
  });
  // What is under way when the connection breaks says so itself.
  client.on('error', () => undefined);
  const ask = (text: string, values: unknown[] = []) =>
    inTime(client.query({ text, values, ...AS_TEXT }), url.shown, options).catch((error: unknown) => {
      throw failure(error);
    });
  const close = () => inTime(client.end(), url.shown, { ...options, timeoutMs: 0 }).catch(() => undefined);
  try {
    await client.connect();
    for (const setting of settingsOf(url, options)) await ask(setting);
  } catch (error) {
    await close();
    throw failure(error);
  }
  return {
    place: url.shown,
    types: { key: 'text', text: 'text', double: 'double precision', time: 'timestamptz' },
    quote: (table) => quoteTable(table, '"'),
    describe: async (from) => {
      const { fields } = await ask(`select * from ${from} limit 0`);
      const types = await ask(
        'select format_type(oid, modifier) from unnest($1::oid[], $2::int[]) as t(oid, modifier)',
        [fields.map(({ dataTypeID }) => dataTypeID), fields.map(({ dataTypeModifier }) => dataTypeModifier)],
      );
      return fields.map(({ name, dataTypeID }, k) =>
        describeColumn(name, dataTypeID, String((types.rows[k] as string[])[0])),
      );
    },
    read: (query) => readRows(client, query, ask),
    write: async (work) => {
      await ask('begin read write');
      try {
        // A batch is like the one before it, so its text is made once.
        let last = { sql: '', text: '' };
        await work(async (sql, values = []) => {
          let place = 0;
          if (sql !== last.sql) last = { sql, text: sql.replaceAll('?', () => `$${++place}`) };
          await ask(last.text, [...values]);
        });
        await ask('commit');
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        throw error;
      }
    },
    close,
  };
}

/**
 * Every value as the server writes it. The extended protocol takes one statement, so that a query of the configuration
 * cannot bring others with it.
 */
const AS_TEXT = {
  rowMode: 'array',
  types: { getTypeParser: () => (text: string) => text },
  queryMode: 'extended',
} as const;

function settingsOf(url: ServerUrl, { timeoutMs }: ExternalOptions): string[] {
  return [
    'set default_transaction_read_only = on',
    `set statement_timeout = ${timeoutMs}`,
    `set idle_in_transaction_session_timeout = 0`,
    "set timezone = 'UTC'",
    "set datestyle = 'ISO, YMD'",
    "set intervalstyle = 'postgres'",
    'set extra_float_digits = 1',
    ...(url.schema === null ? [] : [`set search_path = ${quoteName(url.schema, '"')}`]),
  ];
}

function describeColumn(name: string, oid: number, type: string): ExternalColumn {
  const column = quoteName(name, '"');
  const cast = CASTS[oid];
  return {
    name,
    type,
    kind: KINDS[oid] ?? 'text',
    ...(cast === undefined ? { sql: column } : { sql: `${column}::${cast}`, key: column }),
  };
}

async function* readRows(
  client: Client,
  query: string,
  ask: (text: string) => Promise<{ rows: unknown[] }>,
): AsyncGenerator<readonly ExternalRow[]> {
  await ask('begin isolation level repeatable read read only');
  try {
    await ask(`declare pulled no scroll cursor for ${query}`);
    for (;;) {
      const { rows } = await ask(`fetch ${BATCH_ROWS} from pulled`);
      if (rows.length > 0) yield rows as ExternalRow[];
      if (rows.length < BATCH_ROWS) return;
    }
  } finally {
    await client.query('rollback').catch(() => undefined);
  }
}
