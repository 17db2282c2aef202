/** How wrong calibrated probabilities may be, as far as the labelled rows that they were calibrated on can tell. */
import { logit } from '../../math/sigmoid.ts';

/** Covariance of level and slope of logit P = level + slope * logit p, about 0 and 1. */
export interface CalibrationError {
  readonly levelVariance: number;
  readonly slopeVariance: number;
  readonly covariance: number;
  /** Rows that it was taken from, and how many equally weighted ones they are worth. */
  readonly rows: number;
  readonly effectiveRows: number;
}

/** Chances are kept this far from 0 and 1, so that a certain one does not outweigh all others. */
const EDGE = 1e-6;

/**
 * The sandwich covariance H^-1 B H^-1 (Huber 1967; White 1982) of the two parameters of logistic recalibration (Cox
 * 1958) at the map as it is: H = sum w p (1 - p) z z', B = sum w^2 (y - p)^2 z z', z = (1, logit p). With the weights
 * of a density ratio it grows as their effective number falls.
 * @param chances calibrated probabilities of the reference rows; `labels` 1 and 0 (others are left out).
 * @param weights one a row, not negative; null: 1 each.
 * @returns null where the rows cannot tell (a class is absent, or all chances are equal).
 */
export function calibrationErrorOf(
  chances: Float64Array,
  labels: ArrayLike<number>,
  weights: Float64Array | null,
): CalibrationError | null {
  const sums = sumRows(chances, labels, weights);
  const { h00, h01, h11, b00, b01, b11 } = sums;
  const determinant = h00 * h11 - h01 * h01;
  if (sums.positives === 0 || sums.positives === sums.rows || !(determinant > 1e-9 * h00 * h11)) return null;
  const [i00, i01, i11] = [h11 / determinant, -h01 / determinant, h00 / determinant];
  // Rows of H^-1 B, then times H^-1.
  const [m00, m01] = [i00 * b00 + i01 * b01, i00 * b01 + i01 * b11];
  const [m10, m11] = [i01 * b00 + i11 * b01, i01 * b01 + i11 * b11];
  return {
    levelVariance: m00 * i00 + m01 * i01,
    slopeVariance: m10 * i01 + m11 * i11,
    covariance: m00 * i01 + m01 * i11,
    rows: sums.rows,
    effectiveRows: effectiveRowsOf(sums.weight, sums.squares),
  };
}

/** How many equally weighted rows weights are worth (Kish 1965); 0 where there is none. */
export function effectiveRowsOf(weight: number, squares: number): number {
  return squares === 0 ? 0 : (weight * weight) / squares;
}

interface Sums {
  readonly rows: number;
  readonly positives: number;
  readonly weight: number;
  readonly squares: number;
  readonly h00: number;
  readonly h01: number;
  readonly h11: number;
  readonly b00: number;
  readonly b01: number;
  readonly b11: number;
}

function sumRows(chances: Float64Array, labels: ArrayLike<number>, weights: Float64Array | null): Sums {
  let [rows, positives, weight, squares] = [0, 0, 0, 0];
  let [h00, h01, h11, b00, b01, b11] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < chances.length; i++) {
    const label = labels[i] as number;
    const w = weights === null ? 1 : (weights[i] as number);
    if ((label !== 0 && label !== 1) || !(w > 0)) continue;
    const p = Math.min(1 - EDGE, Math.max(EDGE, chances[i] as number));
    const z = logit(p);
    const h = w * p * (1 - p);
    const b = w * w * (label - p) * (label - p);
    rows++;
    positives += label;
    weight += w;
    squares += w * w;
    h00 += h;
    h01 += h * z;
    h11 += h * z * z;
    b00 += b;
    b01 += b * z;
    b11 += b * z * z;
  }
  return { rows, positives, weight, squares, h00, h01, h11, b00, b01, b11 };
}
