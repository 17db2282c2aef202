/** The test of DeLong: do two scores rank the same rows equally well? */
import { orderDescending } from '../../math/order-descending.ts';
import { pooledDegrees } from '../../metrics/interval.ts';

export interface PairedAuc {
  /** ROC AUC of each score; ties count half. */
  readonly champion: number;
  readonly challenger: number;
  /** Challenger less champion, and its standard error. */
  readonly difference: number;
  readonly error: number;
  /** Degrees of freedom of that error, as Brunner and Munzel (Biometrical Journal 42, 2000). */
  readonly degrees: number;
}

/**
 * Both areas and the standard error of their difference on the same rows, with the covariance exact: DeLong,
 * DeLong and Clarke-Pearson (Biometrics 44, 1988), in O(n log n) by mid-ranks as Sun and Xu (2014). Labels are 1
 * and 0, scores not NaN. Where all rows of a class agree on a difference that variance is 0; then the difference
 * over the root of the smaller class stands in. null where a class has fewer than two rows.
 */
export function pairedAuc(
  labels: Float64Array,
  champion: Float64Array,
  challenger: Float64Array,
): PairedAuc | null {
  const positives = labels.reduce((count, label) => count + label, 0);
  const negatives = labels.length - positives;
  if (positives < 2 || negatives < 2) return null;
  const old = placements(labels, champion, positives);
  const young = placements(labels, challenger, positives);
  let [sumOld, sumYoung] = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== 1) continue;
    sumOld += old[i] as number;
    sumYoung += young[i] as number;
  }
  const difference = (sumYoung - sumOld) / positives;
  let [ofPositives, ofNegatives] = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    const away = (young[i] as number) - (old[i] as number) - difference;
    if (labels[i] === 1) ofPositives += away * away;
    else ofNegatives += away * away;
  }
  const first = ofPositives / (positives - 1) / positives;
  const second = ofNegatives / (negatives - 1) / negatives;
  const variance = first + second;
  return {
    champion: sumOld / positives,
    challenger: sumYoung / positives,
    difference,
    error:
      variance > 0 ? Math.sqrt(variance) : Math.abs(difference) / Math.sqrt(Math.min(positives, negatives)),
    degrees:
      variance > 0 ? pooledDegrees(first, positives, second, negatives) : Math.min(positives, negatives) - 1,
  };
}

/** For each row the share of the other class that it stands on the right side of; ties count half. */
function placements(labels: Float64Array, scores: Float64Array, positives: number): Float64Array {
  const rows = labels.length;
  const negatives = rows - positives;
  const order = orderDescending(scores);
  const placed = new Float64Array(rows);
  let [positivesAbove, negativesAbove] = [0, 0];
  for (let start = 0, end = 0; start < rows; start = end) {
    const score = scores[order[start] as number] as number;
    let tiedPositives = 0;
    for (; end < rows && scores[order[end] as number] === score; end++)
      tiedPositives += labels[order[end] as number] as number;
    const tiedNegatives = end - start - tiedPositives;
    const ofPositive = (negatives - negativesAbove - tiedNegatives / 2) / negatives;
    const ofNegative = (positivesAbove + tiedPositives / 2) / positives;
    for (let k = start; k < end; k++) {
      const row = order[k] as number;
      placed[row] = labels[row] === 1 ? ofPositive : ofNegative;
    }
    positivesAbove += tiedPositives;
    negativesAbove += tiedNegatives;
  }
  return placed;
}
