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
import { externalFailure } from './external-failures.ts';

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
  const file = told(() => {
    const opened = new Database(path, { timeout: CONNECT_MS });
    opened.exec('pragma query_only = 1');
    return opened;
  });
  return {
    place: path,
    types: { key: 'text', text: 'text', double: 'real', time: 'text' },
    quote: (table) => quoteTable(table, '"'),
    describe: async (from) =>
      told(() => file.prepare(`select * from ${from} limit 0`).columns().map(describeColumn)),
    read: (query) => readRows(file, query, path, options),
    write: (work) => writeRows(file, work, path, options),
    close: async () => {
      if (file.open) file.close();
    },
  };
}

function describeColumn({ name, type }: { name: string; type: string | null }): ExternalColumn {
  return { name, type: type ?? 'expression', kind: kindOf(type ?? ''), sql: quoteName(name, '"') };
}

/** By the declared type; a value may be of another, and is read as what it is. */
function kindOf(type: string): ExternalKind {
  if (/blob/i.test(type)) return 'bytes';
  if (/date|time/i.test(type)) return 'time';
  if (/bool/i.test(type)) return 'truth';
  return /int|real|floa|doub|dec|num/i.test(type) ? 'number' : 'text';
}

async function* readRows(
  file: InstanceType<typeof Database>,
  query: string,
  path: string,
  options: ExternalOptions,
): AsyncGenerator<readonly ExternalRow[]> {
  const deadline = performance.now() + options.timeoutMs;
  try {
    file.exec('begin');
    const statement = file.prepare(query).safeIntegers(true).raw(true);
    let batch: ExternalRow[] = [];
    for (const row of statement.iterate() as Iterable<readonly unknown[]>) {
      batch.push(row.map((value) => textOf(value, path, options.what)));
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
  file: InstanceType<typeof Database>,
  work: (run: ExternalRun) => Promise<void>,
  path: string,
  options: ExternalOptions,
): Promise<void> {
  try {
    file.exec('pragma query_only = 0');
    file.exec('begin immediate');
    await work(async (sql, values = []) => {
      file.prepare(sql).run([...values]);
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

function textOf(value: unknown, path: string, what: string): string | null {
  if (value === null || typeof value === 'string') return value as string | null;
  if (typeof value === 'bigint' || typeof value === 'number') return String(value === 0 ? 0 : value);
  throw new TidewatchError(
    'value-invalid',
    `${what} at ${path} gave bytes where text or a number was expected. Leave the column out, or turn it into text in a query.`,
    { details: { place: path } },
  );
}
