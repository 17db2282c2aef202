/** Reads config.json of a workspace into a frozen configuration, and says where each value came from. */
import { isUtf8 } from 'node:buffer';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { asTidewatchError, isErrno, TidewatchError } from '../base/errors.ts';
import { deepFreeze } from '../base/freeze.ts';
import { nearestName } from '../base/nearest.ts';
import { readRegularFile } from '../base/regular-file.ts';
import { trimEndOf } from '../base/trim-end.ts';
import { parsePlace, redactUrl } from './database-place.ts';
import { duplicateKeys } from './duplicate-keys.ts';
import { folderConflicts, type WrittenFolder } from './folder-conflicts.ts';
import { type Config, configSchema } from './schema.ts';

export const CONFIG_FILE = 'config.json';

/** The folders of a workspace as absolute paths. */
export interface WorkspacePaths {
  readonly input: string;
  readonly output: string;
  readonly testData: string;
  readonly model: string;
  readonly deployment: string;
  /** Folder of the files of events; null: there are none. */
  readonly events: string | null;
  /** Or the URL of a database, or `env:NAME`, as the configuration says it: a URL may hold a password. */
  readonly store: string;
}

export type Origin = 'default' | 'config.json';

export interface Workspace {
  /** Absolute path of the workspace. */
  readonly root: string;
  readonly config: Config;
  readonly paths: WorkspacePaths;
}

/** One value of the configuration with where it came from. */
export interface ConfigValue {
  /** Dotted, as in `logistic.C`. */
  readonly key: string;
  readonly value: unknown;
  readonly origin: Origin;
  readonly description: string;
}

/** Opens the workspace in `folder`; `config-missing`, `config-invalid` or `path-outside-workspace` otherwise. */
export function loadWorkspace(folder: string): Workspace {
  const root = resolve(folder);
  const config = parseConfig(readConfigText(root), join(root, CONFIG_FILE));
  const inside = (key: WrittenFolder): string => insideWorkspace(root, key, config[key]);
  const paths = {
    input: inside('input_folder_path'),
    output: inside('output_folder_path'),
    testData: inside('test_data_path'),
    model: inside('output_model_path'),
    deployment: inside('prod_deployment_path'),
    events: eventsFolderOf(root, config),
    store: storeOf(root, config.store),
  };
  refuseFolders(root, config, paths);
  return deepFreeze({ root, config, paths });
}

/** Where clients are held out, the test data is not read, wherever it is said to be. */
function refuseFolders(root: string, config: Config, paths: WorkspacePaths): void {
  const conflicts = folderConflicts([
    { key: 'input_folder_path', path: paths.input },
    { key: 'output_folder_path', path: paths.output },
    ...(config.holdout === null ? [{ key: 'test_data_path', path: paths.testData } as const] : []),
    { key: 'output_model_path', path: paths.model },
    { key: 'prod_deployment_path', path: paths.deployment },
    ...(paths.events === null ? [] : [{ key: 'tables.events.path', path: paths.events } as const]),
  ]);
  const [first] = conflicts;
  if (first === undefined) return;
  const told = conflicts.map(({ message }) => message).join('\n  ');
  throw new TidewatchError('config-invalid', `${join(root, CONFIG_FILE)} does not fit:\n  ${told}`, {
    details: { path: join(root, CONFIG_FILE), keys: first.keys },
  });
}

/** Events of a source have a folder beside that of the clients. */
function eventsFolderOf(root: string, { tables, input_folder_path }: Config): string | null {
  if (tables.events === null) return null;
  const { path } = tables.events;
  if (path !== null) return insideWorkspace(root, 'tables.events.path', path);
  return insideWorkspace(root, 'input_folder_path', `${trimEndOf(input_folder_path, '/\\')}-events`);
}

function storeOf(root: string, said: string): string {
  const place = parsePlace(said, 'The state store');
  return place.kind === 'sqlite' ? insideWorkspace(root, 'store', place.path) : said.trim();
}

/** The text of config.json in `root`, without a byte order mark. Errors: `config-missing`, `config-invalid`. */
export function readConfigText(root: string): string {
  const path = join(root, CONFIG_FILE);
  return decodeConfig(readConfigBytes(root, path), path);
}

function readConfigBytes(root: string, path: string): Buffer {
  try {
    return readRegularFile(path);
  } catch (error) {
    if (!isErrno(error) || (error.code !== 'ENOENT' && error.code !== 'ENOTDIR')) {
      throw asTidewatchError(error);
    }
    throw new TidewatchError(
      'config-missing',
      `${root} is not a workspace: it has no ${CONFIG_FILE}. Make one with "tidewatch init", ` +
        'or name another folder with --workspace DIR.',
      { details: { path }, cause: error },
    );
  }
}

/** Without a byte order mark. Names with bytes of another encoding would fit no column and no folder. */
function decodeConfig(bytes: Buffer, place: string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8').replace(/^\uFEFF/, '');
  const lines = bytes.toString('latin1').split('\n');
  const line = 1 + lines.findIndex((text) => !isUtf8(Buffer.from(text, 'latin1')));
  throw new TidewatchError(
    'config-invalid',
    `${place} has bytes that are not UTF-8, first in line ${line}. Save it as UTF-8.`,
    { details: { path: place, line } },
  );
}

/** Parses the text of a config.json; `place` names the file in errors. */
export function parseConfig(text: string, place: string): Config {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TidewatchError('config-invalid', `${place} is not JSON: ${reason}. Mend it there.`, {
      details: { path: place },
      cause: error,
    });
  }
  const twice = duplicateKeys(text).map((key) => `the key "${key}" is given twice; keep one`);
  const parsed = configSchema.safeParse(data);
  const problems = [...twice, ...twoBudgets(data), ...(parsed.error?.issues ?? []).flatMap(describeIssue)];
  if (parsed.success && problems.length === 0) return deepFreeze(parsed.data);
  throw new TidewatchError('config-invalid', `${place} does not fit:\n  ${problems.join('\n  ')}`, {
    details: { path: place, problems },
  });
}

/** How rare false alarms are is said in years, or in rows as before: the default of one must not hide behind the other. */
function twoBudgets(data: unknown): string[] {
  const drift = partOf(data, 'drift');
  const given = ['years_per_false_alarm', 'rows_per_false_alarm'].filter(
    (key) => (partOf(drift, key) ?? null) !== null,
  );
  if (given.length < 2) return [];
  const [years, rows] = given.map((key) => `"drift.${key}"`);
  return [`${years} and ${rows} both say how rare false alarms are; keep ${years}`];
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  const place = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(issue.path);
    return issue.keys.map((key) => {
      const near = nearestName(key, known);
      const full = place === '' ? key : `${place}.${key}`;
      return `unknown key "${full}"${near === null ? `; known keys: ${known.join(', ')}` : `; did you mean "${near}"?`}`;
    });
  }
  return [`${place === '' ? 'the whole' : `"${place}"`}: ${issue.message}`];
}

/** The keys that the schema knows in the object at `path`. */
function keysAt(path: readonly PropertyKey[]): string[] {
  let node: JsonNode | undefined = configJsonSchema();
  for (const part of path)
    node = node === undefined ? undefined : objectNode(node)?.properties?.[String(part)];
  return Object.keys((node === undefined ? null : objectNode(node))?.properties ?? {});
}

interface JsonNode {
  readonly properties?: Readonly<Record<string, JsonNode>>;
  readonly anyOf?: readonly JsonNode[];
  readonly description?: string;
}

/** The JSON schema of config.json, for editors and for docs/config.md. */
export function configJsonSchema(): JsonNode & Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(configSchema, { io: 'input' });
  return { ...schema, title: 'Tidewatch workspace configuration' } as JsonNode & Record<string, unknown>;
}

/** Every value of the configuration in schema order, with its origin; passwords are left out. */
export function describeConfig(root: string, config: Config): ConfigValue[] {
  const written: unknown = JSON.parse(readConfigText(root));
  return flattenConfig('', configJsonSchema(), config, written);
}

function flattenConfig(prefix: string, schema: JsonNode, value: unknown, written: unknown): ConfigValue[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, node]): ConfigValue[] => {
    const key = prefix === '' ? name : `${prefix}.${name}`;
    const inner = partOf(value, name);
    const given = partOf(written, name);
    const object = objectNode(node);
    if (object !== null && inner !== null) return flattenConfig(key, object, inner, given);
    if (inner === undefined) return [];
    const origin: Origin = given === undefined ? 'default' : 'config.json';
    const shown = key === 'store' && typeof inner === 'string' ? redactUrl(inner) : inner;
    return [{ key, value: shown, origin, description: node.description ?? '' }];
  });
}

/** The node with the keys of an object that may be null; null where the value is no object. */
export function objectNode(node: JsonNode): JsonNode | null {
  if (node.properties !== undefined) return node;
  return node.anyOf?.find((each) => each.properties !== undefined) ?? null;
}

function partOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/**
 * A path of the configuration as an absolute path. Leading slashes mean the workspace, as in the original
 * system's "/practicedata/"; a path that climbs out is refused with `path-outside-workspace`.
 */
export function insideWorkspace(root: string, key: string, path: string): string {
  const absolute = resolve(root, path.replace(/^[/\\]+/, ''));
  const way = relative(root, absolute);
  if (way === '..' || way.startsWith(`..${'/'}`) || isAbsolute(way)) {
    throw new TidewatchError(
      'path-outside-workspace',
      `"${key}" in ${CONFIG_FILE} is "${path}", which leads outside the workspace ${root}. ` +
        'Give a path inside it (a symbolic link there may point elsewhere).',
      { details: { key, path } },
    );
  }
  return absolute;
}
