/** Chooses the column that says whether a client left, and the label that says "left". */
import { TidewatchError } from '../../base/errors.ts';
import { type TargetName, targetName } from './column-names.ts';
import { positiveLabel } from './label-meaning.ts';
import { type LabelCount, labelKey, type TableTally, type TargetCandidate } from './table-tally.ts';

export interface TargetChoice {
  /** Position of the column. */
  readonly column: number;
  /** Index of the candidate in the tally. */
  readonly candidate: number;
  /** Which class of the candidate, 0 or 1, is the positive one. */
  readonly positiveClass: 0 | 1;
  readonly positive: LabelCount;
  readonly negative: LabelCount;
  /** Rows that have no label. */
  readonly unlabelled: number;
  readonly why: string;
  /** Whether the positive label is a guess. */
  readonly guessed: boolean;
}

export interface TargetWish {
  readonly target: string | null;
  readonly positive: string | null;
}

/**
 * The target by its name and by having two values; a name that says it straight ("churned") goes before one that
 * is turned round or general ("is_active", "status"). Columns that say the same in other words count as one.
 * @throws TidewatchError usage where no column or more than one fits, with the columns of two values in
 * `details.candidates`; one-class where the column has one value; value-invalid where it has more than two.
 */
export function chooseTarget(tally: TableTally, wish: TargetWish): TargetChoice {
  const candidate = wish.target === null ? findCandidate(tally) : 0;
  const found = tally.candidates[candidate] as TargetCandidate;
  const name = tally.names[found.column] as string;
  checkTwoLabels(name, found, wish);
  const [first, second] = [...found.labels.values()] as [LabelCount, LabelCount];
  const { positive, negative, basis } =
    wish.positive === null
      ? positiveLabel(first, second, targetName(name))
      : { ...askedLabel(tally, name, found, wish.positive), basis: 'asked' as const };
  return {
    column: found.column,
    candidate,
    positiveClass: positive === first ? 0 : 1,
    positive,
    negative,
    unlabelled: tally.rows - positive.rows - negative.rows,
    why: `${wish.target === null ? 'named like the outcome and of two values' : 'as asked'}; ${BASIS[basis](positive.text)}`,
    guessed: basis === 'rarer',
  };
}

const BASIS = {
  meaning: (label: string) => `"${label}" means left`,
  asked: (label: string) => `"${label}" means left, as asked`,
  rarer: (label: string) => `"${label}" is taken to mean left since it is the rarer value`,
};

function findCandidate(tally: TableTally): number {
  const tiers: readonly (readonly TargetName[])[] = [['direct'], ['inverted', 'general']];
  for (const tier of tiers) {
    const fitting = tally.candidates.flatMap(({ column, labels }, index) => {
      const name = targetName(tally.names[column] as string);
      return name !== null && tier.includes(name) && labels.size === 2 ? [index] : [];
    });
    const [first, ...others] = fitting;
    if (first === undefined) continue;
    const rivals = others.filter((other) => !saysTheSame(tally, first, other));
    if (rivals.length === 0) return first;
    const names = [first, ...rivals].map((index) => nameOf(tally, index));
    throw unclear(
      `More than one column could say whether the client left: ${listed(names)}.`,
      names,
      names[0] as string,
    );
  }
  throw refuseWithoutCandidate(tally);
}

/** Whether two candidates of two labels go together in every row that has both. */
function saysTheSame(tally: TableTally, a: number, b: number): boolean {
  const { column } = tally.candidates[b] as TargetCandidate;
  const keys = [...(tally.candidates[b] as TargetCandidate).labels.keys()];
  const counts = [0, 0, 0, 0];
  for (const { text, byClass } of tally.columns[column]?.values.values() ?? []) {
    const label = keys.indexOf(labelKey(text, tally.rules));
    for (const side of [0, 1]) {
      const cell = 2 * label + side;
      if (label >= 0) counts[cell] = (counts[cell] as number) + (byClass[2 * a + side] as number);
    }
  }
  const [c00 = 0, c01 = 0, c10 = 0, c11 = 0] = counts;
  return c00 + c11 === 0 || c01 + c10 === 0;
}

function refuseWithoutCandidate(tally: TableTally): TidewatchError {
  const direct = tally.candidates.find(
    ({ column }) => targetName(tally.names[column] as string) === 'direct',
  );
  if (direct !== undefined && direct.labels.size === 1) {
    return oneClass(tally.names[direct.column] as string, direct.labels);
  }
  const names = tally.names.filter((_, column) => tally.columns[column]?.distinct === 2);
  const seen = tally.candidates.map(
    ({ column, labels }) => `"${tally.names[column]}" has ${valuesOf(labels)}`,
  );
  const looked =
    seen.length === 0
      ? ''
      : ` By name it could be one of these, but a target has two values: ${seen.join('; ')}.`;
  if (names.length > 0) {
    return unclear(
      `No column is named like an outcome of two values (churn, churned, exited, left, attrition, cancelled, is_active, status, ...).${looked} Columns of two values: ${listed(names)}.`,
      names,
      names[0] as string,
    );
  }
  return new TidewatchError(
    'usage',
    `No column of the data has two values, so none can say whether the client left.${looked} Add a column of 1 (left) and 0 (stayed), and name it with --target COLUMN.`,
    { details: { candidates: [], columns: tally.names } },
  );
}

function checkTwoLabels(name: string, { labels }: TargetCandidate, wish: TargetWish): void {
  if (labels.size === 2) return;
  if (labels.size === 1) throw oneClass(name, labels);
  if (labels.size === 0) {
    throw new TidewatchError(
      'one-class',
      `The target "${name}" has no value in any row. Name another with --target COLUMN.`,
      {
        details: { column: name },
      },
    );
  }
  const asked = wish.target === null ? '' : ' It was named with --target.';
  throw new TidewatchError(
    'value-invalid',
    `The target "${name}" has ${valuesOf(labels)}; expected two values, one for "left" and one for "stayed".${asked} Make a column of two values of it, or name another column.`,
    { details: { column: name, values: [...labels.values()].map(({ text }) => text) } },
  );
}

function oneClass(name: string, labels: ReadonlyMap<string, LabelCount>): TidewatchError {
  return new TidewatchError(
    'one-class',
    `The target "${name}" has ${valuesOf(labels)}, so there is nothing to learn. Give data with clients that left and clients that stayed, or name another column with --target COLUMN.`,
    { details: { column: name, values: [...labels.values()].map(({ text }) => text) } },
  );
}

function askedLabel(
  tally: TableTally,
  name: string,
  { labels }: TargetCandidate,
  wanted: string,
): { positive: LabelCount; negative: LabelCount } {
  const positive = labels.get(labelKey(wanted, tally.rules));
  const negative = [...labels.values()].find((label) => label !== positive);
  if (positive !== undefined && negative !== undefined) return { positive, negative };
  throw new TidewatchError(
    'usage',
    `--positive is "${wanted}", but the target "${name}" has ${valuesOf(labels)}. Name one of them.`,
    { details: { column: name, values: [...labels.values()].map(({ text }) => text) } },
  );
}

function unclear(what: string, candidates: readonly string[], example: string): TidewatchError {
  return new TidewatchError('usage', `${what} Say which with --target, for example --target "${example}".`, {
    details: { candidates },
  });
}

function nameOf(tally: TableTally, candidate: number): string {
  return tally.names[tally.candidates[candidate]?.column as number] as string;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => `"${name}"`);
  return names.length > 20 ? `${shown.join(', ')} and ${names.length - 20} more` : shown.join(', ');
}

function valuesOf(labels: ReadonlyMap<string, LabelCount>): string {
  const shown = [...labels.values()].slice(0, 5).map(({ text, rows }) => `"${text}" (${rows} rows)`);
  const count =
    labels.size === 1 ? 'the one value' : labels.size >= 50 ? '50 or more values:' : `${labels.size} values:`;
  return `${count} ${shown.join(', ')}${labels.size > 5 ? ', ...' : ''}`;
}
