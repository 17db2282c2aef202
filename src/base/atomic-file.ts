/** Files that are either whole or not there: written under a temporary name, synced, and renamed. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from './make-folder.ts';
import { PROCESS_NAME, processName } from './process-life.ts';

/** A name beside `path` that no reader takes for the file itself (hidden, ends in `.part`). */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${processName()}.${randomBytes(4).toString('hex')}.part`);
}

const UNFINISHED = new RegExp(String.raw`^\..+\.(${PROCESS_NAME}|\d+)\.[0-9a-f]{8}\.part$`);

/** The process that writes the file of a temporary name; null for any other name. */
export function writerOf(name: string): string | null {
  return UNFINISHED.exec(name)?.[1] ?? null;
}

/**
 * Writes `content` to `path` so that a reader sees the old file or the new one, even after a crash. Makes the
 * folder. On any failure (a full disk, say) the old file stays and the temporary one is removed.
 */
export function writeFileAtomic(path: string, content: string | Uint8Array): void {
  makeFolder(dirname(path));
  const temporary = temporaryName(path);
  try {
    writeFileSync(temporary, content);
    commitFile(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Gives a finished temporary file its name: syncs it, renames it, and syncs the folder. */
export function commitFile(temporary: string, path: string): void {
  syncPath(temporary);
  renameSync(temporary, path);
  syncPath(dirname(path));
}

/** Forces a file's or a folder's content to the disk. */
export function syncPath(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Removes the temporary files below `folder`, which may be absent; with `ofFile`, only those in the folder itself that
 * are of files with such a name. For use while nobody else writes there: then a file under a temporary name is one
 * whose writer was killed.
 */
export function removeUnfinished(folder: string, ofFile?: RegExp): void {
  if (!existsSync(folder)) return;
  for (const path of readdirSync(folder, { recursive: ofFile === undefined, encoding: 'utf8' })) {
    const name = basename(path);
    const isOurs = ofFile === undefined || ofFile.test(name.slice(1));
    if (isOurs && writerOf(name) !== null) rmSync(join(folder, path), { force: true });
  }
}
