/** What is said where no target is chosen: what was found, and what to say to go on. */
import { TidewatchError } from '../../base/errors.ts';
import { quoted } from '../../base/shorten.ts';
import type { LabelWishes } from './label-sides.ts';
import { type LabelCount, MAX_LABELS, type TableTally } from './table-tally.ts';
import { targetName } from './target-name.ts';

const MAX_NAMES = 20;
const MAX_SHOWN = 5;

/** No column fits, or one that has too few or unclear values. */
export function refuseWithoutTarget(tally: TableTally): TidewatchError {
  const [only = '', ...more] = tally.names;
  if (more.length === 0) {
    return new TidewatchError(
      'usage',
      `The data has one column, ${quoted(only)}, so nothing can be learned of who left. If that is several, its separator is none that is read: export the file with commas, semicolons, tabs or bars between the values.`,
      { details: { candidates: [], columns: tally.names } },
    );
  }
  const candidates = tally.candidates.map(({ column, labels }) => ({
    name: tally.names[column] as string,
    labels: [...labels.values()],
  }));
  const direct = candidates.find(({ name }) => targetName(name) === 'direct');
  if (direct?.labels.length === 1) return refuseOneClass(direct.name, direct.labels);
  const half = candidates.find(
    ({ labels }) => labels.length > 2 && labels.some(({ side }) => side === 'left'),
  );
  if (half !== undefined) return refuseUnclear(half.name, half.labels, { positive: null });
  const pairs = tally.names.filter((_, column) => tally.columns[column]?.distinct === 2);
  const seen = candidates.map(({ name, labels }) => `"${name}" has ${describeValues(labels)}`);
  const looked =
    seen.length === 0
      ? ''
      : ` By name it could be one of these, but their values do not say who left: ${seen.join('; ')}.`;
  if (pairs.length + seen.length === 0) {
    return new TidewatchError(
      'usage',
      'No column of the data has two values, so none can say whether the client left. Add a column of 1 (left) and 0 (stayed), and name it with --target COLUMN.',
      { details: { candidates: [], columns: tally.names } },
    );
  }
  const two = pairs.length === 0 ? '' : ` Columns of two values: ${listed(pairs)}.`;
  return new TidewatchError(
    'usage',
    `No column is named like an outcome (churn, churned, exited, left, attrition, cancelled, is_active, status, ...).${looked}${two} ` +
      'Say which column tells who left, and which of its values means left, with --target COLUMN --positive VALUE; where no column does, add one.',
    { details: { candidates: pairs } },
  );
}

export function refuseManyTargets(names: readonly string[]): TidewatchError {
  return new TidewatchError(
    'usage',
    `More than one column could say whether the client left: ${listed(names)}. Say which with --target, for example --target "${names[0]}".`,
    { details: { candidates: names } },
  );
}

/** The target has one value, or none. */
export function refuseOneClass(name: string, labels: readonly LabelCount[]): TidewatchError {
  const values = labels.map(({ text }) => text);
  const what =
    labels.length === 0
      ? `The target "${name}" has no value in any row. Name another with --target COLUMN.`
      : `The target "${name}" has ${describeValues(labels)}, so there is nothing to learn. Give data with clients that left and clients that stayed, or name another column with --target COLUMN.`;
  return new TidewatchError('one-class', what, { details: { column: name, values } });
}

/** The target has more values than anyone would say the meaning of. */
export function refuseManyLabels(name: string, labels: readonly LabelCount[]): TidewatchError {
  return new TidewatchError(
    'value-invalid',
    `The target "${name}" has ${describeValues(labels)}; expected a few, such as one for "left" and one for "stayed". Make such a column of it, or name another column.`,
    { details: { column: name, values: textsOf(labels) } },
  );
}

/** Nothing says for certain which values mean left: the way to say it, ready to copy. */
export function refuseUnclear(
  name: string,
  labels: readonly LabelCount[],
  wishes: LabelWishes,
): TidewatchError {
  const has = `The target "${name}" has ${describeValues(labels)}`;
  const details = { details: { column: name, values: textsOf(labels) } };
  if (wishes.positive !== null) {
    const side = labels.some((label) => label.side === 'left') ? 'stayed' : 'left';
    const what = `as asked, no value is left for "${side}"; --positive, --negative and --drop say what each value means`;
    return new TidewatchError('usage', `${has}; ${what}.`, details);
  }
  const isPair = labels.length === 2;
  const rest = isPair
    ? ''
    : ' All other values then count as stayed; --negative and --drop (no outcome yet) say it otherwise.';
  const say = possibleLefts(labels).slice(0, MAX_SHOWN).map(commandFor(name, labels)).join(', or ');
  const what = `${has}, and ${doubtOf(labels)}. Say it: ${say}.${rest}`;
  return new TidewatchError(isPair ? 'usage' : 'value-invalid', what, details);
}

/** What is not certain, as a half-sentence. */
function doubtOf(labels: readonly LabelCount[]): string {
  const unclear = labels.filter(({ side }) => side === 'unclear');
  const words = labels.filter(({ basis }) => basis === 'word');
  if (words.length === 0) return 'nothing says which means that the client left';
  if (unclear.length === 0) {
    const isLeft = labels.some(({ side }) => side === 'left');
    return `none says that a client ${isLeft ? 'stayed' : 'left'}`;
  }
  return `it is not certain what ${listed(textsOf(unclear))} ${unclear.length === 1 ? 'means' : 'mean'}`;
}

/** Values that may mean left: the one that says so, or else all that do not say otherwise. */
function possibleLefts(labels: readonly LabelCount[]): readonly LabelCount[] {
  const sure = labels.filter(({ side, basis }) => side === 'left' && basis === 'word');
  if (sure.length > 0) return sure;
  const possible = labels.filter(
    ({ side, basis }) => side === 'unclear' || basis === 'name' || (side === 'left' && basis === 'asked'),
  );
  return possible.length > 0 ? possible : labels;
}

function commandFor(name: string, labels: readonly LabelCount[]): (label: LabelCount) => string {
  return (label) => {
    const open = textsOf(labels.filter((other) => other !== label && other.side === 'open'));
    const drop = open.length === 0 || open.length + 1 === labels.length ? '' : ` --drop "${open.join(',')}"`;
    return `tidewatch init FILE --target "${name}" --positive "${label.text}"${drop}`;
  };
}

function textsOf(labels: readonly LabelCount[]): string[] {
  return labels.map(({ text }) => text);
}

/** `2 values: "Yes" (12 rows), "No" (30 rows)`. */
export function describeValues(labels: readonly LabelCount[]): string {
  const shown = labels.slice(0, MAX_SHOWN).map(({ text, rows }) => `"${text}" (${rows} rows)`);
  const count =
    labels.length === 1
      ? 'the one value'
      : labels.length >= MAX_LABELS
        ? `${MAX_LABELS} or more values:`
        : `${labels.length} values:`;
  return `${count} ${shown.join(', ')}${labels.length > MAX_SHOWN ? ', ...' : ''}`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).map((name) => `"${name}"`);
  return names.length > MAX_NAMES
    ? `${shown.join(', ')} and ${names.length - MAX_NAMES} more`
    : shown.join(', ');
}
