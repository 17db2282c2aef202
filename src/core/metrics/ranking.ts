/**
 * How well scores rank those who leave above those who stay. Names are scikit-learn's: a `*_score` is good when
 * it is high.
 */

import type { BoundedEstimate } from '../document/document.ts';
import { logit, sigmoid } from '../math/sigmoid.ts';
import { logitEstimate, pooledDegrees, wilsonEstimate } from './interval.ts';
import type { RankedScores } from './ranked-scores.ts';

/**
 * Area under the ROC curve: the chance that a random positive scores above a random negative, ties counting
 * half (mid-ranks). NaN where a class is absent.
 */
export function rocAucScore(ranked: RankedScores): number {
  return placements(ranked).auc;
}

/**
 * ROC AUC with the interval of DeLong, DeLong and Clarke-Pearson (1988) on the logit scale, in O(n log n) as Sun
 * and Xu (2014), with the degrees of freedom of Brunner and Munzel (Biometrical Journal 42, 2000). On few rows near 1
 * that variance is too small more often than not, so A (1 - A) / (2 m^2) is added, m the rows of the smaller class
 * (found by measuring: docs/benchmarks/estimates.md, "Intervals"). Where the ranking is without error (or wholly wrong) the
 * variance is 0; then Wilson's interval with m trials stands in. null where a class is absent.
 */
export function rocAucEstimate(ranked: RankedScores, level: number): BoundedEstimate | null {
  const { positives, negatives } = ranked;
  if (positives === 0 || negatives === 0) return null;
  const { auc, variance, degrees } = placements(ranked);
  const rows = positives + negatives;
  const smaller = Math.min(positives, negatives);
  if (variance > 0 && auc > 0 && auc < 1) {
    const error = Math.sqrt(variance + (auc * (1 - auc)) / (2 * smaller * smaller));
    return logitEstimate(auc, error, rows, level, degrees);
  }
  const bound = wilsonEstimate(auc * smaller, smaller, level);
  return bound === null ? null : { ...bound, value: auc, rows };
}

/** AUC and DeLong's variance of it with its degrees of freedom, from the share of the other class that each row outranks. */
export function placements(ranked: RankedScores): {
  readonly auc: number;
  readonly variance: number;
  readonly degrees: number;
} {
  const { truePositives, falsePositives, positives, negatives } = ranked;
  let sum = 0;
  let [tpBefore, fpBefore] = [0, 0];
  for (let k = 0; k < truePositives.length; k++) {
    const [tp, fp] = [truePositives[k] as number, falsePositives[k] as number];
    sum += (tp - tpBefore) * (negatives - (fp + fpBefore) / 2);
    [tpBefore, fpBefore] = [tp, fp];
  }
  const auc = sum / positives / negatives;
  let [ofPositives, ofNegatives] = [0, 0];
  [tpBefore, fpBefore] = [0, 0];
  for (let k = 0; k < truePositives.length; k++) {
    const [tp, fp] = [truePositives[k] as number, falsePositives[k] as number];
    const beaten = (negatives - (fp + fpBefore) / 2) / negatives - auc;
    const outranking = (tp + tpBefore) / 2 / positives - auc;
    ofPositives += (tp - tpBefore) * beaten * beaten;
    ofNegatives += (fp - fpBefore) * outranking * outranking;
    [tpBefore, fpBefore] = [tp, fp];
  }
  const part = (squares: number, rows: number) => (rows > 1 ? squares / (rows - 1) / rows : 0);
  const [first, second] = [part(ofPositives, positives), part(ofNegatives, negatives)];
  const few = Math.min(positives, negatives) < 2;
  const degrees = few ? 1 : pooledDegrees(first, positives, second, negatives);
  return { auc, variance: first + second, degrees };
}

/**
 * Average precision: the sum over distinct scores of precision times the gain in recall, without interpolation.
 * 0 where there is no positive row, as scikit-learn.
 */
export function averagePrecisionScore({ truePositives, falsePositives, positives }: RankedScores): number {
  if (positives === 0) return 0;
  let sum = 0;
  let before = 0;
  for (let k = 0; k < truePositives.length; k++) {
    const tp = truePositives[k] as number;
    sum += ((tp - before) * tp) / (tp + (falsePositives[k] as number));
    before = tp;
  }
  return sum / positives;
}

/**
 * Average precision with an interval on the logit scale. Its variance is that of the influence of each row (the
 * infinitesimal jackknife, Efron 1982), by class. Average precision counts each positive among the rows that it is
 * ranked with, which on few rows flatters: taken among the other rows alone it errs about as far to the other side.
 * So the two ends start a third and two thirds of the way between both values (measured: docs/benchmarks/estimates.md,
 * "Intervals"). null where there is no positive row.
 */
export function averagePrecisionEstimate(ranked: RankedScores, level: number): BoundedEstimate | null {
  const { positives, negatives } = ranked;
  const value = averagePrecisionScore(ranked);
  const rows = positives + negatives;
  if (value > 0 && value < 1 && positives > 1 && negatives > 1) {
    const { variance, degrees, among } = precisionInfluence(ranked, value);
    const { low, high } = logitEstimate(value, Math.sqrt(variance), rows, level, degrees);
    const away = Math.min(0, logit(Math.max(1e-9, Math.min(1 - 1e-9, among))) - logit(value));
    return {
      value,
      low: shifted(low, (2 * away) / 3),
      high: Math.max(value, shifted(high, away / 3)),
      level,
      rows,
    };
  }
  const bound = wilsonEstimate(value * positives, positives, level);
  return bound === null ? null : { ...bound, value, rows };
}

/** The probability whose logit is `by` greater. */
function shifted(probability: number, by: number): number {
  return sigmoid(logit(probability) + by);
}

/**
 * Variance of average precision by the influence of rows: a positive adds its precision and raises that of the
 * positives ranked at or below it, a negative lowers theirs. `among`: the mean precision of positives among the other
 * rows. Two passes over the distinct scores.
 */
function precisionInfluence(ranked: RankedScores, value: number) {
  const { truePositives, falsePositives, positives, negatives } = ranked;
  let [raised, lowered, ofPositives, ofNegatives, among] = [0, 0, 0, 0, 0];
  for (let k = truePositives.length - 1; k >= 0; k--) {
    const [tp, fp] = [truePositives[k] as number, falsePositives[k] as number];
    const here = tp - (k === 0 ? 0 : (truePositives[k - 1] as number));
    const others = fp - (k === 0 ? 0 : (falsePositives[k - 1] as number));
    const flagged = tp + fp;
    raised += (here * fp) / flagged / flagged;
    lowered += (here * tp) / flagged / flagged;
    ofPositives += here * (tp / flagged - value + raised) ** 2;
    ofNegatives += others * lowered * lowered;
    if (here > 0) {
      const precision =
        flagged > 1 ? (tp - 1) / (flagged - 1) : (positives - 1) / (positives + negatives - 1);
      among += here * precision;
    }
  }
  const first = ofPositives / positives / (positives - 1);
  const second = (ofNegatives * negatives) / (negatives - 1) / positives / positives;
  return {
    variance: first + second,
    degrees: pooledDegrees(first, positives, second, negatives),
    among: among / positives,
  };
}
