/** Folders of the configuration that cannot be one folder, or one inside another, whatever links lead there. */
import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

export interface FolderConflict {
  /** The two keys of the configuration. */
  readonly keys: readonly [string, string];
  readonly message: string;
}

export interface Folder {
  readonly key: FolderKey;
  /** Absolute. */
  readonly path: string;
}

/** Keys at the top of the configuration. */
export type WrittenFolder =
  | 'input_folder_path'
  | 'output_folder_path'
  | 'test_data_path'
  | 'output_model_path'
  | 'prod_deployment_path';

export type FolderKey = WrittenFolder | 'tables.events.path';

/** What is compiled and what is trained have no file of one name, so these may share a folder. */
const MAY_BE_ONE: readonly FolderKey[] = ['output_folder_path', 'output_model_path'];
/** Folders inside output_folder_path whose files are written and removed as data comes and goes. */
const OWN_FOLDERS = ['quarantine', 'snapshots', 'events'];

/**
 * Two folders that are one; a folder inside that of the deployed model, whose content is another one's with each
 * deployment; and data that is looked for where the system itself puts its own.
 */
export function folderConflicts(folders: readonly Folder[]): FolderConflict[] {
  const real = folders.map(({ key, path }) => ({ key, path: realPath(path) }));
  return real.flatMap((second, at) => real.slice(0, at).flatMap((first) => conflictOf(first, second) ?? []));
}

function conflictOf(first: Folder, second: Folder): FolderConflict | null {
  const keys = [first.key, second.key] as const;
  if (isSame(first.path, second.path)) {
    if (keys.every((key) => MAY_BE_ONE.includes(key))) return null;
    return {
      keys,
      message: `"${keys[0]}" and "${keys[1]}" are one folder, ${first.path}. Give each a folder of its own.`,
    };
  }
  for (const [inner, outer] of [
    [first, second],
    [second, first],
  ] as const) {
    if (!isWithinOwn(inner, outer)) continue;
    return {
      keys,
      message:
        `"${inner.key}" is ${inner.path}, inside "${outer.key}", where files come and go as the system works. ` +
        'Give it a folder outside.',
    };
  }
  return null;
}

function isWithinOwn(inner: Folder, outer: Folder): boolean {
  if (outer.key === 'prod_deployment_path') return isWithin(inner.path, outer.path);
  if (outer.key !== 'output_folder_path') return false;
  return OWN_FOLDERS.some((name) => isWithin(inner.path, join(outer.path, name)));
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith('../');
}

/** By what they are where both are there, so that a file system which ignores case tells no two of one. */
function isSame(a: string, b: string): boolean {
  if (a === b) return true;
  const [first, second] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false, bigint: true }));
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev;
}

/** The path with the links of all that is there followed. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}
