/** Moves the calibrated log-odds of a model by a constant, as a change of the base rate alone asks for. */

import type { BoundedEstimate, Calibration } from '../document/document.ts';
import { twoSidedZ } from '../math/normal.ts';
import { logit, sigmoid } from '../math/sigmoid.ts';

/** The map with `shift` added to the log-odds of what it gives. An isotonic map has it added at its knots. */
export function shiftCalibration(calibration: Calibration, shift: number): Calibration {
  switch (calibration.kind) {
    case 'none':
      return { kind: 'platt', slope: 1, intercept: shift };
    case 'platt':
      return { ...calibration, intercept: calibration.intercept + shift };
    case 'beta':
      return { ...calibration, c: calibration.c + shift };
    case 'isotonic':
      return { ...calibration, to: calibration.to.map((p) => sigmoid(logit(p) + shift)) };
  }
}

/** Precision of the normal prior that draws the shift to 0; it counts when rows are very few, and keeps one class finite. */
const PRECISION = 1;
const LEVEL = 0.95;
const MAX_STEPS = 50;
const CONVERGED = 1e-12;
/** Log-odds beyond are counted as these: a probability of 0 or 1 says no more. */
const MAX_LOG_ODDS = 36;

/**
 * How much log-odds have moved: the intercept of a logistic regression of the labels with the log-odds of the
 * probabilities as offset (recalibration in the large: Cox 1958; Steyerberg 2009), penalised a little, by Newton's
 * method; with its Wald interval. Labels are 1 and 0, one a probability; of none the shift is 0.
 */
export function estimateShift(probabilities: Float64Array, labels: Float64Array): BoundedEstimate {
  const offsets = probabilities.map((p) => Math.max(-MAX_LOG_ODDS, Math.min(MAX_LOG_ODDS, logit(p))));
  let value = 0;
  let information = PRECISION;
  for (let step = 0; step < MAX_STEPS; step++) {
    let pull = -PRECISION * value;
    information = PRECISION;
    for (let row = 0; row < offsets.length; row++) {
      const p = sigmoid((offsets[row] as number) + value);
      pull += (labels[row] as number) - p;
      information += p * (1 - p);
    }
    // The objective is concave, and a step of more than 2 could leave the part where its curve is steep.
    const move = Math.max(-2, Math.min(2, pull / information));
    value += move;
    if (Math.abs(move) <= CONVERGED) break;
  }
  const half = twoSidedZ(LEVEL) / Math.sqrt(information);
  return { value, low: value - half, high: value + half, level: LEVEL, rows: labels.length };
}
