/** Platt's calibration: a straight line on the margin. */
import type { Calibration } from '../document/document.ts';
import { fitLink } from './link.ts';

/** Platt's targets: what a positive and a negative row count as, so that no probability becomes 0 or 1. */
export function plattTargets(labels: ArrayLike<number>): { readonly high: number; readonly low: number } {
  let positives = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] === 1) positives++;
  const negatives = labels.length - positives;
  return { high: (positives + 1) / (positives + 2), low: 1 / (negatives + 2) };
}

/**
 * Fits slope and intercept of Platt (1999) with his smoothed targets. A slope that would fall is 0, as the map
 * must not turn the order around. Labels are 1 and 0, both present.
 */
export function fitPlatt(
  margins: Float64Array,
  labels: ArrayLike<number>,
): Extract<Calibration, { kind: 'platt' }> {
  const { high, low } = plattTargets(labels);
  const targets = Float64Array.from({ length: labels.length }, (_, i) => (labels[i] === 1 ? high : low));
  const fit = fitLink([margins], targets);
  const slope = fit.coefficients[0] as number;
  if (slope >= 0) return { kind: 'platt', slope, intercept: fit.intercept };
  return { kind: 'platt', slope: 0, intercept: fitLink([], targets).intercept };
}
