/** Two models on the same labelled rows: differences of F1, ROC AUC and Brier score that the pairing sharpens. */
import { TidewatchError } from '../../../base/errors.ts';
import { createRandom } from '../../../base/random.ts';
import { twoSidedStudentTail, twoSidedT } from '../../math/student.ts';
import { meanEstimate, symmetricT, tooFewOf } from '../../metrics/interval.ts';
import { addToMoments, readMoments, startMoments } from '../../metrics/sample-moments.ts';
import { type PairedAuc, pairedAuc } from './delong.ts';
import { jointOutcomes, rightAlone } from './joint-outcomes.ts';
import { type McNemar, mcnemar } from './mcnemar.ts';
import { type PairedDifference, pairedF1 } from './paired-f1.ts';

export interface PairedOptions {
  /** Seed of the bootstrap. */
  readonly seed: number;
  /** Intervals are of level 1 - alpha. */
  readonly alpha: number;
}

export interface PairedComparison {
  /** Labelled rows. */
  readonly rows: number;
  readonly positives: number;
  readonly alpha: number;
  /** Challenger less champion; null where the rows do not define it. Higher is better. */
  readonly f1: PairedDifference | null;
  /** Higher is better; by DeLong's test. */
  readonly rocAuc: PairedDifference | null;
  /** Lower is better; by the paired t test with the skewness taken out. */
  readonly brier: PairedDifference | null;
  /** Of accuracy, as information: the rows on which one was right alone. */
  readonly mcnemar: McNemar & { readonly championAlone: number; readonly challengerAlone: number };
}

/**
 * Compares champion and challenger on the same rows; those without a label (1, 0) are left out. Equal arguments
 * give equal bits. Errors: `value-invalid` where lengths differ or a labelled row has a probability that is NaN.
 */
export function comparePaired(
  labels: Float64Array,
  champion: Float64Array,
  championThreshold: number,
  challenger: Float64Array,
  challengerThreshold: number,
  { seed, alpha }: PairedOptions,
): PairedComparison {
  checkPaired(labels, champion, challenger);
  const kept = labelledOnly(labels, champion, challenger);
  const cells = jointOutcomes(
    kept.labels,
    kept.champion,
    championThreshold,
    kept.challenger,
    challengerThreshold,
  );
  const alone = rightAlone(cells);
  const positives = kept.labels.reduce((count, label) => count + label, 0);
  const few = tooFewOf(positives, kept.labels.length - positives) !== null;
  const known = (of: PairedDifference | null): PairedDifference | null =>
    of === null || !few ? of : { ...of, low: null, high: null };
  return {
    rows: kept.labels.length,
    positives,
    alpha,
    f1: known(pairedF1(cells, alpha, createRandom(seed))),
    rocAuc: known(aucDifference(pairedAuc(kept.labels, kept.champion, kept.challenger), alpha)),
    brier: known(brierDifference(kept.labels, kept.champion, kept.challenger, alpha)),
    mcnemar: {
      ...mcnemar(alone.champion, alone.challenger),
      championAlone: alone.champion,
      challengerAlone: alone.challenger,
    },
  };
}

/** Error `value-invalid` where the lengths differ or a labelled row has a probability that is NaN. */
export function checkPaired(labels: Float64Array, champion: Float64Array, challenger: Float64Array): void {
  const lengths = [labels.length, champion.length, challenger.length];
  if (new Set(lengths).size > 1) {
    throw new TidewatchError(
      'value-invalid',
      `${lengths[0]} labels came with ${lengths[1]} probabilities of the champion and ${lengths[2]} of the ` +
        'challenger: expected one of each a row.',
    );
  }
  const row = labels.findIndex(
    (label, i) =>
      (label === 1 || label === 0) &&
      (Number.isNaN(champion[i] as number) || Number.isNaN(challenger[i] as number)),
  );
  if (row === -1) return;
  throw new TidewatchError(
    'value-invalid',
    `A probability of row ${row + 1} is not a number (champion ${champion[row]}, challenger ${challenger[row]}): ` +
      'expected one from 0 to 1. The features of that row may be missing.',
  );
}

function labelledOnly(labels: Float64Array, champion: Float64Array, challenger: Float64Array) {
  const known = labels.map((label) => (label === 1 || label === 0 ? 1 : 0));
  if (!known.includes(0)) return { labels, champion, challenger };
  const keep = (values: Float64Array): Float64Array => values.filter((_, row) => known[row] === 1);
  return { labels: keep(labels), champion: keep(champion), challenger: keep(challenger) };
}

/** Difference of ROC AUC with the interval and the test of DeLong, by Student's t. */
function aucDifference(measured: PairedAuc | null, alpha: number): PairedDifference | null {
  if (measured === null) return null;
  const { error, degrees, ...values } = measured;
  const half = twoSidedT(1 - alpha, degrees) * error;
  return {
    ...values,
    low: values.difference - half,
    high: values.difference + half,
    pValue: values.difference === 0 ? 1 : twoSidedStudentTail(values.difference / error, degrees),
  };
}

/**
 * Difference of Brier scores; null for fewer than two rows. Interval and test are those of a mean of differences of
 * row losses with their skewness taken out (Hall 1992, see `meanEstimate`), so that they agree.
 */
function brierDifference(
  labels: Float64Array,
  champion: Float64Array,
  challenger: Float64Array,
  alpha: number,
): PairedDifference | null {
  const rows = labels.length;
  if (rows < 2) return null;
  let [old, young] = [0, 0];
  const sums = startMoments();
  for (let i = 0; i < rows; i++) {
    const lossOld = ((champion[i] as number) - (labels[i] as number)) ** 2;
    const lossYoung = ((challenger[i] as number) - (labels[i] as number)) ** 2;
    old += lossOld;
    young += lossYoung;
    addToMoments(sums, lossYoung - lossOld);
  }
  const moments = readMoments(sums);
  const { low, high } = meanEstimate(moments, 1 - alpha);
  const t = (moments.mean / moments.deviation) * Math.sqrt(rows);
  const pValue =
    moments.mean === 0 ? 1 : twoSidedStudentTail(symmetricT(t, moments.skewness / Math.sqrt(rows)), rows - 1);
  return { champion: old / rows, challenger: young / rows, difference: moments.mean, low, high, pValue };
}
