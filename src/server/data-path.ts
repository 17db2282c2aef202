/** Decides which file a client's path names, and that it lies inside the workspace's data folders. */
import { realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { isErrno, TidewatchError } from '../base/errors.ts';
import { quoted, shorten } from '../base/shorten.ts';

/** Where a client may read: absolute paths. */
export interface DataFolders {
  /** The workspace. */
  readonly root: string;
  /** Its data folders, inside the workspace. */
  readonly folders: readonly string[];
}

/**
 * The absolute path, free of symbolic links, of the data file that `requested` names. A path is relative to the
 * workspace, with or without a leading slash. Refused with `path-outside-workspace`: `..`, backslashes, drive
 * letters, control characters, hidden files, whatever is outside the data folders, and links that lead out of
 * them. A file that is not there is `not-found`; a folder or a device is `request-invalid`.
 */
export async function resolveDataPath(requested: string, allowed: DataFolders): Promise<string> {
  const candidate = join(allowed.root, segmentsOf(requested).join('/'));
  const folder = allowed.folders.find((each) => isInside(each, candidate));
  if (folder === undefined) throw outside(requested, 'it is in none of the data folders', allowed);
  if (
    relative(folder, candidate)
      .split(sep)
      .some((segment) => segment.startsWith('.'))
  ) {
    throw outside(requested, 'hidden files are not data', allowed);
  }
  const real = await realPathOf(candidate, requested);
  const realFolders = await Promise.all([allowed.root, folder].map((each) => realPathOf(each, requested)));
  if (!realFolders.every((each) => isInside(each, real))) {
    throw outside(requested, 'a symbolic link leads out of the data folders', allowed);
  }
  if (!(await stat(real)).isFile()) {
    throw new TidewatchError(
      'request-invalid',
      `The path ${quoted(requested)} is not a file. Name one data file, such as testdata/testdata.csv.`,
      { details: { path: shorten(requested) } },
    );
  }
  return real;
}

function segmentsOf(requested: string): string[] {
  const segments = requested.split('/').filter((segment) => segment !== '' && segment !== '.');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f\\]/.test(requested) || /^[a-z]:/i.test(requested)) {
    throw outside(requested, 'backslashes, drive letters and control characters are not taken');
  }
  if (segments.includes('..')) throw outside(requested, '".." is not taken');
  return segments;
}

/** True for the folder itself too. */
function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}

async function realPathOf(path: string, requested: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isErrno(error) || !['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'].includes(error.code ?? '')) {
      throw error;
    }
    throw new TidewatchError('not-found', `There is no file ${quoted(requested)} in the workspace.`, {
      details: { path: shorten(requested) },
      cause: error,
    });
  }
}

function outside(requested: string, why: string, allowed?: DataFolders): TidewatchError {
  const names = allowed?.folders.map((folder) => relative(allowed.root, folder)) ?? [];
  const advice =
    names.length > 0
      ? `Name a file in ${names.join(', ')}.`
      : 'Name a file by its way from the workspace, such as testdata/testdata.csv.';
  return new TidewatchError(
    'path-outside-workspace',
    `The path ${quoted(requested)} is refused: ${why}. ${advice}`,
    { details: { path: shorten(requested), folders: names } },
  );
}
