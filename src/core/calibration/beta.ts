/** Beta calibration: three parameters on the logs of the probability, the identity among them. */

import type { Calibration } from '../document/document.ts';
import { softplus } from '../math/sigmoid.ts';
import { fitLink } from './link.ts';

/**
 * Fits logit p = a ln s - b ln(1 - s) + c with a, b >= 0 (Kull, Silva Filho and Flach, AISTATS 2017), s the raw
 * probability of a margin. A parameter that would be negative is 0 and the others are fitted again, as the
 * authors do. Labels are 1 and 0, both present; weights are one a row, null: 1 each.
 */
export function fitBeta(
  margins: Float64Array,
  labels: ArrayLike<number>,
  weights: Float64Array | null = null,
): Extract<Calibration, { kind: 'beta' }> {
  const logs = margins.map((margin) => -softplus(-margin));
  const complements = margins.map((margin) => softplus(margin));
  const targets = Float64Array.from(labels);
  const both = fitLink([logs, complements], targets, weights);
  const [a, b] = both.coefficients as [number, number];
  if (a >= 0 && b >= 0) return { kind: 'beta', a, b, c: both.intercept };
  const alone = fitLink([a < 0 ? complements : logs], targets, weights);
  const kept = alone.coefficients[0] as number;
  if (kept < 0) return { kind: 'beta', a: 0, b: 0, c: fitLink([], targets, weights).intercept };
  return { kind: 'beta', a: a < 0 ? 0 : kept, b: a < 0 ? kept : 0, c: alone.intercept };
}
