/** The deployed files as a reader of the folder finds them, and whether they are of one deployment. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseFileList } from '../../src/core/models/file-list.ts';
import { hashOf } from './workspace.ts';

const NAMES = ['trainedmodel.json', 'latestscore.txt', 'ingestedfiles.txt'] as const;

export interface Trio {
  readonly id: string;
  readonly runId: string;
  readonly modelVersion: string;
  readonly f1: number;
  /** The text of each file by its name. */
  readonly files: Readonly<Record<(typeof NAMES)[number], string>>;
}

/**
 * The deployed model, score and file list, or null where none is there. Throws where one is missing, where one is
 * not what the manifest says, or where they tell of different deployments.
 */
export function readTrio(root: string, folder = 'production_deployment'): Trio | null {
  const path = (name: string): string => join(root, folder, name);
  if (!existsSync(path('manifest.json'))) {
    const stray = NAMES.filter((name) => existsSync(path(name)));
    if (stray.length > 0) throw new Error(`Deployed without a manifest: ${stray.join(', ')}`);
    return null;
  }
  const manifest = JSON.parse(readFileSync(path('manifest.json'), 'utf8'));
  const files = Object.fromEntries(
    NAMES.map((name) => [name, readFileSync(path(name), 'utf8')]),
  ) as Trio['files'];
  for (const name of NAMES) {
    if (hashOf(files[name]) !== manifest.files[name].sha256)
      throw new Error(`${name} is not of the deployment.`);
  }
  const model = JSON.parse(files['trainedmodel.json']);
  const told = [Number(files['latestscore.txt']), model.version, parseFileList(files['ingestedfiles.txt'])];
  const wanted = [manifest.f1, manifest.modelVersion, model.certificate.files];
  if (JSON.stringify(told) !== JSON.stringify(wanted)) {
    throw new Error(`The deployed files disagree: ${JSON.stringify({ told, wanted })}`);
  }
  const { id, runId, modelVersion, f1 } = manifest;
  return { id, runId, modelVersion, f1, files };
}
