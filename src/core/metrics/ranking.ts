/**
 * How well scores rank those who leave above those who stay. Names are scikit-learn's: a `*_score` is good when
 * it is high.
 */
import type { Estimate } from '../models/document.ts';
import { logitEstimate, wilsonEstimate } from './interval.ts';
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
 * and Xu (2014). Where the ranking is without error (or wholly wrong) that variance is 0; then Wilson's interval
 * with the rows of the smaller class as trials stands in. null where a class is absent.
 */
export function rocAucEstimate(ranked: RankedScores, level: number): Estimate | null {
  const { positives, negatives } = ranked;
  if (positives === 0 || negatives === 0) return null;
  const { auc, variance } = placements(ranked);
  const rows = positives + negatives;
  if (variance > 0 && auc > 0 && auc < 1) return logitEstimate(auc, Math.sqrt(variance), rows, level);
  const trials = Math.min(positives, negatives);
  const bound = wilsonEstimate(auc * trials, trials, level);
  return bound === null ? null : { ...bound, value: auc, rows };
}

/** AUC and DeLong's variance of it, from the share of the other class that each row outranks. */
export function placements(ranked: RankedScores): { auc: number; variance: number } {
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
  return { auc, variance: part(ofPositives, positives) + part(ofNegatives, negatives) };
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
 * Average precision with the logit interval of Boyd, Eng and Page (2013), whose effective number of trials is
 * that of the positives. null where there is no positive row.
 */
export function averagePrecisionEstimate(ranked: RankedScores, level: number): Estimate | null {
  const { positives, negatives } = ranked;
  const value = averagePrecisionScore(ranked);
  const rows = positives + negatives;
  if (value > 0 && value < 1) {
    return logitEstimate(value, Math.sqrt((value * (1 - value)) / positives), rows, level);
  }
  const bound = wilsonEstimate(value * positives, positives, level);
  return bound === null ? null : { ...bound, value, rows };
}
