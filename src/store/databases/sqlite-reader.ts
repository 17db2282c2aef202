/** A SQLite file that may only be read, because of its rights or because its volume is mounted so. */
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { TidewatchError } from '../../base/errors.ts';
import { mayWrite } from '../../base/may-write.ts';
import type { SqliteFile } from './sqlite-connection.ts';

/** True of a file that is there and that this process may not write, or not put SQLite's own files beside. */
export function isReadOnly(path: string): boolean {
  return existsSync(path) && !(mayWrite(path) && mayWrite(dirname(path)));
}

/**
 * The address by which SQLite reads the file without changing a byte. One that another process has open has shared
 * memory beside it; one that none has is read as one that nobody changes, since SQLite would make files otherwise.
 * Error `store-unavailable` where a process that was killed left changes beside it, which cannot be read so.
 */
export function readingAddress(path: string): string {
  const url = pathToFileURL(path);
  const isShared = existsSync(`${path}-shm`);
  if (!isShared && (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) {
    throw new TidewatchError(
      'store-unavailable',
      `The state store ${path} has changes in ${path}-wal that its last process did not bring home, and that cannot ` +
        'be read without writing. Run any command where it may be written, such as "tidewatch runs list".',
      { details: { path } },
    );
  }
  url.search = isShared ? '?mode=ro' : '?immutable=1';
  return url.href;
}

/** Opens the file for reading; again whenever another process, which may write it, has begun or changed it. */
export function openReading(path: string, timeoutMs: number): SqliteFile {
  const open = () => ({
    file: new Database(readingAddress(path), { timeout: timeoutMs }),
    state: stateOf(path),
  });
  let current = open();
  const now = () => {
    if (!current.file.inTransaction && current.state !== stateOf(path)) {
      current.file.close();
      current = open();
    }
    return current.file;
  };
  return {
    get open() {
      return current.file.open;
    },
    get inTransaction() {
      return current.file.inTransaction;
    },
    prepare: (text) => now().prepare(text),
    exec: (text) => now().exec(text),
    close: () => current.file.close(),
  };
}

function stateOf(path: string): string {
  const { ino, mtimeMs, size } = statSync(path);
  return [ino, mtimeMs, size, existsSync(`${path}-shm`)].join();
}
