/** Where the deployments of prod_deployment_path lie: which are there, in which order, and which one is live. */
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isErrno } from '../../base/errors.ts';
import { readManifest, unlessDamaged } from './deployed-files.ts';

export const HISTORY = '.deployments';
export const CURRENT = 'current';
/** Where a copy of what is live lies while the link takes its place. */
export const ASIDE = '.current.aside';
export const FOLDER_NAME = /^\d{8}T\d{6}Z-[0-9a-f]{6}$/;

export interface LivePlace {
  readonly id: string;
  /** Where its files are. */
  readonly folder: string;
}

/**
 * What is live: what the link leads to. Where there is none, since the folder was copied with its links followed, it is
 * what lies in the link's place, else under the well-known names themselves. null: nothing.
 */
export function liveOf(folder: string): LivePlace | null {
  const history = join(folder, HISTORY);
  const id = readLink(join(history, CURRENT));
  if (id !== null) return { id, folder: join(history, id) };
  for (const place of [join(history, CURRENT), join(history, ASIDE), folder]) {
    const manifest = unlessDamaged(() => readManifest(place));
    if (manifest !== null) return { id: manifest.id, folder: place };
  }
  return null;
}

/** Target of a link; null where there is none. */
export function readLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (isErrno(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EINVAL')) {
      return null;
    }
    throw error;
  }
}

/** A deployment by its place in the order; those of earlier versions have none and go by their names. */
export interface Numbered {
  readonly id: string;
  readonly sequence: number;
}

/** The folders of deployments that were live, the newest first: never by clocks, which may disagree. */
export function deploymentsOf(history: string): readonly Numbered[] {
  const names = namesOf(history);
  const announced = new Set(names.flatMap((name) => announcedBy(history, name) ?? []));
  const live = readLink(join(history, CURRENT));
  return names
    .filter((name) => FOLDER_NAME.test(name) && (name === live || !announced.has(name)))
    .map((id) => ({
      id,
      sequence: unlessDamaged(() => readManifest(join(history, id)))?.sequence ?? 0,
    }))
    .sort((a, b) => b.sequence - a.sequence || (a.id < b.id ? 1 : -1));
}

/** The deployment that a leftover of a killed publication speaks of; null where it is no such leftover. */
export function announcedBy(history: string, name: string): string | null {
  if (!isLeftover(name)) return null;
  const target = readLink(join(history, name));
  return target !== null && FOLDER_NAME.test(target) ? target : null;
}

export function isLeftover(name: string): boolean {
  return name.startsWith('.') && name.endsWith('.part');
}

function namesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isErrno(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  }
}
