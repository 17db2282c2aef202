/** Finds columns that know the outcome: near-copies of the target, and what is filled in once a client left. */
import { rankScores } from '../metrics/ranked-scores.ts';
import { rocAucScore } from '../metrics/ranking.ts';
import type { ColumnTally } from './column-tally.ts';
import type { TableTally, TargetCandidate } from './table-tally.ts';
import type { TargetChoice } from './target-choice.ts';

/** One column alone ranks the clients better than this: too good to be a cause. */
const AUC_LIMIT = 0.98;
const PURITY_LIMIT = 0.99;
/** Rows of the smaller class that a finding needs; a copy of two values needs fewer. */
const SUPPORT = 20;
const COPY_SUPPORT = 5;

export interface Leak {
  readonly kind: 'copy-of-target' | 'after-outcome';
  readonly why: string;
}

/** Rows of a group by class. */
interface Group {
  readonly left: number;
  readonly stayed: number;
}

/** What makes column `column` a leak of the target, or null. All rows are counted; curves are from the sample. */
export function findLeak(tally: TableTally, target: TargetChoice, column: number): Leak | null {
  const own = tally.columns[column] as ColumnTally;
  const stayed = 2 * target.candidate;
  const left = stayed + 1;
  const groupOf = (counts: readonly number[]): Group => ({
    left: counts[left] as number,
    stayed: counts[stayed] as number,
  });
  const all: Group = { left: target.positive.rows, stayed: target.negative.rows };
  const values = [...own.values.values()];
  const levels = values.map(({ text, byClass }) => ({ text, ...groupOf(byClass) }));
  const empty = groupOf(own.missingByClass);
  const missing = levels
    .filter(({ text }) => tally.rules.missing.has(text.trim()))
    .reduce<Group>(merge, empty);
  return (
    findAbsence(all, missing) ??
    findPureLevel(all, levels) ??
    findGroupedRanking(all, own.complete ? [...levels, empty] : []) ??
    findNumericRanking(tally, target, column, own)
  );
}

/** Values that are there for one class only. */
function findAbsence(all: Group, missing: Group): Leak | null {
  const present: Group = { left: all.left - missing.left, stayed: all.stayed - missing.stayed };
  const leak = (why: string): Leak => ({ kind: 'after-outcome', why });
  if (isPure(all, present, Math.max(10, 0.05 * all.left))) return leak(`it has values ${onlyFor(present)}`);
  if (isPure(all, missing, Math.max(SUPPORT, 0.25 * all.left)))
    return leak(`it is empty ${onlyFor(missing)}`);
  const rows = all.left + all.stayed;
  const expected = ((present.left + present.stayed) * all.left) / rows;
  return present.left === 0 && expected >= 10 ? leak('it has values for no client that left') : null;
}

/** Of the rows of known outcome. */
function onlyFor({ left, stayed }: Group): string {
  return stayed === 0
    ? 'only for clients that left'
    : `nearly only for clients that left (${left} of ${left + stayed} rows)`;
}

/** A value that nearly only those who left have, and many of them. */
function findPureLevel(all: Group, levels: readonly (Group & { readonly text: string })[]): Leak | null {
  const level = levels.find((one) => isPure(all, one, Math.max(SUPPORT, 0.25 * all.left)));
  if (level === undefined) return null;
  const rows = level.left + level.stayed;
  return {
    kind: 'copy-of-target',
    why: `${level.left} of ${rows} rows with "${shortened(level.text)}" left`,
  };
}

function isPure(all: Group, group: Group, support: number): boolean {
  const rows = group.left + group.stayed;
  return rows >= support && group.left > PURITY_LIMIT * rows && all.left < 0.9 * (all.left + all.stayed);
}

/** Groups in the order of their share of leavers, as if a model had learnt each of them. */
function findGroupedRanking(all: Group, groups: readonly Group[]): Leak | null {
  const filled = groups.filter(({ left, stayed }) => left + stayed > 0);
  const isPair = filled.length === 2;
  if (filled.length < 2) return null;
  if (Math.min(all.left, all.stayed) < (isPair ? COPY_SUPPORT : SUPPORT)) return null;
  const large = isPair ? filled : filled.filter(({ left, stayed }) => left + stayed >= SUPPORT);
  const rest = filled.filter((group) => !large.includes(group)).reduce(merge, { left: 0, stayed: 0 });
  const sorted = [...large, rest].sort((a, b) => shareOf(a) - shareOf(b));
  let below = 0;
  let sum = 0;
  for (const { left, stayed } of sorted) {
    sum += left * (below + stayed / 2);
    below += stayed;
  }
  return tooGood(sum / (all.left * all.stayed));
}

function merge(a: Group, b: Group): Group {
  return { left: a.left + b.left, stayed: a.stayed + b.stayed };
}

function shareOf({ left, stayed }: Group): number {
  return left + stayed === 0 ? 0 : left / (left + stayed);
}

/** The numbers of the sample as scores. */
function findNumericRanking(
  tally: TableTally,
  target: TargetChoice,
  column: number,
  own: ColumnTally,
): Leak | null {
  if (own.numbers === 0) return null;
  const { rules } = tally;
  const candidate = tally.candidates[target.candidate] as TargetCandidate;
  const labels: number[] = [];
  const scores: number[] = [];
  for (const row of tally.sample) {
    const label = tally.classOf(candidate, row[target.column] as string);
    const score = rules.parseNumber((row[column] as string).trim());
    if (!Number.isFinite(score) || label < 0) continue;
    labels.push(label);
    scores.push(score);
  }
  const ranked = rankScores(labels, scores);
  return Math.min(ranked.positives, ranked.negatives) < SUPPORT ? null : tooGood(rocAucScore(ranked));
}

function tooGood(auc: number): Leak | null {
  const best = Math.max(auc, 1 - auc);
  if (!(best > AUC_LIMIT)) return null;
  return {
    kind: 'copy-of-target',
    why: `alone it tells who left nearly without error (ROC AUC ${best.toFixed(3)})`,
  };
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
