/** Elastic net logistic regression by coordinate descent. */
import { sigmoid } from '../math/sigmoid.ts';
import type { LinearState } from './newton-cg.ts';
import { lossOf, productOf, type StandardDesign, transposedProductOf } from './standard-design.ts';

const MAX_ITERATIONS = 100;
const MAX_CYCLES = 1000;
const MAX_HALVINGS = 30;
/** Falls of the objective, relative to it, that are not worth another approximation, and not worth another cycle. */
const MIN_GAIN = 1e-8;
const MIN_CYCLE_GAIN = 1e-9;
/** Least weight of a row, so that one that is sure does not make the quadratic flat. */
const MIN_WEIGHT = 1e-5;

export interface ElasticNetPenalty {
  readonly C: number;
  /** Above 0, up to 1. */
  readonly l1Share: number;
}

/**
 * Minimises sum of log losses + (l1Share |w|_1 + (1 - l1Share) |w|^2 / 2) / C, the intercept unpenalised, from `start`:
 * quadratic approximations, each minimised a coefficient at a time, first all of them, then those that are not 0 until
 * they rest, and all again (Friedman, Hastie and Tibshirani 2010). A step that does not lower the objective is halved.
 * Ends too where a step lowers the objective by less than MIN_GAIN of it: columns that say nearly the same move each
 * other about for thousands of cycles without the margins changing.
 * @param tolerance largest absolute subgradient of the mean objective at the end, where it can be reached.
 */
export function elasticNet(
  design: StandardDesign,
  penalty: ElasticNetPenalty,
  start: Float64Array,
  tolerance: number,
): LinearState {
  let coefficients = start;
  let margins = productOf(design, coefficients);
  let objective = objectiveOf(design, coefficients, margins, penalty);
  for (let iterations = 0; ; iterations++) {
    const gradientNorm = subgradientNorm(design, coefficients, margins, penalty);
    if (gradientNorm <= tolerance || iterations === MAX_ITERATIONS)
      return { coefficients, iterations, gradientNorm };
    const target = minimiseQuadratic(design, coefficients, margins, penalty, MIN_CYCLE_GAIN * objective);
    const before = { coefficients, margins, objective };
    for (let share = 1, halvings = 0; ; share /= 2, halvings++) {
      coefficients = target.map((value, j) => {
        const from = before.coefficients[j] as number;
        return share === 1 ? value : from + share * (value - from);
      });
      margins = productOf(design, coefficients);
      objective = objectiveOf(design, coefficients, margins, penalty);
      if (objective <= before.objective) break;
      if (halvings === MAX_HALVINGS) return { coefficients: before.coefficients, iterations, gradientNorm };
    }
    if (before.objective - objective <= MIN_GAIN * objective)
      return { coefficients, iterations, gradientNorm };
  }
}

function objectiveOf(
  design: StandardDesign,
  coefficients: Float64Array,
  margins: Float64Array,
  { C, l1Share }: ElasticNetPenalty,
): number {
  return lossOf(design, margins) + netPenaltyOf(coefficients, { C, l1Share });
}

/** (l1Share |w|_1 + (1 - l1Share) |w|^2 / 2) / C of standardised coefficients behind their intercept; ridge where l1Share is 0. */
export function netPenaltyOf(coefficients: Float64Array, { C, l1Share }: ElasticNetPenalty): number {
  let penalty = 0;
  for (let j = 1; j < coefficients.length; j++) {
    const value = coefficients[j] as number;
    penalty += l1Share * Math.abs(value) + ((1 - l1Share) / 2) * value * value;
  }
  return penalty / C;
}

/** Largest absolute value of the least subgradient of the mean objective. */
function subgradientNorm(
  design: StandardDesign,
  coefficients: Float64Array,
  margins: Float64Array,
  { C, l1Share }: ElasticNetPenalty,
): number {
  const errors = margins.map((margin, i) => sigmoid(margin) - (design.labels[i] as number));
  const sums = transposedProductOf(design, errors);
  let most = Math.abs(sums[0] as number);
  for (let j = 1; j < sums.length; j++) {
    const value = coefficients[j] as number;
    const smooth = (sums[j] as number) + ((1 - l1Share) / C) * value;
    const least =
      value === 0
        ? Math.max(0, Math.abs(smooth) - l1Share / C)
        : Math.abs(smooth + (Math.sign(value) * l1Share) / C);
    most = Math.max(most, least);
  }
  return most / design.rows;
}

/** The coefficients that minimise the quadratic approximation at these margins, until a cycle lowers it by less than `goal`. */
function minimiseQuadratic(
  { rows, columns, labels }: StandardDesign,
  from: Float64Array,
  margins: Float64Array,
  { C, l1Share }: ElasticNetPenalty,
  goal: number,
): Float64Array {
  const risks = margins.map(sigmoid);
  const weights = risks.map((risk) => Math.max(MIN_WEIGHT, risk * (1 - risk)));
  // What is left of the gradient of each row: weight times working residual.
  const rest = risks.map((risk, i) => (labels[i] as number) - risk);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const coefficients = from.slice();
  const curvatures = columns.map((column) => {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += (weights[i] as number) * (column[i] as number) ** 2;
    return sum;
  });
  // Each move returns how far it lowers the approximation, at least.
  const moveIntercept = (): number => {
    const step = rest.reduce((sum, value) => sum + value, 0) / total;
    coefficients[0] = (coefficients[0] as number) + step;
    for (let i = 0; i < rows; i++) rest[i] = (rest[i] as number) - step * (weights[i] as number);
    return 0.5 * step * step * total;
  };
  const move = (j: number): number => {
    const column = columns[j] as Float64Array;
    const curvature = curvatures[j] as number;
    if (curvature === 0) return 0;
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += (column[i] as number) * (rest[i] as number);
    const old = coefficients[j + 1] as number;
    const pull = curvature * old + sum;
    const shrunk = Math.sign(pull) * Math.max(0, Math.abs(pull) - l1Share / C);
    const value = shrunk / (curvature + (1 - l1Share) / C);
    const step = value - old;
    if (step === 0) return 0;
    coefficients[j + 1] = value;
    for (let i = 0; i < rows; i++) {
      rest[i] = (rest[i] as number) - step * (weights[i] as number) * (column[i] as number);
    }
    return 0.5 * step * step * curvature;
  };
  const all = columns.map((_, j) => j);
  for (let cycles = 0; cycles < MAX_CYCLES; ) {
    const moved = cycle(all);
    cycles++;
    if (moved <= goal) break;
    const active = all.filter((j) => coefficients[j + 1] !== 0);
    while (cycles++ < MAX_CYCLES && cycle(active) > goal);
  }
  return coefficients;

  function cycle(features: readonly number[]): number {
    return features.reduce((sum, j) => sum + move(j), moveIntercept());
  }
}
