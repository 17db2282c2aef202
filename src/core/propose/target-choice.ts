/** Chooses the column that says whether a client left, and the values that say "left" and "stayed". */

import { labelKey } from './label-key.ts';
import { noteLabels, reasonOf } from './label-notes.ts';
import { type LabelWishes, valuesAsked } from './label-sides.ts';
import { checkLabelsAsked, mergeLabels, sortedLabels } from './labels-asked.ts';
import { type LabelCount, MAX_LABELS, type TableTally, type TargetCandidate } from './table-tally.ts';
import { isNamedChurn, type TargetName, targetName } from './target-name.ts';
import {
  refuseManyLabels,
  refuseManyTargets,
  refuseOneClass,
  refuseUnclear,
  refuseWithoutTarget,
} from './target-refused.ts';

export interface TargetChoice {
  /** Position of the column. */
  readonly column: number;
  /** Index of the candidate in the tally, whose class 1 is left. */
  readonly candidate: number;
  /** Values that mean left, and those that mean stayed, those of most rows first; each has one at least. */
  readonly positives: readonly LabelCount[];
  readonly negatives: readonly LabelCount[];
  /** Values of clients whose outcome is not known yet. */
  readonly dropped: readonly LabelCount[];
  /** The first of each with the rows of all. */
  readonly positive: LabelCount;
  readonly negative: LabelCount;
  /** Rows that have no label, those of `dropped` not among them. */
  readonly unlabelled: number;
  readonly why: string;
  /** What a person should look at, as sentences. */
  readonly notes: readonly string[];
}

export interface TargetWish extends LabelWishes {
  readonly target: string | null;
}

/** A target has no more values than this, unless somebody says what they mean. */
const MAX_VALUES = 12;

/**
 * The target by its name and values; a name that says it straight ("churned") goes before one that says it in a
 * roundabout way or in general ("is_active", "status"). Columns that say the same in other words count as one. What
 * the values mean is known from the wishes, from their words, or from the name of the column; it is a guess for a 1 or
 * a yes under a name such as "target" alone, and then noted. All else is asked about: a target that is read the wrong
 * way round would list the most loyal clients.
 * @throws TidewatchError usage where no column or more than one fits, with these in `details.candidates`, and where
 * nothing says which of two values means left, with `details.values`; value-invalid where that is so of more than two;
 * one-class where the column has one value.
 */
export function chooseTarget(tally: TableTally, wish: TargetWish): TargetChoice {
  const index = wish.target === null ? findCandidate(tally, wish) : 0;
  const candidate = tally.candidates[index] as TargetCandidate;
  const name = tally.names[candidate.column] as string;
  const labels = [...candidate.labels.values()];
  if (labels.length < 2) throw refuseOneClass(name, labels);
  if (labels.length === MAX_LABELS) throw refuseManyLabels(name, labels);
  checkLabelsAsked(name, candidate, wish, tally.rules);
  if (!isDecided(candidate, wish)) throw refuseUnclear(name, labels, wish);
  const isPair = labels.length === 2;
  const isLeft = ({ side }: LabelCount) => side === 'left';
  const isOpen = ({ side }: LabelCount) => side === 'open';
  const positives = sortedLabels(labels.filter(isLeft));
  const negatives = sortedLabels(labels.filter((label) => !isLeft(label) && !isOpen(label)));
  const dropped = sortedLabels(labels.filter(isOpen));
  const [positive, negative] = [mergeLabels(positives), mergeLabels(negatives)];
  const sides = { name, positives, negatives, dropped };
  const known = labels.reduce((sum, { rows }) => sum + rows, 0);
  const found = `named like the outcome${isPair ? ' and of two values' : ''}`;
  return {
    column: candidate.column,
    candidate: index,
    positives,
    negatives,
    dropped,
    positive,
    negative,
    unlabelled: tally.rows - known,
    why: `${wish.target === null ? found : 'as asked'}; ${reasonOf(sides)}`,
    notes: noteLabels(sides, wish),
  };
}

/** Whether the sides of all values are known, or nearly: of two values the one beside "left" means stayed. */
function isDecided({ labels }: TargetCandidate, wish: TargetWish): boolean {
  const all = [...labels.values()];
  const of = (side: LabelCount['side']) => all.filter((label) => label.side === side);
  const [lefts, unclear] = [of('left'), of('unclear')];
  if (lefts.length === 0 || (wish.positive === null && all.length > MAX_VALUES)) return false;
  if (wish.positive === null && lefts.length > 1 && lefts.some(({ basis }) => basis === 'asked'))
    return false;
  if (all.length === 2 && unclear.length === 1) return lefts.some(({ basis }) => basis === 'word');
  return unclear.length === 0 && of('stayed').length > 0;
}

function findCandidate(tally: TableTally, wish: TargetWish): number {
  const tiers: readonly (readonly TargetName[])[] = [['direct'], ['indirect', 'general']];
  for (const tier of tiers) {
    const named = tally.candidates.flatMap(({ column }, index) => {
      const name = targetName(tally.names[column] as string);
      return name !== null && tier.includes(name) ? [index] : [];
    });
    const fits = (index: number): boolean => {
      const candidate = tally.candidates[index] as TargetCandidate;
      return candidate.labels.size === 2 || isDecided(candidate, wish);
    };
    const fitting = named.filter(fits);
    const having = fitting.filter((index) => hasLabelsAsked(tally, index, wish));
    const [first, ...others] = having.length > 0 ? having : fitting;
    if (first === undefined) continue;
    const rivals = others.filter((other) => !saysTheSame(tally, first, other));
    if (rivals.length === 0) return first;
    // "is_churn" is the outcome where "is_cancel" says one of the ways to it.
    const [churn, ...more] = [first, ...rivals].filter((index) => isNamedChurn(nameOf(tally, index)));
    if (churn !== undefined && more.length === 0) return churn;
    throw refuseManyTargets([first, ...rivals].map((index) => nameOf(tally, index)));
  }
  throw refuseWithoutTarget(tally);
}

function hasLabelsAsked(tally: TableTally, index: number, wish: TargetWish): boolean {
  const { labels } = tally.candidates[index] as TargetCandidate;
  return [wish.positive, wish.negative, wish.drop].every((text) => {
    if (text === null || text === undefined) return true;
    return valuesAsked(text).some((value) => labels.has(labelKey(value, tally.rules)));
  });
}

/** Whether the sides of two candidates go together in every row that has both, or are each other's opposite in all. */
function saysTheSame(tally: TableTally, a: number, b: number): boolean {
  const other = tally.candidates[b] as TargetCandidate;
  const counts = [0, 0, 0, 0];
  for (const { text, byClass } of tally.columns[other.column]?.values.values() ?? []) {
    const label = tally.classOf(other, text);
    for (const side of [0, 1]) {
      const cell = 2 * label + side;
      if (label >= 0) counts[cell] = (counts[cell] as number) + (byClass[2 * a + side] as number);
    }
  }
  const [c00 = 0, c01 = 0, c10 = 0, c11 = 0] = counts;
  return c00 + c11 === 0 || c01 + c10 === 0;
}

function nameOf(tally: TableTally, candidate: number): string {
  return tally.names[tally.candidates[candidate]?.column as number] as string;
}
