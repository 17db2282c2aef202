/** Fits a logistic link with few columns, the core of the parametric calibration maps. */
import { newton } from '../learners/newton.ts';
import type { DesignBlock } from '../statistics/gram.ts';
import { gramKernel } from '../statistics/gram-kernel.ts';
import { addMoments, createMoments } from '../statistics/moments.ts';

/** So weak that it moves no digit that matters, and keeps separated rows finite. */
const C = 1e8;

export interface Link {
  readonly coefficients: readonly number[];
  readonly intercept: number;
}

/**
 * Maximum likelihood of P = 1 / (1 + exp(-(intercept + coefficients . x))).
 * @param targets chance that the row is positive, 0 to 1; at least two values that differ.
 * @param weights one a row, not negative; null: 1 each.
 */
export function fitLink(
  columns: readonly Float64Array[],
  targets: Float64Array,
  weights: Float64Array | null = null,
): Link {
  const block: DesignBlock = { rows: targets.length, columns, labels: targets, weights };
  const problem = {
    moments: columns.map((column) => addMoments(createMoments(), column)),
    weight: weights === null ? targets.length : weights.reduce((sum, weight) => sum + weight, 0),
    positives: targets.reduce((sum, target, row) => sum + target * (weights?.[row] ?? 1), 0),
    start: null,
  };
  const steps = newton(problem, { C, standardize: true, tolerance: 1e-10 });
  let request = steps.next();
  while (request.done !== true) request = steps.next(gramKernel(block, request.value));
  return request.value;
}
