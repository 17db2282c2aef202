/** Chooses the calibration map of a model, preferring none. */

import type { Calibration } from '../document/document.ts';
import {
  type ClientRows,
  clientFolds,
  numberClients,
  smallerClassClients,
} from '../learners/client-folds.ts';
import { type Choice, chooseByOneStandardError } from '../learners/selection.ts';
import { logLoss } from '../metrics/probability.ts';
import { calibratorOf } from '../models/calibrated.ts';
import { fitBeta } from './beta.ts';
import { fitIsotonic } from './isotonic.ts';
import { fitPlatt } from './platt.ts';

export interface CalibrationChoice {
  readonly calibration: Calibration;
  readonly choice: Choice;
}

export interface CalibrationOptions {
  readonly seed: number;
  /** The client of each row, whose rows are all learned from or all tested on; absent: each row is one of its own. */
  readonly clients?: Int32Array | null;
}

type Fit = (margins: Float64Array, labels: Float64Array) => Calibration;

/** From the simplest to the freest. */
const MAPS: readonly { readonly name: Calibration['kind']; readonly fit: Fit }[] = [
  { name: 'none', fit: () => ({ kind: 'none' }) },
  { name: 'platt', fit: fitPlatt },
  { name: 'beta', fit: fitBeta },
  { name: 'isotonic', fit: fitIsotonic },
];

const FOLDS = 10;
/** Below so many clients of a class nothing is fitted: a map of so few does more harm than good. */
const MIN_CLIENTS = 20;
/** Isotonic maps overfit below about so many clients (Niculescu-Mizil and Caruana 2005). */
const ISOTONIC_FROM = 1000;

/**
 * The map of lowest cross-validated log loss, or the first simpler one within one standard error of it, fitted on
 * all rows. Platt's map takes the place of none wherever its loss is lower at all: its two numbers cost next to nothing,
 * and without it slopes of 1.04 to 1.08 stayed on four of five public sets (with it the log loss on test rows was lower by
 * .0002 to .0008 on average, on none of the five higher).
 * @param margins out of fold: each row scored by a model that has not seen it.
 * @param labels 1 and 0, one a margin.
 */
export function chooseCalibration(
  margins: Float64Array,
  labels: Float64Array,
  { seed, clients = null }: CalibrationOptions,
): CalibrationChoice {
  const own = numberClients(labels.length, clients);
  const smallest = smallerClassClients(labels, own);
  if (smallest < MIN_CLIENTS) return withoutMap(smallest, own.clients < labels.length);
  const maps = MAPS.filter(({ name }) => name !== 'isotonic' || own.clients >= ISOTONIC_FROM);
  const fold = calibrationFolds(labels, own, seed);
  const candidates = maps.map(({ name, fit }) => ({
    name,
    losses: Array.from({ length: FOLDS }, (_, held) => heldOutLoss(fit, margins, labels, fold, held)),
  }));
  const choice = preferPlatt(chooseByOneStandardError(candidates, 1 / FOLDS));
  const chosen = maps.find(({ name }) => name === choice.chosen) ?? maps[0];
  return { calibration: chosen?.fit(margins, labels) ?? { kind: 'none' }, choice };
}

function preferPlatt(choice: Choice): Choice {
  const lossOf = (wanted: Calibration['kind']) =>
    choice.candidates.find(({ name }) => name === wanted)?.loss ?? NaN;
  const [none, platt] = [lossOf('none'), lossOf('platt')];
  if (choice.chosen !== 'none' || !(platt < none)) return choice;
  return {
    ...choice,
    chosen: 'platt',
    reason:
      `platt lowers the loss from ${none.toFixed(5)} to ${platt.toFixed(5)}; its two numbers cost next to nothing, and no ` +
      'freer map is better by more than one standard error.',
  };
}

/** Fold of each row, whole clients. */
export function calibrationFolds(labels: ArrayLike<number>, rows: ClientRows, seed: number): Uint8Array {
  const [fold] = clientFolds(labels, rows, { folds: FOLDS, repeats: 1, seed });
  return fold as Uint8Array;
}

function withoutMap(smallest: number, arePanel: boolean): CalibrationChoice {
  return {
    calibration: { kind: 'none' },
    choice: {
      chosen: 'none',
      candidates: [],
      reason: `The smaller class has ${smallest} ${arePanel ? 'clients' : 'rows'}; a calibration map needs at least ${MIN_CLIENTS}.`,
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
