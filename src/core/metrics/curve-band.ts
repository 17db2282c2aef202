/** Bands around curves: where the curve would lie on other rows of the same kind. */
import type { PrecisionRecallCurve, RocCurve } from './curves.ts';
import type { GainPoint } from './gain.ts';
import { wilsonEstimate } from './interval.ts';

/** A band at one place of the horizontal axis. */
export interface BandPoint {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

interface Rectangle {
  readonly left: number;
  readonly right: number;
  readonly low: number;
  readonly high: number;
}

/** Places of the axis, both ends included, that a band of rectangles is given at. */
const PLACES = 101;

/**
 * Band of a ROC curve over `positives` and `negatives` rows: at each threshold the false and the true positive rate
 * are two proportions of separate rows, so the rectangle of their Wilson intervals, each at 1 - (1 - level) / 2, holds
 * both with at least `level`; the band is all rectangles together (Campbell, Statistics in Medicine 13, 1994). It is
 * about each threshold alone, not about the whole curve at once.
 */
export function rocBand(
  { falsePositiveRate, truePositiveRate, thresholds }: RocCurve,
  positives: number,
  negatives: number,
  level: number,
): BandPoint[] {
  const rectangles = falsePositiveRate.map((fpr, k) => {
    const tpr = truePositiveRate[k] as number;
    // Where nobody is flagged, or everybody is, both rates are known.
    const known = thresholds[k] === null || (fpr === 1 && tpr === 1);
    return known ? point(fpr, tpr) : rectangle(fpr, negatives, tpr, positives, level);
  });
  return unionOf(rectangles);
}

/** Band of a precision-recall curve, as `rocBand`: precision is a proportion of the flagged rows, recall of the positives. */
export function precisionRecallBand(
  { recall, precision }: PrecisionRecallCurve,
  positives: number,
  level: number,
): BandPoint[] {
  return unionOf(
    recall.map((reached, k) => {
      const right = precision[k] as number;
      const found = Math.round(reached * positives);
      // No precision without a right warning: the number of flagged rows is not to be had from the curve.
      if (found === 0) return { ...span(reached, positives, level), low: 0, high: 1 };
      return rectangle(reached, positives, right, Math.round(found / right), level);
    }),
  );
}

/** Band of the gain: at a share contacted, those reached are a proportion of the `positives`. */
export function gainBand(gain: readonly GainPoint[], positives: number, level: number): BandPoint[] {
  const inside = gain.map(({ share, gain: reached }) =>
    share === 1 ? { x: 1, low: reached, high: reached } : { x: share, ...bounds(reached, positives, level) },
  );
  return [{ x: 0, low: 0, high: 0 }, ...inside];
}

function rectangle(x: number, xRows: number, y: number, yRows: number, level: number): Rectangle {
  const half = 1 - (1 - level) / 2;
  return { ...span(x, xRows, half), ...bounds(y, yRows, half) };
}

function point(x: number, y: number): Rectangle {
  return { left: x, right: x, low: y, high: y };
}

function span(share: number, rows: number, level: number): Pick<Rectangle, 'left' | 'right'> {
  const { low, high } = bounds(share, rows, level);
  return { left: low, right: high };
}

/** Wilson's interval of a share of rows, which need not be of whole rows: gain counts groups in proportion. */
function bounds(share: number, rows: number, level: number): Pick<Rectangle, 'low' | 'high'> {
  const { low, high } = wilsonEstimate(share * rows, rows, level) ?? { low: 0, high: 1 };
  return { low: Math.min(low, share), high: Math.max(high, share) };
}

/** Lowest and highest of the rectangles at each place; between places that none covers, a straight line. */
function unionOf(rectangles: readonly Rectangle[]): BandPoint[] {
  const band: BandPoint[] = [];
  for (let k = 0; k < PLACES; k++) {
    const x = k / (PLACES - 1);
    const here = rectangles.filter(({ left, right }) => left <= x && x <= right);
    if (here.length === 0) continue;
    band.push({
      x,
      low: Math.min(...here.map(({ low }) => low)),
      high: Math.max(...here.map(({ high }) => high)),
    });
  }
  return band;
}
