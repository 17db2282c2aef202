/** Makes a workspace: its configuration, the JSON schema for editors, and its folders. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { TidewatchError } from '../base/errors.ts';
import { makeFolder } from '../base/make-folder.ts';
import {
  CONFIG_FILE,
  configJsonSchema,
  insideWorkspace,
  loadWorkspace,
  parseConfig,
  type Workspace,
} from '../config/load.ts';
import type { ConfigInput } from '../config/schema.ts';

/** The folders of the original system. */
export const FOLDERS = Object.freeze({
  input_folder_path: 'sourcedata',
  output_folder_path: 'ingesteddata',
  test_data_path: 'testdata',
  output_model_path: 'models',
  prod_deployment_path: 'production_deployment',
});

/** Folder of the events of a new workspace that has some. */
export const EVENTS_INPUT = 'sourcedata-events';

/** What a new workspace does better than the original system; five keys alone are that system's own choices. */
export const BETTER_CHOICES = Object.freeze({
  model: 'auto',
  calibration: 'auto',
  threshold: 'f1',
  drift: { rule: 'sequential', years_per_false_alarm: 5 },
  labels: { missing: 'keep' },
} as const satisfies Partial<ConfigInput>);

/** Refuses, with `workspace-exists`, a folder that is a workspace already. */
export function refuseWorkspace(root: string): void {
  const path = join(root, CONFIG_FILE);
  if (!existsSync(path)) return;
  throw new TidewatchError(
    'workspace-exists',
    `${path} is there already and was left as it is. Change it with an editor; "tidewatch config" shows what it says.`,
    { details: { path } },
  );
}

/** Refuses, with `workspace-exists`, a data folder that holds files: new ones would be mixed with them. */
export function refuseFilledFolder(folder: string): void {
  if (!existsSync(folder)) return;
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  if (names.length === 0) return;
  throw new TidewatchError(
    'workspace-exists',
    `${folder} holds ${names.slice(0, 3).join(', ')} already, and nothing was written. ` +
      'Say --no-copy to write the configuration only, or name another folder with --workspace DIR.',
    { details: { path: folder } },
  );
}

/** Writes the files and makes the folders; the configuration comes last but for the folders. */
export function makeWorkspace(root: string, config: ConfigInput): Workspace {
  const text = `${JSON.stringify(config, null, 2)}\n`;
  const path = join(root, CONFIG_FILE);
  parseConfig(text, path);
  writeFileAtomic(join(root, 'config.schema.json'), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  for (const [key, folder] of Object.entries(FOLDERS)) {
    makeFolder(insideWorkspace(root, key, folder));
  }
  writeFileAtomic(path, text);
  return loadWorkspace(root);
}
