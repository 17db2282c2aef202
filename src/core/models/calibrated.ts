/** From a model's margin to a calibrated probability. */

import type { Calibration } from '../document/document.ts';
import { sigmoid, softplus } from '../math/sigmoid.ts';

/** The function that a calibration document stands for: raw margin in, probability out. */
export function calibratorOf(calibration: Calibration): (margin: number) => number {
  switch (calibration.kind) {
    case 'none':
      return sigmoid;
    case 'platt':
      return (margin) => sigmoid(calibration.slope * margin + calibration.intercept);
    case 'beta': {
      const { a, b, c } = calibration;
      // ln s = -softplus(-margin), ln(1 - s) = -softplus(margin).
      return (margin) => sigmoid(-a * softplus(-margin) + b * softplus(margin) + c);
    }
    case 'isotonic': {
      const { from, to } = calibration;
      return (margin) => interpolate(from, to, sigmoid(margin));
    }
  }
}

/** Linear between knots `from` (ascending) with values `to`, flat outside; NaN for NaN. */
function interpolate(from: readonly number[], to: readonly number[], x: number): number {
  const last = from.length - 1;
  if (Number.isNaN(x)) return x;
  if (x <= (from[0] as number)) return to[0] as number;
  if (x >= (from[last] as number)) return to[last] as number;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((from[middle] as number) <= x) low = middle;
    else high = middle;
  }
  const [x0, x1, y0, y1] = [from[low], from[high], to[low], to[high]] as [number, number, number, number];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}
