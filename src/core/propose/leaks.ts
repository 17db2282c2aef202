/** Finds columns that may know the outcome: copies of the target, and what is filled in once a client left. */
import { rankScores } from '../metrics/ranked-scores.ts';
import { rocAucScore } from '../metrics/ranking.ts';
import { isNamedAfterOutcome, mayNameOutcome } from './column-names.ts';
import type { ColumnTally } from './column-tally.ts';
import type { TableTally, TargetCandidate } from './table-tally.ts';
import type { TargetChoice } from './target-choice.ts';
import { type LeakEvidence, type LeakKind, weighLeak } from './weigh-leak.ts';

/** One column alone ranks the clients better than this: strange for a cause. */
const AUC_LIMIT = 0.98;
const PURITY_LIMIT = 0.99;
/** Share of each class whose value says the class, in a copy. */
const COPY_LIMIT = 0.99;
/** Rows of the smaller class that a finding needs; a copy of two values and filled cells need fewer. */
const MIN_SUPPORT = 20;
const MIN_COPY_SUPPORT = 5;
const MIN_FILLED = 10;
/** Standard errors that the share of leavers of a group must lie above that of all rows: many groups are looked at. */
const GROUP_Z = 4;

export interface Leak {
  readonly kind: LeakKind;
  /** What is odd, with counts. */
  readonly why: string;
  readonly verdict: 'leave-out' | 'warn';
}

/** Rows of a group by class. */
interface Group {
  readonly left: number;
  readonly stayed: number;
}

interface Level extends Group {
  readonly text: string;
}

type Found = Pick<LeakEvidence, 'kind' | 'covered' | 'auc'> & { readonly why: string };

/**
 * What makes column `column` a likely leak of the target, or null. All rows are counted; curves are from the sample.
 * @param nameOnly whether the name alone is looked at, and no value.
 */
export function findLeak(
  tally: TableTally,
  target: TargetChoice,
  column: number,
  nameOnly = false,
): Leak | null {
  const name = tally.names[column] as string;
  const own = tally.columns[column] as ColumnTally;
  const found = nameOnly ? null : findOddity(tally, target, column, own);
  if (found !== null) {
    const speaksOfOutcome = isNamedAfterOutcome(name) || mayNameOutcome(name);
    const { kind, why } = found;
    return { kind, why, verdict: weighLeak({ ...found, speaksOfOutcome }) };
  }
  return isNamedAfterOutcome(name)
    ? {
        kind: 'named-after-outcome',
        why: 'by its name it is known only once a client has left',
        verdict: 'leave-out',
      }
    : null;
}

function findOddity(tally: TableTally, target: TargetChoice, column: number, own: ColumnTally): Found | null {
  const stayed = 2 * target.candidate;
  const groupOf = (counts: readonly number[]): Group => ({
    left: counts[stayed + 1] as number,
    stayed: counts[stayed] as number,
  });
  const all: Group = { left: target.positive.rows, stayed: target.negative.rows };
  const levels = [...own.values.values()].map(({ text, byClass }) => ({ text, ...groupOf(byClass) }));
  const empty = groupOf(own.missingByClass);
  const isMissing = ({ text }: Level): boolean => tally.rules.missing.has(text.trim());
  const missing = levels.filter(isMissing).reduce<Group>(merge, empty);
  const values = levels.filter((level) => !isMissing(level));
  return (
    findCopy(all, own.complete ? [...levels, { text: '', ...empty }] : []) ??
    findAbsence(all, missing) ??
    findFiller(all, missing, values, own) ??
    best(
      all,
      findPureLevel(all, values),
      findGroupedRanking(all, own.complete ? [...levels, empty] : []) ??
        findNumericRanking(tally, target, column, own),
    )
  );
}

/** Of two findings the one for which a column is left out, or else the first. */
function best(all: Group, level: Found | null, ranking: Found | null): Found | null {
  if (level === null || ranking === null || all.left === 0) return level ?? ranking;
  return weighLeak({ ...ranking, speaksOfOutcome: false }) === 'leave-out' ? ranking : level;
}

/** Two values (or one and nothing), each of which is that of one class. */
function findCopy(all: Group, levels: readonly Level[]): Found | null {
  const filled = levels.filter(({ left, stayed }) => left + stayed > 0);
  const [first, second, ...others] = filled;
  if (first === undefined || second === undefined || others.length > 0) return null;
  if (Math.min(all.left, all.stayed) < MIN_COPY_SUPPORT) return null;
  const [ofLeavers, ofStayers] =
    first.left * all.stayed > first.stayed * all.left ? [first, second] : [second, first];
  const covered = ofLeavers.left / all.left;
  if (covered < COPY_LIMIT || ofStayers.stayed / all.stayed < COPY_LIMIT) return null;
  const rows = all.left + all.stayed;
  const same = ofLeavers.left + ofStayers.stayed;
  const pair = `${textOf(ofLeavers)} where the client left, ${textOf(ofStayers)} where it stayed`;
  const where = same === rows ? `all ${rows} rows` : `${same} of ${rows} rows`;
  return {
    kind: 'copy-of-target',
    covered,
    auc: 0,
    why: `it is the target in other words, ${pair}, in ${where}`,
  };
}

/** Values that are there for one class only. */
function findAbsence(all: Group, missing: Group): Found | null {
  const present: Group = { left: all.left - missing.left, stayed: all.stayed - missing.stayed };
  if (rowsOf(missing) > 0 && isPure(all, present, MIN_FILLED)) {
    return {
      kind: 'filled-after-leaving',
      covered: present.left / all.left,
      auc: 0,
      why: `it has values ${onlyFor(present)}, ${ofLeavers(all, present)}`,
    };
  }
  if (isPure(all, missing, MIN_SUPPORT)) {
    return {
      kind: 'empty-for-leavers',
      covered: missing.left / all.left,
      auc: 0,
      why: `it is empty ${onlyFor(missing)}, ${ofLeavers(all, missing)}`,
    };
  }
  const expected = (rowsOf(present) * all.left) / rowsOf(all);
  if (present.left > 0 || expected < MIN_FILLED) return null;
  return {
    kind: 'empty-for-all-leavers',
    covered: present.stayed / all.stayed,
    auc: 0,
    why: `it has values for ${present.stayed} clients that stayed and for none that left`,
  };
}

/** Of the rows of known outcome. */
function onlyFor(group: Group): string {
  return group.stayed === 0
    ? 'only for clients that left'
    : `nearly only for clients that left (${group.left} of ${rowsOf(group)} rows)`;
}

/** Texts of which all but the commonest, a word for "nothing" perhaps, are of leavers. */
function findFiller(all: Group, missing: Group, levels: readonly Level[], own: ColumnTally): Found | null {
  if (own.numbers > 0 || own.distinct < 3 || levels.length === 0) return null;
  const commonest = levels.reduce((held, level) => (rowsOf(level) > rowsOf(held) ? level : held));
  const others: Group = {
    left: all.left - missing.left - commonest.left,
    stayed: all.stayed - missing.stayed - commonest.stayed,
  };
  if (!isPure(all, others, MIN_SUPPORT)) return null;
  return {
    kind: 'filled-for-leavers',
    covered: others.left / all.left,
    auc: 0,
    why: `it has values other than ${textOf(commonest)} ${onlyFor(others)}, ${ofLeavers(all, others)}`,
  };
}

/** The most frequent of the values that nearly only those who left have. */
function findPureLevel(all: Group, levels: readonly Level[]): Found | null {
  const pure = levels.filter((one) => isPure(all, one, MIN_SUPPORT));
  const [first] = pure.sort((a, b) => b.left - a.left);
  if (first === undefined) return null;
  const { left } = first;
  const more = pure.length === 1 ? '' : `; ${pure.length - 1} more of its values are like it`;
  return {
    kind: 'value-of-leavers',
    covered: left / all.left,
    auc: 0,
    why: `${shareText(first)} with ${textOf(first)} left, ${percent(left / all.left)} of all who left${more}`,
  };
}

/**
 * Whether nearly all rows of the group are of leavers: more than 99 %, and so many rows that the lower bound of that
 * share (Wilson 1927, four standard errors) is above the share of all rows.
 */
function isPure(all: Group, group: Group, support: number): boolean {
  const rows = rowsOf(group);
  if (rows < support || group.left <= PURITY_LIMIT * rows || all.left >= 0.9 * rowsOf(all)) return false;
  const share = group.left / rows;
  const zz = GROUP_Z ** 2 / rows;
  const spread = GROUP_Z * Math.sqrt((share * (1 - share) + zz / 4) / rows);
  return (share + zz / 2 - spread) / (1 + zz) > all.left / rowsOf(all);
}

/** Groups in the order of their share of leavers, as if a model had learnt each of them. */
function findGroupedRanking(all: Group, groups: readonly Group[]): Found | null {
  const filled = groups.filter((group) => rowsOf(group) > 0);
  if (filled.length < 2 || Math.min(all.left, all.stayed) < MIN_SUPPORT) return null;
  const large = filled.length === 2 ? filled : filled.filter((group) => rowsOf(group) >= MIN_SUPPORT);
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

/** The numbers of the sample as scores. */
function findNumericRanking(
  tally: TableTally,
  target: TargetChoice,
  column: number,
  own: ColumnTally,
): Found | null {
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
  return Math.min(ranked.positives, ranked.negatives) < MIN_SUPPORT ? null : tooGood(rocAucScore(ranked));
}

function tooGood(auc: number): Found | null {
  const better = Math.max(auc, 1 - auc);
  if (!(better > AUC_LIMIT)) return null;
  return {
    kind: 'ranks-too-well',
    covered: 0,
    auc: better,
    why: `by itself it tells those who left from those who stayed nearly without error (ROC AUC ${better.toFixed(3)})`,
  };
}

function merge(a: Group, b: Group): Group {
  return { left: a.left + b.left, stayed: a.stayed + b.stayed };
}

function rowsOf({ left, stayed }: Group): number {
  return left + stayed;
}

function shareOf(group: Group): number {
  return rowsOf(group) === 0 ? 0 : group.left / rowsOf(group);
}

function ofLeavers(all: Group, { left }: Group): string {
  return left === all.left ? 'and for all of them' : `for ${percent(left / all.left)} of all who left`;
}

function shareText(group: Group): string {
  const rows = rowsOf(group);
  return group.stayed === 0 ? `all ${rows} rows` : `${percent(group.left / rows)} of the ${rows} rows`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function textOf({ text }: Level): string {
  if (text === '') return 'nothing';
  return `"${text.length > 40 ? `${text.slice(0, 40)}...` : text}"`;
}
