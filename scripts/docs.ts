/** Writes the documents that are made from code: docs/errors.md, docs/config.md and docs/states.md. `npm run docs`. */
import { join } from 'node:path';
import { writeFileAtomic } from '../src/base/atomic-file.ts';
import { CATALOGUE, EXIT } from '../src/base/errors.ts';
import { configJsonSchema } from '../src/config/load.ts';
import { ALL_IS_WELL, STATES } from '../src/pipeline/states/table.ts';

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

/** docs/states.md as it must be. */
export function renderStatesDoc(): string {
  const rows = [...STATES, ALL_IS_WELL].map(
    ({ id, title, severity, when }) => `| \`${id}\` | ${title} | ${severity} | ${when} |`,
  );
  return `# How things stand

Made from the table in \`src/pipeline/states/table.ts\` by \`npm run docs\`; a test holds the two equal.

What Tidewatch says of itself comes from one ordered table of states: the first line of \`tidewatch run\` and
\`tidewatch watch\`, the page Today and \`GET /api/v1/today\`, the first lines of the report, the last line of the log of a run,
the event \`run-finished\` and the exit code. The most urgent state that holds is the headline; all others that hold follow.
Each says what is so, with its numbers, what to do, and since when. A run without new data says again what still holds, and
draws the report anew where something else holds than at the run before.

| severity | meaning | exit code of \`run\` and \`watch\` |
|---|---|---|
| act | Somebody must do something. | ${EXIT.attention} |
| look | Worth a look. | ${EXIT.ok} |
| unknown | Too little is known to say that all is well: it is not green. | ${EXIT.ok} |
| none | All is well. | ${EXIT.ok} |

\`run\` exits with ${EXIT.remote} where a source failed, whatever else holds. A schedule that \`tidewatch schedule install\` makes
takes ${EXIT.attention} for success: a unit of systemd does not fail, and cron, whose output goes into a log, sends no mail. A state is
less urgent than the table says while something is being done about it: a run is in progress, or a retrained model is compared.

| state | title | severity | when it holds, and until when |
|---|---|---|---|
${rows.join('\n')}
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
  writeFileAtomic(join(root, 'docs/states.md'), renderStatesDoc());
}
