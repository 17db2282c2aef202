/** How the chance of the labels and the error of the calibration move a metric: the delta method. */
import type { CalibrationError } from './calibration-error.ts';
import { type ExpectedGroups, slopeWeight } from './expected-groups.ts';

/** First-order movements of a metric. */
export interface Sensitivity {
  /** Variance that comes from the labels, each drawn with its chance. */
  readonly sampling: number;
  /** Derivative in the level of the calibration: a shift of every logit. */
  readonly level: number;
  /** Derivative in its slope: a factor on every logit. */
  readonly slope: number;
}

/** Of a metric whose derivative in a label is one number for flagged rows and one for the rest. */
export function groupSensitivity(
  { flagged, unflagged }: ExpectedGroups,
  ofFlagged: number,
  ofUnflagged: number,
): Sensitivity {
  return {
    sampling: ofFlagged * ofFlagged * flagged.variance + ofUnflagged * ofUnflagged * unflagged.variance,
    level: ofFlagged * flagged.variance + ofUnflagged * unflagged.variance,
    slope: ofFlagged * flagged.slope + ofUnflagged * unflagged.slope,
  };
}

/** Of a metric with a derivative in the label of each row. */
export function rowSensitivity(chances: Float64Array, derivatives: Float64Array): Sensitivity {
  let [sampling, level, slope] = [0, 0, 0];
  for (let i = 0; i < chances.length; i++) {
    const chance = chances[i] as number;
    const derivative = derivatives[i] as number;
    const moved = derivative * chance * (1 - chance);
    sampling += derivative * moved;
    level += moved;
    slope += derivative * slopeWeight(chance);
  }
  return { sampling, level, slope };
}

/** Standard error of the metric: the chance of the labels and, where it is known, the error of the calibration. */
export function errorOf(
  { sampling, level, slope }: Sensitivity,
  calibration: CalibrationError | null,
): number {
  if (calibration === null) return Math.sqrt(sampling);
  const { levelVariance, slopeVariance, covariance } = calibration;
  const calibrating =
    level * level * levelVariance + slope * slope * slopeVariance + 2 * level * slope * covariance;
  return Math.sqrt(sampling + Math.max(0, calibrating));
}
