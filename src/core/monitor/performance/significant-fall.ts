/** The rule `significant`: has F1 fallen by more than chance explains, looked at once? */
import { twoSidedZ } from '../../math/normal.ts';
import { normalTail } from '../../math/normal-tail.ts';
import { f1Estimate, f1Score } from '../../metrics/classification.ts';
import type { ConfusionCounts } from '../../statistics/confusion.ts';
import { scoreText } from '../score-text.ts';
import type { DriftVerdict } from './drift-verdict.ts';
import type { Interval } from './share-sequence.ts';

export interface SignificantOptions {
  /** Chance of a false alarm at one look. */
  readonly alpha: number;
  /** Fall of F1 that nobody needs to hear of. */
  readonly tolerance: number;
}

export interface SignificantVerdict extends DriftVerdict {
  readonly rule: 'significant';
  /** New F1 less deployed F1, with the interval of level 1 - 2 alpha, whose upper end decides. */
  readonly difference: (Interval & { readonly value: number; readonly level: number }) | null;
  readonly pValue: number | null;
}

/** p-values below some 1e-9 are not told apart. */
const LARGEST_Z = 6;
const STEPS = 50;
/** Rows that are wrong beyond which no more are asked for. */
const MAX_ROWS = 2 ** 30;

/**
 * Compares the F1 of the deployed model on its held-out rows with that on new rows, two independent samples. The
 * interval of the difference joins those of both F1 (Wilson's of the Jaccard index, see `f1Estimate`) by the
 * square-and-add rule of Newcombe (Statistics in Medicine 17, 1998; MOVER); drift when its upper end is below
 * -tolerance. The p-value is the least alpha at which that is so. Rows so few that even all of them wrong would
 * not do are said to be too few.
 */
export function significantFall(
  deployed: ConfusionCounts,
  current: ConfusionCounts,
  { alpha, tolerance }: SignificantOptions,
): SignificantVerdict {
  const rows = rowsOf(current);
  const pair = { deployed, current };
  const known = relevant(deployed) > 0 && relevant(current) > 0;
  const pValue = known ? fallPValue(pair, tolerance) : null;
  const level = 1 - 2 * alpha;
  const value = f1Score(current) - f1Score(deployed);
  const verdict = {
    rule: 'significant' as const,
    drift: pValue !== null && pValue < alpha,
    observed: relevant(current) > 0 ? f1Score(current) : null,
    expected: relevant(deployed) > 0 ? f1Score(deployed) : null,
    statistic: pValue,
    threshold: alpha,
    rows,
    difference: known ? { value, ...differenceInterval(pair, twoSidedZ(level)), level } : null,
    pValue,
  };
  const leastWrong = leastWrongRows(deployed, { alpha, tolerance });
  const tooFew = leastWrong === null || relevant(current) < leastWrong;
  const rowsNeeded = tooFew ? allRowsFor(leastWrong, pair) : null;
  return { ...verdict, rowsNeeded, reason: reasonOf(verdict, tooFew, rowsNeeded, deployed, tolerance) };
}

interface Pair {
  readonly deployed: ConfusionCounts;
  readonly current: ConfusionCounts;
}

function rowsOf({ tn, fp, fn, tp }: ConfusionCounts): number {
  return tn + fp + fn + tp;
}

function relevant({ tp, fp, fn }: ConfusionCounts): number {
  return tp + fp + fn;
}

/** Square-and-add interval of current less deployed F1, at z standard errors. */
function differenceInterval({ deployed, current }: Pair, z: number): Interval {
  const level = 1 - 2 * normalTail(z);
  const [was, is] = [f1Estimate(deployed, level), f1Estimate(current, level)];
  if (was === null || is === null) return { low: -1, high: 1 };
  const difference = is.value - was.value;
  return {
    low: difference - Math.hypot(is.value - is.low, was.high - was.value),
    high: difference + Math.hypot(is.high - is.value, was.value - was.low),
  };
}

/** The least alpha at which the upper end of the interval is below -tolerance. */
function fallPValue(pair: Pair, tolerance: number): number {
  const fallen = f1Score(pair.current) - f1Score(pair.deployed) < -tolerance;
  const beyond = (z: number): boolean => {
    const { low, high } = differenceInterval(pair, z);
    return fallen ? high < -tolerance : low > -tolerance;
  };
  let [inside, outside] = [0, LARGEST_Z];
  for (let step = 0; step < STEPS; step++) {
    const middle = (inside + outside) / 2;
    if (beyond(middle)) inside = middle;
    else outside = middle;
  }
  const tail = normalTail(inside);
  return fallen ? tail : 1 - tail;
}

/** How many rows, all of them wrong, are a significant fall; null where no number is: the baseline is too small. */
function leastWrongRows(deployed: ConfusionCounts, { alpha, tolerance }: SignificantOptions): number | null {
  const z = twoSidedZ(1 - 2 * alpha);
  const significant = (wrong: number): boolean => {
    const current = { tp: 0, fp: 0, fn: wrong, tn: 0 };
    return differenceInterval({ deployed, current }, z).high < -tolerance;
  };
  if (relevant(deployed) === 0 || !significant(MAX_ROWS)) return null;
  let [few, enough] = [0, MAX_ROWS];
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (significant(middle)) enough = middle;
    else few = middle;
  }
  return enough;
}

/** Rows of all kinds among which so many are not true negatives, by the share seen so far. */
function allRowsFor(wanted: number | null, { deployed, current }: Pair): number | null {
  if (wanted === null) return null;
  const seen = relevant(current) > 0 ? current : deployed;
  return Math.ceil((wanted * rowsOf(seen)) / relevant(seen));
}

function reasonOf(
  { drift, observed, expected, rows, pValue, threshold }: Omit<SignificantVerdict, 'reason' | 'rowsNeeded'>,
  tooFew: boolean,
  rowsNeeded: number | null,
  deployed: ConfusionCounts,
  tolerance: number,
): string {
  if (rowsNeeded === null && tooFew) {
    return (
      `The deployed score comes from ${rowsOf(deployed)} rows, of which ${relevant(deployed)} bear on F1: too few ` +
      'for any fall to be significant. Score the model on more held-out rows.'
    );
  }
  if (observed === null || tooFew) {
    return `${rows} new labelled rows are too few to tell a fall from chance; about ${rowsNeeded} would do.`;
  }
  const fall = `F1 ${scoreText(observed)} on ${rows} new rows, against ${expected === null ? 'none' : scoreText(expected)} deployed`;
  const p = `p = ${(pValue ?? 1).toPrecision(2)}, limit ${threshold}`;
  return drift
    ? `${fall}, is lower by more than ${tolerance} and than chance explains (${p}): the model has drifted.`
    : `${fall}, is not lower by more than ${tolerance} and than chance explains (${p}): no drift.`;
}
