/**
 * The deployed files. Each deployment is a folder of its own that never changes; what is live is one symbolic
 * link, so model, score and file list change together, and a reader always sees the three of one deployment.
 *
 *   trainedmodel.json -> .deployments/current/trainedmodel.json   (likewise the other names)
 *   .deployments/current -> 20260101T000000Z-1a2b3c                (the one link that a deployment moves)
 *   .deployments/20260101T000000Z-1a2b3c/{trainedmodel.json,latestscore.txt,ingestedfiles.txt,manifest.json}
 *
 * The newest ten folders stay, so that who has just read the link finds its files; the state store remembers all.
 */
import { randomBytes } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { syncPath } from '../base/atomic-file.ts';
import { isErrno, TidewatchError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import { readTextFile } from '../base/regular-file.ts';

export const MODEL_FILE = 'trainedmodel.json';
export const SCORE_FILE = 'latestscore.txt';
export const FILE_LIST_FILE = 'ingestedfiles.txt';
export const MANIFEST_FILE = 'manifest.json';
const TRIO = [MODEL_FILE, SCORE_FILE, FILE_LIST_FILE] as const;
const HISTORY = '.deployments';
const CURRENT = 'current';
/** Folders of deployments that stay, the live one among them. */
const KEPT = 10;
const FOLDER_NAME = /^\d{8}T\d{6}Z-[0-9a-f]{6}$/;

const manifestSchema = z.object({
  format: z.literal('tidewatch-deployment/1'),
  id: z.string(),
  deployedAt: z.string(),
  runId: z.string(),
  modelVersion: z.string(),
  f1: z.number().nullable(),
  reason: z.string(),
  files: z.record(z.string(), z.object({ sha256: z.string(), bytes: z.number() })),
});

export type Manifest = z.output<typeof manifestSchema>;

/** One deployment, its files as text and checked against the manifest. */
export interface Deployed {
  readonly manifest: Manifest;
  readonly model: string;
  readonly score: string;
  readonly fileList: string;
}

export interface Publication {
  readonly deployedAt: Date;
  readonly runId: string;
  readonly modelVersion: string;
  readonly f1: number | null;
  readonly reason: string;
  readonly model: string;
  readonly score: string;
  readonly fileList: string;
}

export interface LiveFolder {
  /** Id of the deployment that is live, or null. One system call: cheap enough for every request. */
  currentId(): string | null;
  /** What is live, or null. `deployment-damaged` where the files do not match their manifest. */
  read(): Deployed | null;
  /** Makes a deployment live: all of it or, whatever happens in between, nothing of it. */
  publish(publication: Publication): Manifest;
}

/** The content of latestscore.txt: the bare number, with every digit. */
export function renderScore(f1: number): string {
  return `${f1}\n`;
}

/** The number in the text of a latestscore.txt; `deployment-damaged` where it is not a bare number from 0 to 1. */
export function parseScore(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= 0 && value <= 1) return value;
  throw new TidewatchError(
    'deployment-damaged',
    `${SCORE_FILE} holds ${JSON.stringify(text.slice(0, 80))}; expected a bare number from 0 to 1.`,
  );
}

/** Opens prod_deployment_path; the folder is made when something is published. */
export function openLiveFolder(folder: string): LiveFolder {
  const history = join(folder, HISTORY);
  const currentId = (): string | null => readLink(join(history, CURRENT));
  return {
    currentId,
    read: () => {
      const id = currentId();
      return id === null ? null : readDeployment(join(history, id));
    },
    publish: (publication) => publish(folder, history, publication),
  };
}

function readLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (isErrno(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EINVAL')) {
      return null;
    }
    throw error;
  }
}

function readDeployment(folder: string): Deployed {
  const manifest = readManifest(join(folder, MANIFEST_FILE));
  const text = (name: string): string => {
    const content = readPart(join(folder, name));
    const expected = manifest.files[name];
    if (expected === undefined || sha256(content) !== expected.sha256) {
      throw new TidewatchError(
        'deployment-damaged',
        `${join(folder, name)} is not the file that was deployed: its hash differs from ${MANIFEST_FILE}. ` +
          'Deploy a model again with "tidewatch deploy".',
        { details: { path: join(folder, name) } },
      );
    }
    return content;
  };
  return { manifest, model: text(MODEL_FILE), score: text(SCORE_FILE), fileList: text(FILE_LIST_FILE) };
}

function readManifest(path: string): Manifest {
  const content = readPart(path);
  try {
    return manifestSchema.parse(JSON.parse(content));
  } catch (error) {
    throw new TidewatchError('deployment-damaged', `${path} is not a deployment manifest.`, { cause: error });
  }
}

function readPart(path: string): string {
  try {
    return readTextFile(path);
  } catch (error) {
    throw new TidewatchError(
      'deployment-damaged',
      `${path} cannot be read. Deploy a model again with "tidewatch deploy".`,
      { details: { path }, cause: error },
    );
  }
}

function publish(folder: string, history: string, publication: Publication): Manifest {
  mkdirSync(history, { recursive: true });
  removeLeftovers(history);
  const manifest = manifestOf(publication);
  const link = announce(history, manifest.id);
  stageDeployment(history, link, manifest, publication);
  linkNames(folder, manifest.id);
  moveLink(history, link);
  syncPath(folder);
  removeOldest(history, manifest.id);
  return manifest;
}

function manifestOf(publication: Publication): Manifest {
  const stamp = publication.deployedAt.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  const part = (content: string) => ({ sha256: sha256(content), bytes: Buffer.byteLength(content) });
  return {
    format: 'tidewatch-deployment/1',
    id: `${stamp}-${randomBytes(3).toString('hex')}`,
    deployedAt: publication.deployedAt.toISOString(),
    runId: publication.runId,
    modelVersion: publication.modelVersion,
    f1: publication.f1,
    reason: publication.reason,
    files: {
      [MODEL_FILE]: part(publication.model),
      [SCORE_FILE]: part(publication.score),
      [FILE_LIST_FILE]: part(publication.fileList),
    },
  };
}

/** Writes and syncs the folder of the deployment; it gets its name only when it is whole. */
function stageDeployment(history: string, link: string, manifest: Manifest, publication: Publication): void {
  const staging = join(history, `.${manifest.id}.part`);
  const contents: Record<string, string> = {
    [MODEL_FILE]: publication.model,
    [SCORE_FILE]: publication.score,
    [FILE_LIST_FILE]: publication.fileList,
    [MANIFEST_FILE]: `${JSON.stringify(manifest, null, 2)}\n`,
  };
  try {
    mkdirSync(staging);
    for (const [name, content] of Object.entries(contents)) {
      writeFileSync(join(staging, name), content);
      syncPath(join(staging, name));
    }
    syncPath(staging);
    renameSync(staging, join(history, manifest.id));
    syncPath(history);
  } catch (error) {
    removeFolder(staging);
    removeFolder(link);
    throw error;
  }
}

/** Puts the well-known names into the folder; a plain file of that name is kept in the history. */
function linkNames(folder: string, id: string): void {
  for (const name of [...TRIO, MANIFEST_FILE]) {
    const path = join(folder, name);
    const target = join(HISTORY, CURRENT, name);
    if (readLink(path) === target) continue;
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
      const kept = join(folder, HISTORY, `before-${id}`);
      mkdirSync(kept, { recursive: true });
      renameSync(path, join(kept, name));
    }
    symlinkSync(target, path);
  }
}

/** Makes the link that will be moved, before the folder is there: a folder that was never live has its name kept so. */
function announce(history: string, id: string): string {
  const link = join(history, `.${CURRENT}.${id}.part`);
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
  for (const name of readdirSync(history)) {
    if (!name.startsWith('.') || !name.endsWith('.part')) continue;
    const orphan = readLink(join(history, name));
    if (orphan !== null && FOLDER_NAME.test(orphan) && orphan !== live) removeFolder(join(history, orphan));
    removeFolder(join(history, name));
  }
}

/** Removes all but the newest folders of deployments; plain files that were kept stay for ever. */
function removeOldest(history: string, live: string): void {
  const folders = readdirSync(history).filter((name) => FOLDER_NAME.test(name) && name !== live);
  for (const name of folders.sort().slice(0, -(KEPT - 1))) removeFolder(join(history, name));
}

function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
}
