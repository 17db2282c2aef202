/**
 * Files that are opened only if they are files: a pipe keeps its reader waiting for ever, a device has no end, and a
 * link may lead to what nobody meant to be read. What is looked at is what is open, so that nothing can be put in its
 * place in between.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import { isErrno, TidewatchError } from './errors.ts';

/** To open a pipe waits for its writer without this. Windows has no such flag and no such pipes. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
const LEADS_OUT =
  'it is a link that leads out of the workspace; put a copy of the file there, or make the whole folder a link';
const LEADS_NOWHERE = 'it is a link that leads to nothing; remove it, or put the file there';

/**
 * Opens a file for reading. With `within`, a folder, a link may lead to what is in there, or in the folder that holds
 * the link, and nowhere else.
 * @throws TidewatchError input-unreadable with `details.reason` where it is no file or leads elsewhere, which says
 * nothing of the content; errors of the system.
 */
export async function openRegularFile(path: string, within?: string): Promise<FileHandle> {
  const handle = await open(path, FLAGS).catch((error: unknown) => {
    throw openFault(path, error);
  });
  try {
    refuseOpened(path, await handle.stat(), within);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The content of a file. Errors as `openRegularFile`. */
export function readRegularFile(path: string): Buffer {
  const handle = openRegularFileSync(path);
  try {
    return readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The text of a file in UTF-8. Errors as `openRegularFile`. */
export function readTextFile(path: string): string {
  return readRegularFile(path).toString('utf8');
}

/** As `openRegularFile`, for those who cannot wait; returns the descriptor. */
export function openRegularFileSync(path: string): number {
  let handle: number;
  try {
    handle = openSync(path, FLAGS);
  } catch (error) {
    throw openFault(path, error);
  }
  try {
    refuseOpened(path, fstatSync(handle), undefined);
    return handle;
  } catch (error) {
    closeSync(handle);
    throw error;
  }
}

/**
 * Why what is at a path is not opened, as `openRegularFile` would say, or since it is a link that leads to nothing; null
 * where it is a file, or is not there.
 */
export function irregularity(path: string, within: string): string | null {
  const stat = followed(path);
  if (stat === undefined) {
    const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
    return isLink ? LEADS_NOWHERE : null;
  }
  return kindFault(stat) ?? (leadsOut(path, stat, within) ? LEADS_OUT : null);
}

/** What a path leads to; undefined where that is nothing, or a link in a ring of links. */
export function followed(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isErrno(error) && error.code === 'ELOOP') return undefined;
    throw error;
  }
}

function refuseOpened(path: string, stat: Stats, within: string | undefined): void {
  const reason = kindFault(stat) ?? (within !== undefined && leadsOut(path, stat, within) ? LEADS_OUT : null);
  if (reason !== null) throw refusal(path, reason);
}

function refusal(path: string, reason: string, cause?: unknown): TidewatchError {
  return new TidewatchError('input-unreadable', `${path} is not read: ${reason}.`, {
    details: { path, reason },
    cause,
  });
}

/** A socket, or a device that nobody is behind, cannot be opened at all. */
function openFault(path: string, error: unknown): unknown {
  const isNoFile = isErrno(error) && ['ENXIO', 'ENODEV', 'EOPNOTSUPP'].includes(error.code ?? '');
  return isNoFile ? refusal(path, kindFault(statSync(path)) ?? 'it cannot be opened', error) : error;
}

function kindFault(stat: Stats): string | null {
  if (stat.isFile()) return null;
  const kind = stat.isDirectory()
    ? 'a folder'
    : stat.isFIFO()
      ? 'a pipe'
      : stat.isSocket()
        ? 'a socket'
        : 'a device';
  return `it is ${kind}; expected a file`;
}

/** Whether the path, its links followed, is elsewhere, or is by now another file than the one that `stat` is of. */
function leadsOut(path: string, { dev, ino }: Stats, within: string): boolean {
  const real = realpathSync(path);
  const isThere = [dirname(path), within].some((folder) => isInside(realpathSync(folder), real));
  if (!isThere) return true;
  const now = statSync(real);
  return now.dev !== dev || now.ino !== ino;
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}
