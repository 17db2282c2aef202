/** Curves of a ranking, thinned to what a chart can show. */
import type { RankedScores } from './ranked-scores.ts';

export interface RocCurve {
  readonly falsePositiveRate: readonly number[];
  readonly truePositiveRate: readonly number[];
  /** A row is flagged when its score is at least this; null at the corner (0, 0), where none is. */
  readonly thresholds: readonly (number | null)[];
}

export interface PrecisionRecallCurve {
  readonly recall: readonly number[];
  readonly precision: readonly number[];
  readonly thresholds: readonly number[];
}

/**
 * ROC curve from (0, 0) to (1, 1); null where a class is absent. A point is kept when the curve has moved by a
 * share 1 / `points` of either axis since the last one, the corners always.
 */
export function rocCurve(ranked: RankedScores, points: number): RocCurve | null {
  const { scores, truePositives, falsePositives, positives, negatives } = ranked;
  if (positives === 0 || negatives === 0) return null;
  const kept = thin(truePositives, falsePositives, positives / points, negatives / points);
  return {
    falsePositiveRate: [0, ...kept.map((k) => (falsePositives[k] as number) / negatives)],
    truePositiveRate: [0, ...kept.map((k) => (truePositives[k] as number) / positives)],
    thresholds: [null, ...kept.map((k) => scores[k] as number)],
  };
}

/** Precision against recall, recall rising; thinned as `rocCurve`; null where there is no positive row. */
export function precisionRecallCurve(ranked: RankedScores, points: number): PrecisionRecallCurve | null {
  const { scores, truePositives, falsePositives, positives } = ranked;
  if (positives === 0) return null;
  // Early on precision swings with every row, so flagged rows are followed on a logarithmic scale.
  const kept = thinFlagged(truePositives, falsePositives, positives / points, points);
  return {
    recall: kept.map((k) => (truePositives[k] as number) / positives),
    precision: kept.map((k) => {
      const tp = truePositives[k] as number;
      return tp / (tp + (falsePositives[k] as number));
    }),
    thresholds: kept.map((k) => scores[k] as number),
  };
}

/** Indices where either count has grown by its step since the last index kept; the last index always. */
function thin(x: Uint32Array, y: Uint32Array, xStep: number, yStep: number): number[] {
  const kept: number[] = [];
  let [lastX, lastY] = [0, 0];
  for (let k = 0; k < x.length; k++) {
    const moved = (x[k] as number) - lastX >= xStep || (y[k] as number) - lastY >= yStep;
    if (!moved && k < x.length - 1) continue;
    kept.push(k);
    [lastX, lastY] = [x[k] as number, y[k] as number];
  }
  return kept;
}

/** Indices where recall has moved by a step or the flagged rows have grown by a share 10 / `points`. */
function thinFlagged(tp: Uint32Array, fp: Uint32Array, step: number, points: number): number[] {
  const kept: number[] = [];
  let [lastTp, lastFlagged] = [0, 0];
  for (let k = 0; k < tp.length; k++) {
    const flagged = (tp[k] as number) + (fp[k] as number);
    const moved = (tp[k] as number) - lastTp >= step || flagged >= lastFlagged * (1 + 10 / points);
    if (!moved && k < tp.length - 1) continue;
    kept.push(k);
    [lastTp, lastFlagged] = [tp[k] as number, flagged];
  }
  return kept;
}
