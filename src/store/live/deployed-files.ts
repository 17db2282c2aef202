/** The files of one deployment in their folder, and the manifest that says what they are. */
import { join } from 'node:path';
import { z } from 'zod';
import { TidewatchError } from '../../base/errors.ts';
import { sha256 } from '../../base/hash.ts';
import { readTextFile } from '../../base/regular-file.ts';

export const MODEL_FILE = 'trainedmodel.json';
export const SCORE_FILE = 'latestscore.txt';
export const FILE_LIST_FILE = 'ingestedfiles.txt';
export const MANIFEST_FILE = 'manifest.json';
/** Every file of a deployment. */
export const DEPLOYED_NAMES = [MODEL_FILE, SCORE_FILE, FILE_LIST_FILE, MANIFEST_FILE] as const;

const manifestSchema = z.object({
  format: z.literal('tidewatch-deployment/1'),
  id: z.string(),
  /** Counts the deployments of the folder; absent in those of earlier versions, which were before all others. */
  sequence: z.int().min(0).exactOptional(),
  deployedAt: z.string(),
  runId: z.string(),
  modelVersion: z.string(),
  f1: z.number().nullable(),
  reason: z.string(),
  /** That of the lock under which it was deployed; those of earlier versions have none. */
  token: z.int().optional(),
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

/** What mends a damaged deployment. */
const MEND =
  'Run "tidewatch run" or "tidewatch doctor --fix": they put the same model back from the state store where it is ' +
  'there, else the deployment before.';

/** Reads a deployment; `deployment-damaged` where a file is not there or is not the one that was deployed. */
export function readDeployment(folder: string): Deployed {
  const manifest = readManifest(folder);
  const text = (name: string): string => {
    const path = join(folder, name);
    const content = readPart(path);
    const expected = manifest.files[name];
    if (expected === undefined || sha256(content) !== expected.sha256) {
      throw new TidewatchError(
        'deployment-damaged',
        `${path} is not the file that was deployed: its hash differs from ${MANIFEST_FILE}. ${MEND}`,
        { details: { path } },
      );
    }
    return content;
  };
  return { manifest, model: text(MODEL_FILE), score: text(SCORE_FILE), fileList: text(FILE_LIST_FILE) };
}

/** The manifest in a folder; `deployment-damaged` where there is none, or it cannot be read. */
export function readManifest(folder: string): Manifest {
  const path = join(folder, MANIFEST_FILE);
  const content = readPart(path);
  try {
    return manifestSchema.parse(JSON.parse(content));
  } catch (cause) {
    throw new TidewatchError('deployment-damaged', `${path} is not a deployment manifest. ${MEND}`, {
      details: { path },
      cause,
    });
  }
}

/** The text of a file of a deployment; `deployment-damaged` where it cannot be read. */
export function readPart(path: string): string {
  try {
    return readTextFile(path);
  } catch (cause) {
    throw new TidewatchError('deployment-damaged', `${path} cannot be read. ${MEND}`, {
      details: { path },
      cause,
    });
  }
}

/** What `read` gives; null where it finds damage. */
export function unlessDamaged<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof TidewatchError && error.code === 'deployment-damaged') return null;
    throw error;
  }
}
