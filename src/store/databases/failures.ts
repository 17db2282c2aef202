/** Turns what the SQLite driver throws into errors that say what to do. */
import { dirname } from 'node:path';
import { type ErrorCode, TidewatchError } from '../../base/errors.ts';
import { mayWrite } from '../../base/may-write.ts';

/** SQLite's result codes (https://sqlite.org/rescode.html), by the start of the name, and what they mean here. */
const FAILURES: readonly { readonly prefix: string; readonly code: ErrorCode; readonly advice: string }[] = [
  {
    prefix: 'SQLITE_FULL',
    code: 'disk-full',
    advice: 'The disk is full or a quota is reached. Free some space; what was reported as done is kept.',
  },
  {
    // The shared memory beside the database cannot grow: that, too, is a full disk.
    prefix: 'SQLITE_IOERR_SHMSIZE',
    code: 'disk-full',
    advice: 'The disk is full or a quota is reached. Free some space; what was reported as done is kept.',
  },
  {
    prefix: 'SQLITE_BUSY',
    code: 'store-unavailable',
    advice:
      'Another process has been writing to it for too long. Try again, or look for a process that hangs.',
  },
  {
    prefix: 'SQLITE_LOCKED',
    code: 'store-unavailable',
    advice: 'Another query holds a table of it. Try again.',
  },
  {
    prefix: 'SQLITE_NOTADB',
    code: 'store-unavailable',
    advice:
      'The file is not a SQLite database. Name another file in the key "store", or move this one away; ' +
      'a new one is then made.',
  },
  {
    prefix: 'SQLITE_CORRUPT',
    code: 'store-unavailable',
    advice: 'The file is damaged. Restore it from a backup, or move it away; a new one is then made.',
  },
  {
    prefix: 'SQLITE_READONLY',
    code: 'workspace-read-only',
    advice:
      'It may only be read, and so may what is shown of it. For whatever is recorded, give this user the right to ' +
      'write the file and its folder, or mount its volume for writing.',
  },
  {
    prefix: 'SQLITE_CANTOPEN',
    code: 'store-unavailable',
    advice:
      'It cannot be opened. Check that the path is a file and that this user may write it and its folder.',
  },
  {
    prefix: 'SQLITE_PERM',
    code: 'store-unavailable',
    advice: 'Access is not permitted. Give this user the right to write the file and its folder.',
  },
  {
    prefix: 'SQLITE_IOERR',
    code: 'store-unavailable',
    advice: 'The disk gave an error. Check the disk and its free space, then try again.',
  },
  {
    prefix: 'SQLITE_CONSTRAINT',
    code: 'internal',
    advice: 'The record contradicts one that is there, or belongs to a run that is not.',
  },
];

/** What is added where the advice cannot be followed on the spot. */
const ON_READ_ONLY =
  ' Its folder may only be read here: do that where it may be written, or name a store elsewhere in the key "store".';

const OTHERWISE = 'Check that the file is the one this version made, and that it can be read and written.';

/** The driver's own word for the failure, such as SQLITE_BUSY; empty where it gives none. */
export function failureName(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code;
  // libsql tells a failed opening only as text that ends in SQLite's number.
  return /ConnectionFailed\(/.test(error.message) && /: 14"?\)/.test(error.message) ? 'SQLITE_CANTOPEN' : '';
}

/** Any error of the driver as a TidewatchError about the store at `path`; one that is already stays as it is. */
export function storeFailure(error: unknown, path: string): TidewatchError {
  if (error instanceof TidewatchError) return error;
  const name = failureName(error);
  const known = FAILURES.find(({ prefix }) => name.startsWith(prefix));
  const message = error instanceof Error ? error.message : String(error);
  const isBroken = /^SQLITE_(?:NOTADB|CORRUPT)/.test(name);
  const where = isBroken && !mayWrite(dirname(path)) ? ON_READ_ONLY : '';
  return new TidewatchError(
    known?.code ?? 'store-unavailable',
    `The state store ${path} failed: ${message}. ${known?.advice ?? OTHERWISE}${where}`,
    { cause: error, details: { path, failure: name } },
  );
}
