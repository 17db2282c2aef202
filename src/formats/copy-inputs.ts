/** Copies data files into the input folder of a workspace, byte for byte, under names that are read there. */
import { createHash } from 'node:crypto';
import { createWriteStream, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { commitFile, temporaryName } from '../base/atomic-file.ts';
import { TidewatchError } from '../base/errors.ts';
import { makeFolder } from '../base/make-folder.ts';
import type { Progress } from '../base/progress.ts';
import { openRegularFile } from '../base/regular-file.ts';
import { isDataName } from './data-endings.ts';

export interface CopyRequest {
  /** Absolute paths, and the hex SHA-256 that each had when it was looked at. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  /** Absolute path; made when needed. */
  readonly folder: string;
  readonly progress: Progress;
}

/**
 * Returns the absolute paths of the copies, in the order of the files. Nothing is left behind on failure. Errors:
 * `usage` where two files have one name; `input-changed` where a file is not what it was; disk-full.
 */
export async function copyInputs({ files, folder, progress }: CopyRequest): Promise<string[]> {
  refuseEqualNames(files);
  makeFolder(folder);
  const copies: string[] = [];
  try {
    for (const { path, sha256 } of files) {
      const copy = join(folder, nameIn(path));
      await copyFile(path, copy, sha256, progress);
      copies.push(copy);
    }
    return copies;
  } catch (error) {
    for (const copy of copies) rmSync(copy, { force: true });
    throw error;
  }
}

/** The name that a file has in the input folder: one of no ending that is read there was read as CSV. */
function nameIn(path: string): string {
  const name = basename(path);
  if (isDataName(name)) return name;
  const packed = /\.gz$/i.test(name) ? '.gz' : '';
  return `${name.replace(/(?:\.txt|\.dat)?(?:\.gz)?$/i, '')}.csv${packed}`;
}

function refuseEqualNames(files: CopyRequest['files']): void {
  const names = files.map(({ path }) => nameIn(path));
  const twice = names.find((name, k) => names.indexOf(name) !== k);
  if (twice === undefined) return;
  throw new TidewatchError(
    'usage',
    `Two of the files are called ${twice}, and they go into one folder. Give one of them another name.`,
    { details: { name: twice } },
  );
}

async function copyFile(from: string, to: string, sha256: string, progress: Progress): Promise<void> {
  const temporary = temporaryName(to);
  const hash = createHash('sha256');
  const handle = await openRegularFile(from);
  const total = (await handle.stat()).size;
  let done = 0;
  try {
    await pipeline(
      handle.createReadStream({ highWaterMark: 1 << 20 }),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          done += chunk.length;
          progress({ label: `copying ${basename(from)}`, done, total, unit: 'bytes' });
          yield chunk;
        }
      },
      createWriteStream(temporary, { flags: 'wx' }),
    );
    if (hash.digest('hex') !== sha256) {
      throw new TidewatchError(
        'input-changed',
        `${from} changed while it was read. Do it again when it is still.`,
        { details: { path: from } },
      );
    }
    commitFile(temporary, to);
  } finally {
    rmSync(temporary, { force: true });
  }
}
