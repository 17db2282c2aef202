/** Size, hash and times of a file, and whether it has changed under its reader. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { openRegularFile } from '../../../base/regular-file.ts';

export interface Fingerprint {
  readonly bytes: number;
  /** Hex SHA-256; empty where the file could not be read. */
  readonly sha256: string;
}

/** Hashes a file; one that cannot be read has an empty hash, since the reason is known from the reading. */
export async function fingerprint(path: string): Promise<Fingerprint> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const handle = await openRegularFile(path);
    for await (const chunk of handle.createReadStream({ highWaterMark: 1 << 20 })) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  } catch {
    return { bytes, sha256: '' };
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Size in bytes; 0 for a file that is gone. */
export async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

/** What changes when a file is written to or replaced; the time of change cannot be set back by hand. */
export interface FileMark {
  readonly size: number;
  readonly modifiedMs: number;
  readonly changedMs: number;
  readonly inode: number;
}

export async function markOf(path: string): Promise<FileMark> {
  const { size, mtimeMs, ctimeMs, ino } = await stat(path);
  return { size, modifiedMs: mtimeMs, changedMs: ctimeMs, inode: ino };
}

export function isSameMark(a: FileMark, b: FileMark): boolean {
  return (
    a.size === b.size && a.modifiedMs === b.modifiedMs && a.changedMs === b.changedMs && a.inode === b.inode
  );
}
