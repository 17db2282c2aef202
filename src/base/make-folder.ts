/** Makes a folder with those that it lies in, and always comes to an end. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isErrno, TidewatchError } from './errors.ts';

/**
 * Makes the folder at `path` and those above it that are absent; one that is there is left as it is. In a place that
 * takes no folders, such as /proc, where `mkdirSync` with `recursive` tries for ever, the error is `path-unusable`; else
 * those of the file system.
 */
export function makeFolder(path: string): void {
  const absent: string[] = [];
  for (let at = resolve(path); !existsSync(at) && dirname(at) !== at; at = dirname(at)) absent.push(at);
  if (absent.length === 0) absent.push(resolve(path));
  for (const folder of absent.reverse()) makeOne(folder);
}

function makeOne(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (!isErrno(error)) throw error;
    // Somebody else may have made it since.
    if (error.code === 'EEXIST' && statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
    if (error.code !== 'ENOENT' || !existsSync(dirname(folder))) throw error;
    throw new TidewatchError(
      'path-unusable',
      `The folder ${folder} cannot be made: ${dirname(folder)} is a place of the system that takes no folders. Name ` +
        'another folder.',
      { details: { path: folder }, cause: error },
    );
  }
}
