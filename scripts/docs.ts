/** Writes the documents that are made from code: docs/errors.md and docs/config.md. `npm run docs`. */
import { join } from 'node:path';
import { writeFileAtomic } from '../src/base/atomic-file.ts';
import { CATALOGUE, EXIT } from '../src/base/errors.ts';
import { configJsonSchema } from '../src/config/load.ts';

const root = join(import.meta.dirname, '..');

const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'Done; also when there was nothing to do. States that are worth a look, or not known, are in the answer.',
  unexpected: 'Something that should not happen did.',
  usage: 'The command line or the configuration is wrong.',
  data: 'The data was refused.',
  locked: 'Another run holds the lock of the workspace.',
  absent: 'What was asked for is not there yet.',
  remote: 'A server or a request failed.',
  state: 'The state store or the disk failed.',
  unhealthy: '`tidewatch doctor` found at least one problem.',
  attention:
    'The work is done, and somebody must act: `run` and `watch` found a state of the severity `act`, which the first line names (states.md). Schedules that `tidewatch schedule` installs take it for success.',
  interrupted: 'Interrupted from the keyboard.',
};

/** docs/errors.md as it must be. */
export function renderErrorsDoc(): string {
  const exits = Object.entries(EXIT).map(
    ([name, code]) => `| ${code} | ${EXIT_MEANINGS[name as keyof typeof EXIT]} |`,
  );
  const codes = Object.entries(CATALOGUE).map(
    ([code, entry]) => `| \`${code}\` | ${entry.exit} | ${entry.http} | ${entry.meaning} |`,
  );
  return `# Errors

Made from the catalogue in \`src/base/errors.ts\` by \`npm run docs\`; a test holds the two equal.

Every error has a code, a message for people (what happened, where, what was got, what was expected, what to do)
and details for programs. The command line prints the message on standard error and, with \`--json\`,
\`{"error": {"code", "message", "details"}}\` on standard output; the API answers the same object.

## Exit codes

| exit | meaning |
|---|---|
${exits.join('\n')}

## Codes

| code | exit | HTTP | meaning |
|---|---|---|---|
${codes.join('\n')}
`;
}

interface SchemaNode {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
}

/** docs/config.md as it must be. */
export function renderConfigDoc(): string {
  const rows = configRows('', configJsonSchema() as SchemaNode);
  return `# Configuration

Made from the schema in \`src/config/schema.ts\` by \`npm run docs\`; a test holds the two equal.

\`config.json\` in the workspace. The five folders alone are a complete configuration; they are relative to the
workspace, and a leading slash means the workspace too. An unknown key is refused with the nearest known one.
A file that is not UTF-8, gives a key twice, names one column as two things that exclude each other (the target among
the features, say), or one folder for two purposes is refused too, with both keys. A feature may also be the value, the
segment or the owner.
\`tidewatch config\` shows every value and where it came from; \`tidewatch config --schema\` prints the JSON schema.

| key | type | default | what it is |
|---|---|---|---|
${rows.join('\n')}

## Environment

| variable | what it is |
|---|---|
| \`TIDEWATCH_API_KEY\` | Key (or several, separated by commas) that callers of the HTTP server must bear. Needed to listen on anything but this machine. |
| \`NO_COLOR\` | When set, nothing is coloured. |
| \`npm_config_registry\` | Registry that is asked for the latest versions of the dependencies. |
`;
}

function configRows(prefix: string, node: SchemaNode): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const key = prefix === '' ? name : `${prefix}.${name}`;
    const object = child.anyOf?.find((each) => each.properties !== undefined);
    if (child.properties !== undefined) return configRows(key, child);
    if (object !== undefined) {
      return [
        `| \`${key}\` | object or null | \`${JSON.stringify(child.default)}\` | ${child.description ?? ''} |`,
        ...configRows(key, object),
      ];
    }
    const fallback =
      child.default === undefined
        ? prefix === '' && key.endsWith('_path')
          ? '**needed**'
          : ''
        : `\`${JSON.stringify(child.default)}\``;
    const row = `| \`${key}\` | ${describeType(child)} | ${fallback} | ${child.description ?? ''} |`;
    return child.items?.properties === undefined ? [row] : [row, ...configRows(`${key}[]`, child.items)];
  });
}

function describeType(node: SchemaNode): string {
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (node.anyOf !== undefined) return node.anyOf.map(describeType).join(' or ');
  if (node.type === 'array') return `list of ${describeType(node.items ?? {})}`;
  const low = node.exclusiveMinimum ?? node.minimum;
  const high = node.exclusiveMaximum ?? node.maximum;
  const range = low === undefined && high === undefined ? '' : `, ${low ?? ''} to ${high ?? ''}`;
  return `${node.type ?? 'any'}${range}`;
}

if (process.argv.includes('--write')) {
  writeFileAtomic(join(root, 'docs/errors.md'), renderErrorsDoc());
  writeFileAtomic(join(root, 'docs/config.md'), renderConfigDoc());
}
