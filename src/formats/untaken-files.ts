/** Reports on what lies in a folder of input files and was not opened. */
import { join } from 'node:path';
import { followed } from '../base/regular-file.ts';
import type { FileReport } from './file-report.ts';
import type { InputListing } from './input-folder.ts';

const WAITS = 'its name says that it is still being written; it will be taken under its final name';

/** In the order: waiting, rejected, ignored. */
export function untakenFiles(
  folder: string,
  { unfinished, refused, ignored }: Omit<InputListing, 'names'>,
): FileReport[] {
  return [
    ...unfinished.map((name) => ({
      ...untaken(name, 'waiting', WAITS),
      bytes: followed(join(folder, name))?.size ?? 0,
    })),
    ...refused.map(({ name, reason }) => untaken(name, 'rejected', reason)),
    ...ignored.map(({ name, reason }) => untaken(name, 'ignored', reason)),
  ];
}

function untaken(name: string, status: 'waiting' | 'rejected' | 'ignored', reason: string): FileReport {
  return {
    name,
    bytes: 0,
    sha256: '',
    status,
    reason,
    extraColumns: [],
    matched: [],
    read: 0,
    kept: 0,
    duplicates: 0,
    quarantined: 0,
    unlabelled: 0,
  };
}
