/** The state in a SQLite file that several processes may share (libsql, write-ahead log). */

import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  type CreateTableBuilder,
  type DatabaseConnection,
  type Driver,
  type Kysely,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  sql,
} from 'kysely';
import Database from 'libsql';
import { TidewatchError } from '../../base/errors.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { mayWrite } from '../../base/may-write.ts';
import type { Tables } from '../tables.ts';
import type { StoreDialect } from './dialect.ts';
import { storeFailure } from './failures.ts';
import { createSqliteConnection, type SqliteConnection, type SqliteFile } from './sqlite-connection.ts';
import { keptInPlace } from './sqlite-moved.ts';
import { isReadOnly, openReading } from './sqlite-reader.ts';

export interface SqliteOptions {
  /** How long to wait for another process that writes, in milliseconds. */
  readonly busyTimeoutMs: number;
}

/** How long the driver itself waits for a lock, in milliseconds; it stops the event loop for as long. */
const BLOCKING_WAIT_MS = 20;

const SETTINGS = ['journal_mode = wal', 'synchronous = normal', 'foreign_keys = on'];

/** Opens (or makes) the SQLite file at the absolute `path`; where it may not be written, for reading alone. */
export function openSqlite(path: string, options: SqliteOptions): StoreDialect {
  const reads = isReadOnly(path);
  const file = reads ? openReader(path) : openFile(path);
  const connection = createSqliteConnection(file, path, options.busyTimeoutMs);
  return {
    kysely: new WriterDialect(file, connection, reads ? [] : SETTINGS),
    product: 'SQLite',
    plugins: [],
    migrationSchema: null,
    longText: 'text',
    addSequence: <TB extends string, C extends string>(table: CreateTableBuilder<TB, C>) =>
      table.addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement()),
    appliedMigrations,
    onCurrent: async () => undefined,
    // The write lock, with which a transaction begins, keeps all of them.
    keepsRows: sql``,
    now: async () => null,
    resumeSequence: async () => undefined,
    ifAbsent: (query) => query.onConflict((conflict) => conflict.doNothing()),
    durably: (db, work) =>
      db.connection().execute(async (held) => {
        await connection.pragma('synchronous = full');
        try {
          return await held.transaction().execute(work);
        } finally {
          await connection.pragma('synchronous = normal');
        }
      }),
    close: async (db) => {
      if (!file.open) return;
      if (reads) return void file.close();
      await sql`pragma wal_checkpoint(truncate)`.execute(db).catch(() => {
        // Leaves the whole state in the one file, for whoever copies it. Where that fails (the disk is full, or
        // the file is no database) the log beside it keeps what the file lacks, so nothing is lost.
      });
      file.close();
    },
  };
}

function openFile(path: string): SqliteFile {
  try {
    makeFolder(dirname(path));
    return keptInPlace(new Database(path, { timeout: BLOCKING_WAIT_MS }), path);
  } catch (error) {
    if (!existsSync(path) && existsSync(dirname(path)) && !mayWrite(dirname(path)))
      throw cannotMake(path, error);
    throw storeFailure(error, path);
  }
}

function cannotMake(path: string, cause: unknown): TidewatchError {
  return new TidewatchError(
    'workspace-read-only',
    `There is no state store ${path} yet, and none can be made: its folder may only be read. Run "tidewatch run" where ` +
      'it may be written, or give this user the right to write the folder.',
    { details: { path }, cause },
  );
}

function openReader(path: string): SqliteFile {
  try {
    return openReading(path, BLOCKING_WAIT_MS);
  } catch (error) {
    throw storeFailure(error, path);
  }
}

async function appliedMigrations(db: Kysely<Tables>): Promise<readonly string[]> {
  const table = await sql`select 1 from sqlite_master where name = 'kysely_migration'`.execute(db);
  if (table.rows.length === 0) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name);
}

/** Kysely's SQLite over our connection. */
class WriterDialect extends SqliteDialect {
  readonly #file: SqliteFile;
  readonly #connection: SqliteConnection;
  readonly #settings: readonly string[];

  constructor(file: SqliteFile, connection: SqliteConnection, settings: readonly string[]) {
    super({ database: file });
    this.#file = file;
    this.#connection = connection;
    this.#settings = settings;
  }

  override createDriver(): Driver {
    return new WriterDriver(this.#file, this.#connection, this.#settings);
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

/** Transactions take the write lock when they begin: one that first reads fails if another writes meanwhile. */
class WriterDriver extends SqliteDriver {
  readonly #connection: SqliteConnection;
  readonly #settings: readonly string[];

  constructor(file: SqliteFile, connection: SqliteConnection, settings: readonly string[]) {
    super({ database: file });
    this.#connection = connection;
    this.#settings = settings;
  }

  override async init(): Promise<void> {
    await super.init();
    for (const setting of this.#settings) {
      await this.#connection.pragma(setting);
    }
  }

  /** Kysely lets one query or transaction at a time have the connection. */
  override async acquireConnection(): Promise<DatabaseConnection> {
    await super.acquireConnection();
    return this.#connection;
  }

  override beginTransaction(): Promise<void> {
    return this.#connection.begin();
  }

  override commitTransaction(): Promise<void> {
    return this.#connection.commit();
  }

  override rollbackTransaction(): Promise<void> {
    return this.#connection.rollback();
  }
}

/** SQLite can undo changes to tables, so a migration is whole or not there, and two cannot run at once. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
