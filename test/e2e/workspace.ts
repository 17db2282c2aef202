/** Temporary workspaces: made for a test, run by the built command, looked into, and removed at the end. */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { EXIT } from '../../src/base/errors.ts';
import type { ConfigInput } from '../../src/config/schema.ts';
import type { RunSummary } from '../../src/pipeline/run/run-summary.ts';
import { type CommandOptions, type Outcome, parseAnswer, tidewatch } from './command.ts';

/** The five keys of the original system. */
export const FIVE_KEYS = {
  input_folder_path: 'practicedata',
  output_folder_path: 'ingesteddata',
  test_data_path: 'testdata',
  output_model_path: 'practicemodels',
  prod_deployment_path: 'production_deployment',
} as const;

export interface Workspace {
  readonly root: string;
  /** Writes a file, with its folder. */
  write(path: string, content: string | Uint8Array): void;
  read(path: string): string;
  has(path: string): boolean;
  /** Writes config.json: the five keys with these changes, and no look-ups over the network. */
  configure(changes: Partial<ConfigInput>): void;
  /** `tidewatch ...args -w root`. */
  tidewatch(...args: string[]): Promise<Outcome>;
  /** `tidewatch run --json`, which must succeed, whether or not somebody must act on what it found. */
  run(options?: CommandOptions): Promise<RunSummary>;
  /** Another workspace with the same content. */
  copy(): Workspace;
}

const made: string[] = [];

/** A folder that `removeWorkspaces` removes. */
export function temporaryFolder(name = 'tidewatch-e2e-'): string {
  const folder = mkdtempSync(join(tmpdir(), name));
  made.push(folder);
  return folder;
}

/** Removes every folder made in this test file. */
export function removeWorkspaces(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A workspace with these files, path to content. */
export function createWorkspace(
  files: ReadonlyMap<string, string> | Readonly<Record<string, string | Uint8Array>>,
  changes: Partial<ConfigInput> = {},
): Workspace {
  const workspace = openWorkspace(temporaryFolder());
  const entries = files instanceof Map ? [...files] : Object.entries(files);
  for (const [path, content] of entries) workspace.write(path, content);
  workspace.configure(changes);
  return workspace;
}

/** The workspace in a folder that is there. */
export function openWorkspace(root: string): Workspace {
  const write = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  return {
    root,
    write,
    read: (path) => readFileSync(join(root, path), 'utf8'),
    has: (path) => existsSync(join(root, path)),
    configure: (changes) =>
      write('config.json', JSON.stringify({ ...FIVE_KEYS, npm_timeout_ms: 0, ...changes })),
    tidewatch: (...args) => tidewatch([...args, '-w', root]),
    run: async (options = {}) => {
      const outcome = await tidewatch(['run', '--json', '-w', root], options);
      if (outcome.exit !== EXIT.ok && outcome.exit !== EXIT.attention)
        throw new Error(`The run ended with ${outcome.exit}: ${outcome.stderr}`);
      return parseAnswer<RunSummary>(outcome);
    },
    copy: () => {
      const folder = temporaryFolder();
      cpSync(root, folder, { recursive: true, verbatimSymlinks: true });
      return openWorkspace(folder);
    },
  };
}

/** Everything below a folder: path to what it is, its content as a hash, and when it was changed. */
export function listDisk(root: string, options: { readonly times: boolean }): Record<string, string> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(names.map((name) => [name, describeEntry(join(root, name), options.times)]));
}

function describeEntry(path: string, times: boolean): string {
  const stat = lstatSync(path);
  const time = times ? ` ${stat.mtimeMs}` : '';
  if (stat.isSymbolicLink()) return `link ${readlinkSync(path)}${time}`;
  if (stat.isDirectory()) return `folder${time}`;
  return `file ${hashOf(readFileSync(path))}${time}`;
}

export function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
