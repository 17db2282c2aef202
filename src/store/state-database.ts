/** The database of the state as a whole: how it stands, bringing it up to date, and copying it into another. */
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { sql } from 'kysely';
import { TidewatchError } from '../base/errors.ts';
import type { Progress } from '../base/progress.ts';
import { redactUrl } from '../config/database-place.ts';
import { COPIED_NAMES, type CopiedTable } from './copy/copied-tables.ts';
import { copyState, type TableContent } from './copy/copy-state.ts';
import { type Database, type DatabaseOptions, openDatabase } from './databases/database.ts';
import { migrate, migrationNames } from './migrations/migrate.ts';

export interface DatabaseStatus {
  /** Where it is; a password is left out. */
  readonly store: string;
  /** Such as `PostgreSQL 15.3`; null where the file is not there yet. */
  readonly database: string | null;
  readonly migrations: readonly { readonly name: string; readonly applied: boolean }[];
  /** True where its tables are this version's. */
  readonly current: boolean;
  /** Rows of each table; empty where the tables are not this version's. */
  readonly tables: readonly { readonly table: CopiedTable; readonly rows: number }[];
}

export interface MigrationSummary {
  readonly store: string;
  /** Names of the migrations that were applied now. */
  readonly applied: readonly string[];
}

export interface CopySummary {
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
  readonly tables: readonly TableContent[];
}

/** Says how the database stands, and changes nothing: a file or a database that is not there is not made. */
export async function readDatabaseStatus(
  url: string,
  options: DatabaseOptions = {},
): Promise<DatabaseStatus> {
  const known = migrationNames();
  const absent = (store: string): DatabaseStatus => {
    const migrations = known.map((name) => ({ name, applied: false }));
    return { store, database: null, migrations, current: false, tables: [] };
  };
  if (isAbsolute(url) && !existsSync(url)) return absent(url);
  const read = withDatabase(url, { ...options, looksOnly: true }, async ({ db, dialect, place }) => {
    const applied = await dialect.appliedMigrations(db);
    const names = [...new Set([...known, ...applied])].sort();
    const current = names.length === known.length && applied.length === known.length;
    return {
      store: place,
      database: dialect.product,
      migrations: names.map((name) => ({ name, applied: applied.includes(name) })),
      current,
      tables: current ? await countRows(db) : [],
    };
  });
  return await read.catch((error: unknown) => {
    // MySQL and MariaDB: the first run makes the database.
    if (error instanceof TidewatchError && error.details['failure'] === 'ER_BAD_DB_ERROR') {
      return absent(redactUrl(url));
    }
    throw error;
  });
}

async function countRows(db: Database['db']): Promise<DatabaseStatus['tables']> {
  const counts = [];
  for (const table of COPIED_NAMES) {
    const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(
      db,
    );
    counts.push({ table, rows: Number(rows[0]?.count) });
  }
  return counts;
}

/** Brings the tables up to date; a database that is, stays as it is. */
export async function migrateDatabase(url: string, options: DatabaseOptions = {}): Promise<MigrationSummary> {
  return await withDatabase(url, options, async ({ db, dialect, place, retry }) => {
    const before = await dialect.appliedMigrations(db);
    await retry(() => migrate(db, dialect, place));
    const after = await dialect.appliedMigrations(db);
    return { store: place, applied: after.filter((name) => !before.includes(name)) };
  });
}

/** Copies the state of one database into another, which has to be empty; both are brought up to date first. */
export async function copyDatabase(
  from: string,
  to: string,
  progress: Progress,
  options: DatabaseOptions = {},
): Promise<CopySummary> {
  const start = performance.now();
  if (from === to) {
    throw new TidewatchError(
      'usage',
      'The state cannot be copied onto itself. Name another place with --to.',
    );
  }
  return await withDatabase(from, options, (source) =>
    withDatabase(to, options, async (target) => {
      for (const { db, dialect, place } of [source, target]) await migrate(db, dialect, place);
      const tables = await copyState(source, target, progress);
      const seconds = (performance.now() - start) / 1000;
      return { from: source.place, to: target.place, seconds, tables };
    }),
  );
}

async function withDatabase<T>(
  url: string,
  options: DatabaseOptions,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(url, options);
  try {
    return await work(database);
  } finally {
    await database.dialect.close(database.db);
  }
}
