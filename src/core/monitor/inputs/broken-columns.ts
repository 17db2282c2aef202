/** Faults of a feed that no change of the clients explains: a column that is missing, constant, in another unit. */

import type {
  CategoricalReference,
  ColumnReference,
  NumericReference,
} from '../../document/drift-reference.ts';
import { fisherGreater } from '../../math/fisher-exact.ts';
import type { ColumnTally } from './column-counter.ts';
import { precedenceTest } from './exact-shift.ts';
import type { InputAlarm } from './input-alarm.ts';

/** What the bins of a numeric column do not tell of its new values. */
export interface NumericSummary {
  /** Of the finite values. */
  readonly median: number;
  /** The value that all of them have; null: they differ. */
  readonly only: number | null;
}

/** One exact test of a fault. */
export interface Fault {
  readonly kind: Exclude<InputAlarm['kind'], 'shifted'>;
  readonly p: number;
  /** What has happened, in words, for a sentence that starts with the column; `rows` names the rows, with their count. */
  readonly says: (rows: string) => string;
}

/** Tests of a column, each of which may alarm: missing, constant, and the values themselves. */
export const FAULT_TESTS = 3;

/** Share of the rows by which a fault must be more than in training. */
const LARGE = 1 / 3;
/** Share of the training rows that had another value than the only one now. */
const VARIED = 1 / 20;
/** Share of the values outside the range of training. */
const MOSTLY = 1 / 2;
/** Ratio of medians from which another unit is likelier than other clients, and the share of training values that the
 * new median must be past: where values spread over decades a ratio alone says little. */
const SCALED = 8;
const PAST = 0.9;
/** Ratios that units have to each other, and how near a ratio must come to be called so. */
const RATIOS = [10, 12, 24, 30, 52, 60, 100, 365, 1000, 3600, 10_000, 86_400, 1e6, 1e9];
const NEAR = 1.15;
const NAMED = 3;
/** p of a shift below which the values themselves are worth reading. */
const WORTH_READING = 0.01;

/** Whether `findFaults` needs the summary of a numeric column: its new values all lie in one bin, or elsewhere. */
export function needsSummary(reference: ColumnReference, tally: ColumnTally): boolean {
  if (reference.kind !== 'numeric' || tally.kind !== 'numeric') return false;
  const bins = tally.counts.filter((count) => count > 0).length;
  return bins === 1 || (bins > 1 && precedenceTest(reference, tally.counts) < WORTH_READING);
}

/**
 * The faults that are large enough to be one, each with the p-value of its exact test:
 * - `missing`: the share without a value has risen by a third of the rows (Fisher's test, one-sided);
 * - `constant`: all values are the same, while a twentieth of the training rows had another one (Fisher's test for that
 *   value, Bonferroni over all that it could have been);
 * - `unit`: the median is 8 times as large or as small, and past nine tenths of the training values (precedence test);
 * - `outside`: half of the values lie outside the range of training (precedence test);
 * - `unseen`: the share of levels that training did not list has risen by a third of the rows (Fisher's test).
 * @param summary of a numeric column's new values; null where it was not read: then `constant` and `unit` are not seen.
 */
export function findFaults(
  reference: ColumnReference,
  tally: ColumnTally,
  rows: number,
  summary: NumericSummary | null,
): readonly Fault[] {
  if (reference.rows === 0 || rows === 0) return [];
  const missing = missingFault(reference, tally, rows);
  const present = rows - tally.missing;
  if (present === 0 || reference.rows === reference.missing) return missing;
  const constant = constantFault(reference, tally, present, summary);
  if (constant.length > 0) return [...missing, ...constant];
  if (reference.kind === 'numeric' && tally.kind === 'numeric') {
    return [...missing, ...valueFault(reference, tally, present, summary)];
  }
  return [...missing, ...unseenFault(reference as CategoricalReference, tally, rows)];
}

/** The least p that any number of faulty rows can have: that of a column which is missing in all of them. */
export function leastFaultP(reference: ColumnReference, rows: number): number {
  return reference.rows === 0 || rows === 0
    ? 1
    : fisherGreater(
        { successes: rows, trials: rows },
        { successes: reference.missing, trials: reference.rows },
      );
}

function missingFault(reference: ColumnReference, { missing }: ColumnTally, rows: number): Fault[] {
  const before = reference.missing / reference.rows;
  if (missing / rows - before < LARGE) return [];
  const p = fisherGreater(
    { successes: missing, trials: rows },
    { successes: reference.missing, trials: reference.rows },
  );
  return [
    {
      kind: 'missing',
      p,
      says: (named) => `is missing in ${part(missing, rows, named)} (${percent(before)} in training)`,
    },
  ];
}

function constantFault(
  reference: ColumnReference,
  tally: ColumnTally,
  present: number,
  summary: NumericSummary | null,
): Fault[] {
  const only = tally.kind === 'numeric' ? (summary?.only ?? null) : onlyLevel(reference, tally);
  if (only === null) return [];
  const known = reference.rows - reference.missing;
  // Of numbers those in its bin, which are no fewer than those that equal it.
  const bin = tally.counts.findIndex((count) => count > 0);
  const equal = reference.counts[bin] ?? 0;
  const others = 1 - equal / known;
  if (others < VARIED) return [];
  const values = reference.counts.filter((count) => count > 0).length + 1;
  const p = fisherGreater({ successes: present, trials: present }, { successes: equal, trials: known });
  const text = typeof only === 'string' ? `"${only}"` : digits(only);
  return [
    {
      kind: 'constant',
      p: Math.min(1, values * p),
      says: (named) => `is ${text} in all ${named}; ${percent(others)} of the training rows had other values`,
    },
  ];
}

function onlyLevel(reference: ColumnReference, tally: ColumnTally): string | null {
  if (reference.kind === 'numeric' || tally.kind === 'numeric') return null;
  const seen = tally.counts.flatMap((count, level) => (count > 0 ? (reference.levels[level] ?? '') : []));
  const unseen = tally.unseen.levels.map(([level]) => level);
  const all = [...seen, ...unseen];
  return all.length === 1 ? (all[0] as string) : null;
}

function valueFault(
  reference: NumericReference,
  tally: Extract<ColumnTally, { kind: 'numeric' }>,
  present: number,
  summary: NumericSummary | null,
): Fault[] {
  const { range } = reference;
  if (range === null) return [];
  const [below, above] = [tally.counts[0] ?? 0, tally.counts.at(-1) ?? 0];
  const p = precedenceTest(reference, tally.counts);
  const usual = medianOf(reference);
  if (summary !== null && usual !== null && summary.median * usual > 0) {
    const ratio = summary.median / usual;
    const reached = shareUpTo(reference, summary.median);
    if (Math.max(ratio, 1 / ratio) >= SCALED && (summary.median > usual ? reached : 1 - reached) >= PAST) {
      const medians = `median ${digits(summary.median)} against ${digits(usual)}`;
      return [
        {
          kind: 'unit',
          p,
          says: (named) => `is ${ratioText(ratio)} as in training (${medians}; ${named}): another unit?`,
        },
      ];
    }
  }
  const outside = Math.max(below, above);
  if (outside / present < MOSTLY) return [];
  const spread = `training has ${digits(range.min)} to ${digits(range.max)}`;
  const farthest = above >= below ? tally.highest : tally.lowest;
  const seen = farthest === null ? '' : ` (${above >= below ? 'up' : 'down'} to ${digits(farthest)})`;
  const side = above >= below ? 'above' : 'below';
  return [
    {
      kind: 'outside',
      p,
      says: (named) =>
        `lies ${side} the range of training in ${part(outside, present + tally.missing, named)}${seen}: ${spread}`,
    },
  ];
}

function unseenFault(reference: CategoricalReference, tally: ColumnTally, rows: number): Fault[] {
  if (tally.kind === 'numeric') return [];
  const { unseen } = tally;
  const expected = reference.pooled.rows + reference.singletons;
  const present = rows - tally.missing;
  if (unseen.rows / present - expected / (reference.rows - reference.missing) < LARGE) return [];
  const p = fisherGreater(
    { successes: unseen.rows, trials: present },
    { successes: expected, trials: reference.rows - reference.missing },
  );
  const names = [...unseen.levels]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, NAMED)
    .map(([level]) => `"${level}"`);
  return [
    {
      kind: 'unseen',
      p,
      says: (named) =>
        `has levels that training did not have in ${part(unseen.rows, rows, named)} (${names.join(', ')}): other words?`,
    },
  ];
}

/** The value that half of the training values do not exceed: the end of its bin, or between its ends. */
function medianOf({ range, edges, counts, atoms }: NumericReference): number | null {
  if (range === null) return null;
  const half = counts.slice(1, -1).reduce((sum, count) => sum + count, 0) / 2;
  let upTo = 0;
  for (const [bin, edge] of edges.entries()) {
    const inBin = counts[bin + 1] ?? 0;
    if (upTo + inBin >= half) {
      const from = bin === 0 ? range.min : (edges[bin - 1] as number);
      return atoms || inBin === 0 ? edge : from + ((edge - from) * (half - upTo)) / inBin;
    }
    upTo += inBin;
  }
  return range.max;
}

/** Share of the training values up to `value`, to the width of a bin. */
function shareUpTo({ edges, counts }: NumericReference, value: number): number {
  const all = counts.reduce((sum, count) => sum + count, 0);
  const bins = edges.filter((edge) => edge <= value).length;
  const upTo = counts.slice(0, bins + 1).reduce((sum, count) => sum + count, 0);
  return all === 0 ? 0 : upTo / all;
}

function ratioText(ratio: number): string {
  const size = Math.max(ratio, 1 / ratio);
  const off = (each: number) => Math.max(each / size, size / each);
  const usual = RATIOS.reduce((best, each) => (off(each) < off(best) ? each : best));
  const times = off(usual) <= NEAR ? usual.toLocaleString('en-US') : digits(Number(size.toPrecision(2)));
  return `about ${times} times as ${ratio > 1 ? 'large' : 'small'}`;
}

/** "all 150 new rows" or "60 (40.0 %) of 150 new rows". */
function part(count: number, rows: number, named: string): string {
  return count === rows ? `all ${named}` : `${count} (${percent(count / rows)}) of ${named}`;
}

function percent(share: number): string {
  return share === 0 || share === 1 ? `${100 * share} %` : `${(100 * share).toFixed(1)} %`;
}

function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9 || (size > 0 && size < 1e-3)) return value.toPrecision(3);
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
