/** A SQLite file that somebody takes away, or puts another one in place of, while a process has it open. */
import { statSync } from 'node:fs';
import { TidewatchError } from '../../base/errors.ts';
import type { SqliteFile } from './sqlite-connection.ts';

/**
 * The file, whose statements are refused (`store-unavailable`) once another one is at its path, or none: what is written
 * would be seen by no other process, nor by this one after its next start, and each could hold the lock of a run. A
 * transaction that has begun ends as it would have.
 */
export function keptInPlace(file: SqliteFile, path: string): SqliteFile {
  const opened = identityOf(path);
  const checked = (): SqliteFile => {
    // A file that is closed must not be asked: the driver ends the process.
    if (file.open && !file.inTransaction && identityOf(path) !== opened) throw movedError(path);
    return file;
  };
  return {
    get open() {
      return file.open;
    },
    get inTransaction() {
      return file.inTransaction;
    },
    prepare: (text) => checked().prepare(text),
    exec: (text) => checked().exec(text),
    close: () => file.close(),
  };
}

function identityOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.dev}/${stat.ino}`;
}

function movedError(path: string): TidewatchError {
  return new TidewatchError(
    'store-unavailable',
    `The state store ${path} was moved, removed or replaced while this process had it open, so nothing more is read from ` +
      'it or written to it. Start this process again: it goes by the file that is there then, or makes a new one.',
    { details: { path } },
  );
}
