/** Someone's MySQL or MariaDB. */
import type { Connection, FieldPacket, SslOptions } from 'mysql2';
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
import { externalFailure, inTime, outsideFailure } from './external-failures.ts';

/** By the number of the type in the protocol; what is not here is text, or bytes where it has no character set. */
const KINDS: Readonly<Record<number, readonly [ExternalKind, string]>> = {
  0: ['number', 'decimal'],
  1: ['number', 'tinyint'],
  2: ['number', 'smallint'],
  3: ['number', 'int'],
  4: ['number', 'float'],
  5: ['number', 'double'],
  7: ['time', 'timestamp'],
  8: ['number', 'bigint'],
  9: ['number', 'mediumint'],
  10: ['time', 'date'],
  11: ['text', 'time'],
  12: ['time', 'datetime'],
  13: ['number', 'year'],
  16: ['truth', 'bit'],
  245: ['text', 'json'],
  246: ['number', 'decimal'],
};
const FLOAT = 4;
const BIT = 16;
/** The character set of what has none. */
const BINARY = 63;

/** Connects; the session says times in UTC. */
export async function openExternalMysql(url: ServerUrl, options: ExternalOptions): Promise<ExternalDatabase> {
  const { default: driver } = await import('mysql2');
  const failure = (error: unknown) => externalFailure(error, url.shown, options);
  const connection = driver.createConnection({
    ...(url.host.startsWith('/') ? { socketPath: url.host } : { host: url.host, port: url.port }),
    user: url.user,
    password: url.password,
    database: url.database,
    ...(url.tls === null
      ? {}
      : { ssl: { ...url.tls, verifyIdentity: url.sslmode === 'verify-full' } as SslOptions }),
    connectTimeout: CONNECT_MS,
    charset: 'utf8mb4',
    rowsAsArray: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    jsonStrings: true,
  });
  connection.on('error', () => undefined);
  const ask = (text: string, values: readonly unknown[] = []) => {
    const answer = new Promise<{ rows: ExternalRow[]; fields: FieldPacket[] }>((resolve, reject) =>
      connection.query({ sql: text, values: [...values], typeCast: AS_TEXT }, (error, rows, fields) =>
        error === null ? resolve({ rows: rows as unknown as ExternalRow[], fields }) : reject(error),
      ),
    );
    return inTime(answer, url.shown, options).catch((error: unknown) => {
      throw failure(error);
    });
  };
  try {
    const { rows } = await ask('select version()');
    for (const setting of settingsOf(rows[0]?.[0] ?? '', options)) await ask(setting);
  } catch (error) {
    connection.destroy();
    throw error;
  }
  return {
    place: url.shown,
    types: { key: 'varchar(191)', text: 'text', double: 'double', time: 'datetime(3)' },
    quote: (table) => quoteTable(table, '`'),
    describe: async (from) =>
      (await ask(inside(`select * from ${from} limit 0`, url.shown, options))).fields.map(describeColumn),
    read: (query) => readRows(connection, inside(query, url.shown, options), ask, url.shown, options),
    write: async (work) => {
      // Making a table ends the transaction, and what comes after it has the kind of the session.
      await ask('set session transaction read write');
      await ask('start transaction');
      try {
        await work(async (sql, values) => void (await ask(sql, values)));
        await ask('commit');
      } catch (error) {
        await ask('rollback').catch(() => undefined);
        throw error;
      }
      await ask('set session transaction read only');
    },
    close: async () => connection.destroy(),
  };
}

/**
 * A value of a prepared statement as text. Doubles come as bits, since as text MariaDB writes about one in a hundred
 * wrong in its last bit; the driver's own casts take a twentieth of the time of one for each value.
 */
function textOf(value: unknown): string | null {
  if (value === null || typeof value === 'string') return value as string | null;
  return String(value === 0 ? 0 : value);
}

/** How an answer that is no prepared statement's is read. */
const AS_TEXT = (field: { string(): string | null }) => field.string();

/** A query that does not name what reads or writes files of the server; no spelling of a word but its letters is known. */
function inside(query: string, place: string, options: ExternalOptions): string {
  const [found] = /\b(?:outfile|dumpfile|load_file)\b/i.exec(query) ?? [];
  if (found === undefined) return query;
  throw outsideFailure(found, place, options);
}

function settingsOf(version: string, { timeoutMs }: ExternalOptions): string[] {
  return [
    "set time_zone = '+00:00'",
    'set session transaction isolation level repeatable read',
    'set session transaction read only',
    /mariadb/i.test(version)
      ? `set max_statement_time = ${timeoutMs / 1000}`
      : `set max_execution_time = ${timeoutMs}`,
  ];
}

function describeColumn(field: FieldPacket): ExternalColumn {
  const code = Number(field.columnType ?? field.type);
  const name = quoteName(field.name, '`');
  const known = KINDS[code];
  // A FLOAT is written with six digits; as a double it is written with all.
  const sql = code === FLOAT ? `${name} + 0e0` : code === BIT ? `${name} + 0` : name;
  if (known !== undefined) return { name: field.name, kind: known[0], type: known[1], sql };
  const isBytes = Number(field.characterSet) === BINARY;
  return { name: field.name, kind: isBytes ? 'bytes' : 'text', type: isBytes ? 'binary' : 'text', sql };
}

async function* readRows(
  connection: Connection,
  query: string,
  ask: (text: string) => Promise<unknown>,
  place: string,
  options: ExternalOptions,
): AsyncGenerator<readonly ExternalRow[]> {
  await ask('start transaction with consistent snapshot, read only');
  let ended = false;
  try {
    const stream = connection.execute(query).stream({ highWaterMark: BATCH_ROWS });
    // The driver reports a lost connection to the connection alone, and the stream would wait for ever.
    connection.once('error', (error) => stream.destroy(error));
    const rows = stream[Symbol.asyncIterator]();
    let batch: ExternalRow[] = [];
    for (;;) {
      const { value, done } = await inTime(rows.next(), place, options);
      if (done === true) break;
      batch.push((value as unknown[]).map(textOf));
      if (batch.length < BATCH_ROWS) continue;
      yield batch;
      batch = [];
    }
    ended = true;
    if (batch.length > 0) yield batch;
    await ask('rollback');
  } catch (error) {
    throw externalFailure(error, place, options);
  } finally {
    // What is still on its way would have to be read to its end.
    if (!ended) connection.destroy();
  }
}
