/** Chooses the calibration map of a model, preferring none. */
import { type Choice, chooseByOneStandardError, stratifiedFolds } from '../learners/selection.ts';
import { logLoss } from '../metrics/probability.ts';
import { calibratorOf } from '../models/calibrated.ts';
import type { Calibration } from '../models/document.ts';
import { fitBeta } from './beta.ts';
import { fitIsotonic } from './isotonic.ts';
import { fitPlatt } from './platt.ts';

export interface CalibrationChoice {
  readonly calibration: Calibration;
  readonly choice: Choice;
}

type Fit = (margins: Float64Array, labels: Float64Array) => Calibration;

/** From the simplest to the freest. */
const MAPS: readonly { readonly name: Calibration['kind']; readonly fit: Fit }[] = [
  { name: 'none', fit: () => ({ kind: 'none' }) },
  { name: 'platt', fit: fitPlatt },
  { name: 'beta', fit: fitBeta },
  { name: 'isotonic', fit: fitIsotonic },
];

const MOST_FOLDS = 10;
/** Below so many rows of a class nothing is fitted: a map of so few rows does more harm than good. */
const LEAST_ROWS = 20;
/** Isotonic maps overfit below about so many rows (Niculescu-Mizil and Caruana 2005). */
const ISOTONIC_FROM = 1000;

/**
 * The map of lowest cross-validated log loss, or the first simpler one within one standard error of it, fitted on
 * all rows.
 * @param margins out of fold: each row scored by a model that has not seen it.
 * @param labels 1 and 0, one a margin.
 */
export function chooseCalibration(
  margins: Float64Array,
  labels: Float64Array,
  options: { readonly seed: number },
): CalibrationChoice {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const smallest = Math.min(positives, labels.length - positives);
  if (smallest < LEAST_ROWS) return withoutMap(smallest);
  const maps = MAPS.filter(({ name }) => name !== 'isotonic' || labels.length >= ISOTONIC_FROM);
  const folds = MOST_FOLDS;
  const [fold] = stratifiedFolds(labels, { folds, repeats: 1, seed: options.seed }) as [Uint8Array];
  const candidates = maps.map(({ name, fit }) => ({
    name,
    losses: Array.from({ length: folds }, (_, held) => heldOutLoss(fit, margins, labels, fold, held)),
  }));
  const choice = chooseByOneStandardError(candidates, 1 / folds);
  const chosen = maps.find(({ name }) => name === choice.chosen) ?? maps[0];
  return { calibration: chosen?.fit(margins, labels) ?? { kind: 'none' }, choice };
}

function withoutMap(smallest: number): CalibrationChoice {
  return {
    calibration: { kind: 'none' },
    choice: {
      chosen: 'none',
      candidates: [],
      reason: `The smaller class has ${smallest} rows; a calibration map needs at least ${LEAST_ROWS}.`,
    },
  };
}

function heldOutLoss(
  fitMap: Fit,
  margins: Float64Array,
  labels: Float64Array,
  fold: Uint8Array,
  held: number,
): number {
  const pick = (values: Float64Array, test: boolean) =>
    values.filter((_, row) => (fold[row] === held) === test);
  const calibrate = calibratorOf(fitMap(pick(margins, false), pick(labels, false)));
  return logLoss(pick(labels, true), pick(margins, true).map(calibrate));
}
