/** Makes a deployment live, all or nothing: its folder first, whole and synced, then the one link that is moved. */
import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { syncPath } from '../../base/atomic-file.ts';
import { sha256 } from '../../base/hash.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { leaseLost } from '../lease/lease-lost.ts';
import {
  DEPLOYED_NAMES,
  FILE_LIST_FILE,
  MANIFEST_FILE,
  type Manifest,
  MODEL_FILE,
  readDeployment,
  readManifest,
  SCORE_FILE,
  unlessDamaged,
} from './deployed-files.ts';
import {
  ASIDE,
  announcedBy,
  CURRENT,
  deploymentsOf,
  FOLDER_NAME,
  HISTORY,
  isLeftover,
  type LivePlace,
  liveOf,
  readLink,
} from './deployment-folders.ts';

/** Folders of deployments that stay, the live one among them. */
const KEPT = 10;

export interface Publication {
  readonly deployedAt: Date;
  readonly runId: string;
  readonly modelVersion: string;
  readonly f1: number | null;
  readonly reason: string;
  /** That of the lock, which is greater than that of any deployment before. */
  readonly token?: number;
  readonly model: string;
  readonly score: string;
  readonly fileList: string;
}

export function publish(folder: string, publication: Publication): Manifest {
  const history = join(folder, HISTORY);
  makeFolder(history);
  linkCurrent(history, liveOf(folder));
  removeLeftovers(history);
  const before = readLink(join(history, CURRENT));
  const manifest = manifestOf(publication, 1 + (deploymentsOf(history)[0]?.sequence ?? 0));
  const link = announce(history, manifest.id);
  try {
    const texts = {
      [MODEL_FILE]: publication.model,
      [SCORE_FILE]: publication.score,
      [FILE_LIST_FILE]: publication.fileList,
      [MANIFEST_FILE]: `${JSON.stringify(manifest, null, 2)}\n`,
    };
    stageFolder(history, manifest.id, (staging) => {
      for (const [name, text] of Object.entries(texts)) writeFileSync(join(staging, name), text);
    });
  } catch (error) {
    removeFolder(link);
    throw error;
  }
  if (publication.token !== undefined && liveTokenOf(folder) > publication.token) {
    removeLeftovers(history);
    throw leaseLost();
  }
  linkNames(folder, manifest.id);
  keepFolder(history, manifest.id);
  moveLink(history, link);
  syncPath(folder);
  removeOldest(history, [manifest.id, ...(before === null ? [] : [before])]);
  return manifest;
}

/** The token of what is live; 0 where nothing is, or what is live is damaged or has none. */
export function liveTokenOf(folder: string): number {
  const live = liveOf(folder);
  return (live === null ? null : unlessDamaged(() => readManifest(live.folder)))?.token ?? 0;
}

/** Makes links of what a copy of the folder made of them; true where there was something to do. */
export function mendLinks(folder: string): boolean {
  const live = liveOf(folder);
  if (live === null) return false;
  const moved = linkCurrent(join(folder, HISTORY), live);
  const named = linkNames(folder, live.id);
  if (moved || named) syncPath(folder);
  return moved || named;
}

function manifestOf(publication: Publication, sequence: number): Manifest {
  const stamp = publication.deployedAt.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  const part = (content: string) => ({ sha256: sha256(content), bytes: Buffer.byteLength(content) });
  return {
    format: 'tidewatch-deployment/1',
    id: `${stamp}-${randomBytes(3).toString('hex')}`,
    sequence,
    deployedAt: publication.deployedAt.toISOString(),
    runId: publication.runId,
    modelVersion: publication.modelVersion,
    f1: publication.f1,
    reason: publication.reason,
    ...(publication.token !== undefined && { token: publication.token }),
    files: {
      [MODEL_FILE]: part(publication.model),
      [SCORE_FILE]: part(publication.score),
      [FILE_LIST_FILE]: part(publication.fileList),
    },
  };
}

/** Fills and syncs the folder of a deployment; it gets its name only when it is whole. */
function stageFolder(history: string, id: string, fill: (staging: string) => void): void {
  const staging = join(history, `.${id}.part`);
  removeFolder(staging);
  try {
    mkdirSync(staging);
    fill(staging);
    for (const name of readdirSync(staging)) syncPath(join(staging, name));
    syncPath(staging);
    renameSync(staging, join(history, id));
    syncPath(history);
  } catch (error) {
    removeFolder(staging);
    throw error;
  }
}

/**
 * Puts the link back where a copy of what is live lies in its place, or lies under the well-known names alone. At each
 * moment the copy or the link is there to be read. True where it did.
 */
function linkCurrent(history: string, live: LivePlace | null): boolean {
  const aside = join(history, ASIDE);
  const isCopy = live !== null && live.folder !== join(history, live.id) && FOLDER_NAME.test(live.id);
  if (isCopy) {
    makeFolder(history);
    const own = join(history, live.id);
    if (unlessDamaged(() => readDeployment(own)) === null) {
      removeFolder(own);
      stageFolder(history, live.id, (staging) => {
        for (const name of DEPLOYED_NAMES.filter((each) => existsSync(join(live.folder, each))))
          copyFileSync(join(live.folder, name), join(staging, name));
      });
    }
    const link = announce(history, live.id);
    setAside(history, aside);
    moveLink(history, link);
  }
  if (readLink(join(history, CURRENT)) !== null) removeFolder(aside);
  return isCopy;
}

/** Keeps a folder in the place of the link that is no copy of a deployment. */
function keepFolder(history: string, id: string): void {
  const current = join(history, CURRENT);
  if (lstatSync(current, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  const kept = join(history, `before-${id}`);
  makeFolder(kept);
  renameSync(current, join(kept, CURRENT));
}

/** A link cannot take the place of a folder at once. */
function setAside(history: string, aside: string): void {
  const current = join(history, CURRENT);
  if (lstatSync(current, { throwIfNoEntry: false }) === undefined) return;
  removeFolder(aside);
  renameSync(current, aside);
}

/** Puts the well-known names into the folder; a plain file of that name is kept in the history, a copy is not. */
function linkNames(folder: string, id: string): boolean {
  const strange = DEPLOYED_NAMES.filter((name) => readLink(join(folder, name)) !== targetOf(name));
  for (const name of strange) {
    const path = join(folder, name);
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) symlinkSync(targetOf(name), path);
    else replaceByLink(folder, name, id);
  }
  return strange.length > 0;
}

function targetOf(name: string): string {
  return join(HISTORY, CURRENT, name);
}

function replaceByLink(folder: string, name: string, id: string): void {
  const path = join(folder, name);
  if (!isCopyOfLive(folder, name)) {
    const kept = join(folder, HISTORY, `before-${id}`);
    makeFolder(kept);
    renameSync(path, join(kept, name));
    symlinkSync(targetOf(name), path);
    return;
  }
  const link = join(folder, HISTORY, `.${name}.part`);
  removeFolder(link);
  symlinkSync(targetOf(name), link);
  renameSync(link, path);
}

function isCopyOfLive(folder: string, name: string): boolean {
  if (readLink(join(folder, HISTORY, CURRENT)) === null) return false;
  try {
    return readFileSync(join(folder, name)).equals(readFileSync(join(folder, targetOf(name))));
  } catch {
    // What cannot be read is no copy: it is kept.
    return false;
  }
}

/** Makes the link that will be moved, before the folder is there: a folder that was never live has its name kept so. */
function announce(history: string, id: string): string {
  const link = join(history, `.${CURRENT}.${id}.part`);
  removeFolder(link);
  symlinkSync(id, link);
  return link;
}

function moveLink(history: string, link: string): void {
  renameSync(link, join(history, CURRENT));
  syncPath(history);
}

/** Removes what a killed deployment left half-made, and its folder where that was whole but never went live. */
function removeLeftovers(history: string): void {
  const live = readLink(join(history, CURRENT));
  for (const name of readdirSync(history).filter(isLeftover)) {
    const orphan = announcedBy(history, name);
    if (orphan !== null && orphan !== live) removeFolder(join(history, orphan));
    removeFolder(join(history, name));
  }
}

/** Removes all but the newest folders of deployments, and never `bound`; plain files that were kept stay for ever. */
function removeOldest(history: string, bound: readonly string[]): void {
  const free = deploymentsOf(history).filter(({ id }) => !bound.includes(id));
  for (const { id } of free.slice(KEPT - bound.length)) removeFolder(join(history, id));
}

function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
}
