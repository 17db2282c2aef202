/** An in-memory DuckDB: settings, queries, and results as typed arrays. */

import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance, DuckDBVector } from '@duckdb/node-api';
import { systemError, TidewatchError } from '../../../base/errors.ts';
import { makeFolder } from '../../../base/make-folder.ts';
import { mayWrite } from '../../../base/may-write.ts';
import { hasEnded, PROCESS_NAME, processName } from '../../../base/process-life.ts';
import { systemFailureIn } from '../../../base/system-failures.ts';
import type { EngineOptions } from '../../port.ts';
import type { SqlRow } from '../../statistics/statistic.ts';
import { SNAPSHOT_FOLDER } from '../files/snapshot-file.ts';

/** Rows that DuckDB takes in at a time. */
const CHUNK_ROWS = 2048;

/** Time between two looks at what a statement has written. */
const LOOK_MS = 20;

const PREFIX = '.engine-';
/** The process that made the folder. */
const NAME = new RegExp(`^\\${PREFIX}(${PROCESS_NAME})-[^-]+$`);
const STALE_MS = 24 * 3600 * 1000;

export class Database {
  /** A hidden folder of this process alone. */
  readonly folder: string;
  private readonly instance: DuckDBInstance;
  private tables = 0;

  private constructor(instance: DuckDBInstance, folder: string) {
    this.instance = instance;
    this.folder = folder;
  }

  static async open(options: EngineOptions): Promise<Database> {
    const { DuckDBInstance } = await import('./driver.ts');
    const within = mayWrite(options.temporaryFolder) ? options.temporaryFolder : tmpdir();
    makeFolder(within);
    removeStale(within);
    const folder = mkdtempSync(join(within, `${PREFIX}${processName()}-`));
    const { memoryLimit } = options;
    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(options.threads),
      memory_limit: typeof memoryLimit === 'number' ? `${Math.floor(memoryLimit)}B` : memoryLimit,
      temp_directory: folder,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    return new Database(instance, folder);
  }

  /** A table name that is free. */
  nextTable(): string {
    return `t${++this.tables}`;
  }

  /** Runs statements; returns the rows that the last one changed or wrote. */
  run(sql: string): Promise<number> {
    return this.connected(async (connection) => (await connection.run(sql)).rowsChanged);
  }

  /** As `run`, ended by an error as soon as `isTooMuch`, which is asked again and again, says so. */
  runUntil(sql: string, isTooMuch: () => boolean): Promise<number> {
    return this.connected(async (connection) => {
      const timer = setInterval(() => {
        if (isTooMuch()) connection.interrupt();
      }, LOOK_MS);
      try {
        return (await connection.run(sql)).rowsChanged;
      } finally {
        clearInterval(timer);
      }
    });
  }

  /** The first row of an answer, as numbers. */
  numbers(sql: string): Promise<number[]> {
    return this.connected(async (connection) => {
      const [row] = await (await connection.run(sql)).getRowsJS();
      return (row ?? []).map(Number);
    });
  }

  /** The first column of an answer, as texts. */
  texts(sql: string): Promise<string[]> {
    return this.connected(async (connection) => {
      const rows = await (await connection.run(sql)).getRowsJS();
      return rows.map((row) => String(row[0]));
    });
  }

  /** The rows of an answer of numbers and texts. */
  rows(sql: string): Promise<SqlRow[]> {
    return this.connected(async (connection) => {
      const rows = await (await connection.run(sql)).getRowsJS();
      return rows.map((row) => row.map(plainValue));
    });
  }

  /** The vectors of an answer, some two thousand rows at a time, in order. */
  async *vectors(sql: string, columns: number): AsyncGenerator<{ rows: number; vectors: DuckDBVector[] }> {
    const connection = await this.instance.connect();
    try {
      const result = await connection.stream(sql);
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) return;
        const vectors = Array.from({ length: columns }, (_, k) => chunk.getColumnVector(k));
        yield { rows: chunk.rowCount, vectors };
      }
    } catch (error) {
      throw explain(error);
    } finally {
      connection.closeSync();
    }
  }

  /** The first column of an answer, whole numbers below 2^31. */
  async places(sql: string): Promise<Uint32Array> {
    const parts: Int32Array[] = [];
    for await (const { rows, vectors } of this.vectors(`select #1::integer from (${sql})`, 1)) {
      parts.push(integersOf(vectors[0] as DuckDBVector).slice(0, rows));
    }
    const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => {
      all.set(part, at);
      return at + part.length;
    }, 0);
    return all;
  }

  /** Makes a table with one column "place" of whole numbers. */
  async createPlaces(table: string, places: Uint32Array): Promise<void> {
    const { DuckDBDataChunk, UINTEGER } = await import('./driver.ts');
    await this.connected(async (connection) => {
      await connection.run(`create table ${table} (place uinteger)`);
      const appender = await connection.createAppender(table);
      for (let from = 0; from < places.length; from += CHUNK_ROWS) {
        const part = Array.from(places.subarray(from, from + CHUNK_ROWS));
        const chunk = DuckDBDataChunk.create([UINTEGER], part.length);
        chunk.setColumnValues(0, part);
        appender.appendDataChunk(chunk);
      }
      appender.closeSync();
    });
  }

  /** Makes a table of DOUBLE columns of the rows that come. */
  async createDoubles(
    table: string,
    columns: readonly string[],
    rows: AsyncIterable<ArrayLike<number>>,
  ): Promise<void> {
    const { DOUBLE, DuckDBDataChunk } = await import('./driver.ts');
    await this.connected(async (connection) => {
      await connection.run(`create table ${table} (${columns.map((name) => `${name} double`).join(', ')})`);
      const appender = await connection.createAppender(table);
      const values = columns.map(() => new Float64Array(CHUNK_ROWS));
      let count = 0;
      const append = (): void => {
        const chunk = DuckDBDataChunk.create(
          columns.map(() => DOUBLE),
          count,
        );
        values.forEach((column, k) => {
          const vector = chunk.getColumnVector(k);
          doublesOf(vector).set(column.subarray(0, count));
          vector.flush();
        });
        appender.appendDataChunk(chunk);
        count = 0;
      };
      for await (const row of rows) {
        for (let k = 0; k < values.length; k++) (values[k] as Float64Array)[count] = row[k] as number;
        if (++count === CHUNK_ROWS) append();
      }
      if (count > 0) append();
      appender.closeSync();
    });
  }

  close(): void {
    this.instance.closeSync();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async connected<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.instance.connect();
    try {
      return await use(connection);
    } catch (error) {
      throw explain(error);
    } finally {
      connection.closeSync();
    }
  }
}

/** A value of an answer; error `internal` for one that is neither a number nor a text. */
function plainValue(value: unknown): SqlRow[number] {
  if (value === null || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string')
    return value;
  throw new TidewatchError('internal', `DuckDB gave ${String(value)}, which is no number and no text.`);
}

/** The doubles of a vector of DOUBLE without missing values; not to be kept after the next chunk. */
export function doublesOf(vector: DuckDBVector): Float64Array {
  const items: unknown = 'items' in vector ? vector.items : null;
  if (items instanceof Float64Array) return items;
  throw new TidewatchError('internal', 'DuckDB gave a vector that holds no doubles.');
}

/** The integers of a vector of INTEGER without missing values. */
export function integersOf(vector: DuckDBVector): Int32Array {
  const items: unknown = 'items' in vector ? vector.items : null;
  if (items instanceof Int32Array) return items;
  throw new TidewatchError('internal', 'DuckDB gave a vector that holds no integers.');
}

/** Folders that a killed process left behind: at once where it is known to have ended, else after a day. */
function removeStale(folder: string): void {
  for (const name of readdirSync(folder).filter((entry) => entry.startsWith(PREFIX))) {
    const path = join(folder, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    const maker = NAME.exec(name)?.[1] ?? '';
    if (hasEnded(maker) || age > STALE_MS) rmSync(path, { recursive: true, force: true });
  }
}

/** What DuckDB says of a file that ends before it should: the fault of the file, not of the disk. */
const CUT_SHORT = /Could not read enough bytes/i;

/** What DuckDB says of a Parquet file of the compiled data that it cannot read. */
const DAMAGED = new RegExp(`^[^"']*["']([^"'\n]*/${SNAPSHOT_FOLDER}/[^"'\n]+\\.parquet)["']`);
const UNREADABLE =
  /^Invalid Input Error|^Corrupt|^Serialization Error|^TProtocolException|Could not read enough bytes/;

function explain(error: unknown): TidewatchError {
  if (error instanceof TidewatchError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const damaged = UNREADABLE.test(message) ? DAMAGED.exec(message)?.[1] : undefined;
  if (damaged !== undefined) {
    return new TidewatchError(
      'snapshot-damaged',
      `${damaged} is damaged (${message.split('\n')[0]}). Remove it, then run "tidewatch ingest": the compiled data is ` +
        'made again from the input files.',
      { details: { path: damaged }, cause: error },
    );
  }
  if (/^out of memory/i.test(message)) {
    return new TidewatchError(
      'out-of-memory',
      `"memory_limit" in config.json is too small for this data (${message.split('\n')[0]}). Raise it, such as to ` +
        '"2GB", or lower "threads".',
      { cause: error },
    );
  }
  if (/\bIO Error\b/i.test(message)) {
    const failure = systemFailureIn(message);
    if (failure !== null) return systemError(failure, message, error);
    if (CUT_SHORT.test(message))
      return new TidewatchError('internal', `DuckDB: ${message}`, { cause: error });
    return new TidewatchError(
      'disk-failed',
      `DuckDB could not read or write a file (${message}). Check the disk and the rights on the output folder.`,
      { cause: error },
    );
  }
  return new TidewatchError('internal', `DuckDB: ${message}`, { cause: error });
}
