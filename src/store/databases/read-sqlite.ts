/** Reads a SQLite state store without changing a byte; it loads little, since shells wait for it. */
import { existsSync } from 'node:fs';
import Database from 'libsql';
import { storeFailure } from './failures.ts';
import type { SqliteFile } from './sqlite-connection.ts';
import { readingAddress } from './sqlite-reader.ts';

const MODELS = 200;

/** Versions of the newest models, or none where there is no store that can be read; quick, for shells. */
export function modelVersionsOf(path: string): readonly string[] {
  return readSqlite(path, modelNames) ?? [];
}

export function modelNames(file: SqliteFile): string[] {
  return names(file, `select version as name from models order by seq desc limit ${MODELS}`);
}

/** Reads from the file without changing a byte of it, as inspect-sqlite.ts says; null where it is not there. */
export function readSqlite<T>(path: string, read: (file: SqliteFile) => T): T | null {
  if (!existsSync(path)) return null;
  try {
    const file = new Database(readingAddress(path), { timeout: 2000 });
    try {
      return read(file);
    } finally {
      file.close();
    }
  } catch (error) {
    throw storeFailure(error, path);
  }
}

/** The rows of a query; none where its table is not there. */
export function rows(file: SqliteFile, sql: string): Record<string, unknown>[] {
  const from = /from (\w+)/.exec(sql)?.[1];
  if (
    from !== undefined &&
    file.prepare('select 1 from sqlite_master where name = ?').get(from) === undefined
  ) {
    // A store of an older version, or one that was never finished.
    return [];
  }
  return file.prepare(sql).all() as Record<string, unknown>[];
}

export function names(file: SqliteFile, sql: string): string[] {
  return column(file, sql, 'name');
}

export function column(file: SqliteFile, sql: string, name: string): string[] {
  return rows(file, sql).map((row) => String(row[name]));
}
