/** Someone's SQLite file. */
import { existsSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import Database from 'libsql';
import { TidewatchError } from '../../base/errors.ts';
import {
  BATCH_ROWS,
  CONNECT_MS,
  type ExternalColumn,
  type ExternalDatabase,
  type ExternalKind,
  type ExternalOptions,
  type ExternalRow,
  type ExternalRun,
  quoteName,
  quoteTable,
} from './external-database.ts';
import { externalFailure, outsideFailure } from './external-failures.ts';

/** An open file. */
interface Opened {
  readonly file: InstanceType<typeof Database>;
  readonly path: string;
  readonly options: ExternalOptions;
  /** Of the encoding that the file keeps text in. */
  readonly decoder: InstanceType<typeof TextDecoder>;
  /** Names of what reaches outside the file. */
  readonly outside: RegExp;
}

/** Opens the file at an absolute path, which has to be there. The time-out is looked at between rows. */
export function openExternalSqlite(path: string, options: ExternalOptions): ExternalDatabase {
  if (!existsSync(path)) {
    throw new TidewatchError(
      'source-unavailable',
      `${options.what} at ${path} failed: there is no such file. Name a SQLite file, or "env:NAME" of a variable with a URL.`,
      { details: { place: path, failure: 'ENOENT' } },
    );
  }
  const told = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw externalFailure(error, path, options);
    }
  };
  const opened = told(() => openFile(path, options));
  const { file } = opened;
  return {
    place: path,
    types: { key: 'text', text: 'text', double: 'real', time: 'text' },
    quote: (table) => quoteTable(table, '"'),
    describe: async (from) =>
      told(() => {
        // The driver passes over what follows a statement. Inside one more parenthesis it is a syntax error.
        prepare(opened, `select (select count(*) from ${from})`);
        return prepare(opened, `select * from ${from} limit 0`).columns().map(describeColumn);
      }),
    read: (query) => readRows(opened, query),
    write: (work) => writeRows(opened, work),
    close: async () => {
      if (file.open) file.close();
    },
  };
}

/** Opens it for reading only, and asks it what must be known before its text is read. */
function openFile(path: string, options: ExternalOptions): Opened {
  const file = new Database(path, { timeout: CONNECT_MS });
  file.exec('pragma query_only = 1');
  const [[encoding] = []] = file.prepare('pragma encoding').raw(true).all() as string[][];
  const functions = file
    .prepare(`select distinct name from pragma_function_list where flags & ${DIRECT_ONLY}`)
    .raw(true)
    .all() as string[][];
  return {
    file,
    path,
    options,
    decoder: new TextDecoder(encoding ?? 'UTF-8', { fatal: true, ignoreBOM: true }),
    outside: new RegExp(`\\b(${[FOLDER_TABLE, ...functions.map(([name]) => name)].join('|')})\\b`, 'i'),
  };
}

/** SQLITE_DIRECTONLY: functions with effects, which views may not use. */
const DIRECT_ONLY = 0x80000;
/** A table that reads folders, and bears no mark. */
const FOLDER_TABLE = 'fsdir';

/** Prepares a query. SQLite knows no spelling of a name but its own letters, so that looking for them is enough. */
function prepare({ file, path, options, outside }: Opened, query: string) {
  const found = outside.exec(query)?.[1];
  if (found !== undefined) throw outsideFailure(found, path, options);
  return file.prepare(query);
}

function describeColumn({ name, type }: { name: string; type: string | null }): ExternalColumn {
  const key = quoteName(name, '"');
  return {
    name,
    type: type ?? 'expression',
    kind: kindOf(type ?? ''),
    sql: `${wholeSql(key)} as ${quoteName(`value of ${name}`, '"')}`,
    key,
  };
}

/** By the declared type, as SQLite takes it: columns of text keep numbers as text, others keep what they are given. */
function kindOf(type: string): ExternalKind {
  if (/int/i.test(type)) return 'any';
  if (/char|clob|text/i.test(type)) return 'text';
  return /blob/i.test(type) ? 'bytes' : 'any';
}

/**
 * The driver ends text at a NUL, and the process at a byte that is not UTF-8: text beyond ASCII comes as bytes, and
 * bytes as one byte that no text is.
 */
function wholeSql(column: string): string {
  return (
    `case typeof(${column}) when 'text' then case when octet_length(${column}) = length(${column}) and ${column} ` +
    `not glob '*[^ -~]*' then ${column} else cast(${column} as blob) end when 'blob' then x'ff' else ${column} end`
  );
}

async function* readRows(opened: Opened, query: string): AsyncGenerator<readonly ExternalRow[]> {
  const { file, path, options } = opened;
  const deadline = performance.now() + options.timeoutMs;
  try {
    file.exec('begin');
    const statement = prepare(opened, query).safeIntegers(true).raw(true);
    const names = statement.columns().map(({ name }) => name);
    let batch: ExternalRow[] = [];
    for (const row of statement.iterate() as Iterable<readonly unknown[]>) {
      batch.push(row.map((value, k) => textOf(value, names[k] ?? '', opened)));
      if (batch.length < BATCH_ROWS) continue;
      if (performance.now() > deadline) throw new Error('query execution was interrupted');
      yield batch;
      batch = [];
      // The reader holds the thread; the lock of the run must be renewed meanwhile.
      await breathe();
    }
    if (performance.now() > deadline) throw new Error('query execution was interrupted');
    if (batch.length > 0) yield batch;
  } catch (error) {
    throw externalFailure(error, path, options);
  } finally {
    if (file.inTransaction) file.exec('rollback');
  }
}

async function writeRows(
  { file, path, options }: Opened,
  work: (run: ExternalRun) => Promise<void>,
): Promise<void> {
  try {
    file.exec('pragma query_only = 0');
    file.exec('begin immediate');
    // A batch is like the one before it, so its statement is prepared once.
    let last = { sql: '', statement: file.prepare('select 1') };
    await work(async (sql, values = []) => {
      if (sql !== last.sql) last = { sql, statement: file.prepare(sql) };
      last.statement.run([...values]);
      await breathe();
    });
    file.exec('commit');
  } catch (error) {
    throw externalFailure(error, path, options);
  } finally {
    if (file.inTransaction) file.exec('rollback');
    file.exec('pragma query_only = 1');
  }
}

function textOf(value: unknown, what: string, { path, options, decoder }: Opened): string | null {
  if (value === null || typeof value === 'string') return value as string | null;
  if (typeof value === 'bigint' || typeof value === 'number') return String(value === 0 ? 0 : value);
  try {
    return decoder.decode(value as Uint8Array);
  } catch (cause) {
    throw new TidewatchError(
      'value-invalid',
      `${options.what} at ${path} failed: the ${what} in a row is bytes, or text that is not ${decoder.encoding}; expected ` +
        'text or a number. Leave the column out, or turn it into text in a query, such as hex(column).',
      { cause, details: { place: path, column: what.replace(/^value of /, '') } },
    );
  }
}
