/** Whether a number of the sample tells who leaves. */
import { chiSquareTail } from '../math/chi-square.ts';
import { rankScores } from '../metrics/ranked-scores.ts';
import { rocAucScore } from '../metrics/ranking.ts';
import type { TableTally } from './table-tally.ts';
import type { TargetChoice } from './target-choice.ts';

/** Rows of the smaller class that a finding needs. */
const SUPPORT = 20;
/** A date so far ahead says that there is none, as 9999-12-31 does. */
const NEVER_DAYS = 36_525;
/** Chance of a difference between months where there is none. */
const MONTH_ALPHA = 0.001;

/** 1 left, 0 stayed, NaN neither, of each row of the sample. */
export function labelsOf(tally: TableTally, target: TargetChoice): Float64Array {
  const candidate = tally.candidates[target.candidate];
  return Float64Array.from(tally.sample, (row) => {
    const label = candidate === undefined ? -1 : tally.classOf(candidate, row[target.column] ?? '');
    return label < 0 ? Number.NaN : label;
  });
}

/** Distance of the ROC AUC of the values from 1/2, over rows with both; NaN where there are too few. */
export function strengthOf(labels: Float64Array, values: Float64Array): number {
  const rows = rowsWithBoth(labels, values);
  const ranked = rankScores(
    rows.map((row) => labels[row] as number),
    rows.map((row) => values[row] as number),
  );
  if (Math.min(ranked.positives, ranked.negatives) < SUPPORT) return Number.NaN;
  return Math.abs(rocAucScore(ranked) - 0.5);
}

/**
 * Whether a date is that on which clients leave, filled in on earlier rows too: nearly all rows of those who left have
 * it, it is past in nearly none of those who stayed, and of these some have none. `since`: days since it.
 */
export function isDayOfLeaving(labels: Float64Array, since: Float64Array): boolean {
  const rowsOf = (label: number) => since.filter((_, row) => labels[row] === label);
  const [stayed, left] = [rowsOf(0), rowsOf(1)];
  if (Math.min(stayed.length, left.length) < SUPPORT) return false;
  const has = (days: number) => days > -NEVER_DAYS;
  const share = (days: Float64Array, is: (days: number) => boolean) => days.filter(is).length / days.length;
  return share(left, has) > 0.98 && share(stayed, (days) => days > 0) < 0.02 && share(stayed, has) < 0.9;
}

/** Whether the share of leavers differs by month beyond chance: a chi-square test at 0.001. */
export function differsByMonth(labels: Float64Array, months: Float64Array): boolean {
  const rows = rowsWithBoth(labels, months);
  const left = new Float64Array(12);
  const all = new Float64Array(12);
  for (const row of rows) {
    const month = (months[row] as number) - 1;
    all[month] = (all[month] as number) + 1;
    left[month] = (left[month] as number) + (labels[row] as number);
  }
  const share = left.reduce((sum, count) => sum + count, 0) / rows.length;
  const rarer = Math.min(share, 1 - share);
  // The usual rule for the test; months without a row do not count.
  const seen = [...all.keys()].filter((month) => (all[month] as number) > 0);
  if (seen.length < 2 || seen.some((month) => (all[month] as number) * rarer < 5)) return false;
  const statistic = seen.reduce((sum, month) => {
    const expected = (all[month] as number) * share;
    return sum + ((left[month] as number) - expected) ** 2 / (expected * (1 - share));
  }, 0);
  return chiSquareTail(statistic, seen.length - 1) < MONTH_ALPHA;
}

function rowsWithBoth(labels: Float64Array, values: Float64Array): number[] {
  return Array.from(labels.keys()).filter(
    (row) => !Number.isNaN(labels[row]) && Number.isFinite(values[row]),
  );
}
