/** One connection to a SQLite file through libsql, made safe to share the file with other processes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import type Database from 'libsql';
import { bindable } from './bindable.ts';
import { failureName, storeFailure } from './failures.ts';

/** The driver's object for an open file. */
export type SqliteFile = Pick<
  InstanceType<typeof Database>,
  'open' | 'inTransaction' | 'prepare' | 'exec' | 'close'
>;

/** What Kysely asks of a connection, and the statements that it leaves to the driver. */
export interface SqliteConnection extends DatabaseConnection {
  /** Takes the write lock; waits for another process that has it. */
  begin(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** Sets something of the connection, such as `synchronous = full`. */
  pragma(setting: string): Promise<void>;
}

const LONGEST_PAUSE_MS = 25;

/**
 * Every write is inside a transaction that began with the write lock. libsql 0.5 leaves a prepared statement
 * that failed for want of a lock in progress, and SQLite then commits nothing more on that connection, though
 * it says that it did (github.com/tursodatabase/libsql-js/pull/238); text run by `exec` has no such rest. It
 * waits without stopping the event loop, and throws TidewatchErrors only.
 */
export function createSqliteConnection(
  file: SqliteFile,
  path: string,
  busyTimeoutMs: number,
): SqliteConnection {
  const patiently = <T>(work: () => T): Promise<T> => retryWhileBusy(work, path, busyTimeoutMs);
  const begin = () => patiently(() => void file.exec('begin immediate'));
  const commit = () => patiently(() => void file.exec('commit'));
  const rollback = () =>
    patiently(() => {
      // On a full disk, for one, SQLite has rolled back by itself.
      if (file.inTransaction) file.exec('rollback');
    });
  // A statement keeps what was bound to it until the garbage collector comes, which knows nothing of its size.
  let last: { readonly sql: string; readonly statement: ReturnType<SqliteFile['prepare']> } | null = null;
  const executeQuery = async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
    const parameters = query.parameters.map(bindable);
    // Of a file that is closed, the driver cannot be asked for its transaction: it ends the process.
    const isSame = query.sql === last?.sql && file.open && file.inTransaction;
    const repeated = isSame ? (last?.statement ?? null) : null;
    last = null;
    const statement = repeated ?? (await patiently(() => file.prepare(query.sql)));
    if (statement.reader) return { rows: (await patiently(() => statement.all(parameters))) as R[] };
    if (file.inTransaction) {
      const result = await patiently(() => write<R>(statement, parameters));
      last = { sql: query.sql, statement };
      return result;
    }
    await begin();
    try {
      const result = await patiently(() => write<R>(statement, parameters));
      await commit();
      return result;
    } catch (error) {
      await rollback();
      throw error;
    }
  };
  return {
    executeQuery,
    streamQuery: async function* (query) {
      yield await executeQuery(query);
    },
    begin,
    commit,
    rollback,
    pragma: (setting) => patiently(() => void file.exec(`pragma ${setting}`)),
  };
}

function write<R>(statement: ReturnType<SqliteFile['prepare']>, parameters: unknown[]): QueryResult<R> {
  return { rows: [], numAffectedRows: BigInt(statement.run(parameters).changes) };
}

async function retryWhileBusy<T>(work: () => T, path: string, timeoutMs: number): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (let pauseMs = 1; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return work();
    } catch (error) {
      const busy = failureName(error).startsWith('SQLITE_BUSY');
      if (!busy || performance.now() >= deadline) throw storeFailure(error, path);
    }
    await sleep(pauseMs);
  }
}
