/** Ridge logistic regression with many features: Newton steps that are solved without the Hessian being made. */
import { TidewatchError } from '../../base/errors.ts';
import { sigmoid } from '../math/sigmoid.ts';
import { lossOf, productOf, type StandardDesign, transposedProductOf } from './standard-design.ts';

export interface LinearState {
  /** The intercept, then one coefficient a feature, in standardised coordinates. */
  readonly coefficients: Float64Array;
  readonly iterations: number;
  /** Largest absolute gradient of the mean objective. */
  readonly gradientNorm: number;
}

const MAX_ITERATIONS = 100;
const MAX_INNER = 200;
const MAX_HALVINGS = 40;
/** Rounding error that a sum over the rows may have, relative. */
const SUM_ERROR = 1e-12;

/**
 * Minimises sum of log losses + |w|^2 / (2 C), the intercept unpenalised, from `start`. Each Newton step is solved by
 * conjugate gradients, whose products with the Hessian take two passes over the rows, as exactly as the gradient is
 * small (truncated Newton: Nocedal and Wright 2006, algorithm 7.1; Lin, Weng and Keerthi 2008), and is halved until the
 * objective falls. Error `not-converged` where no step makes it fall.
 * @param tolerance largest absolute value that a gradient of the mean objective may have at the end.
 */
export function ridgeByNewtonCg(
  design: StandardDesign,
  C: number,
  start: Float64Array,
  tolerance: number,
): LinearState {
  const { rows } = design;
  let coefficients = start;
  let margins = productOf(design, coefficients);
  let objective = objectiveOf(design, coefficients, margins, C);
  for (let iterations = 0; ; iterations++) {
    const { gradient, weights } = gradientOf(design, coefficients, margins, C);
    const gradientNorm = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / rows;
    if (gradientNorm <= tolerance) return { coefficients, iterations, gradientNorm };
    const direction = solve(design, weights, gradient, C);
    const along = productOf(design, direction);
    const slope = dot(gradient, direction);
    const slack = SUM_ERROR * Math.abs(objective);
    if (iterations === MAX_ITERATIONS || -slope <= slack * 1e-3)
      return { coefficients, iterations, gradientNorm };
    const next = search(design, { coefficients, margins, direction, along, slope, objective, C, slack });
    ({ coefficients, margins, objective } = next);
  }
}

interface LineSearch {
  readonly coefficients: Float64Array;
  readonly margins: Float64Array;
  readonly direction: Float64Array;
  readonly along: Float64Array;
  readonly slope: number;
  readonly objective: number;
  readonly C: number;
  readonly slack: number;
}

/** Halves the step until the objective falls by a part of what the slope promises (Armijo 1966). */
function search(
  design: StandardDesign,
  line: LineSearch,
): { coefficients: Float64Array; margins: Float64Array; objective: number } {
  const { direction, along, slope, objective, C, slack } = line;
  for (let share = 1, halvings = 0; halvings <= MAX_HALVINGS; halvings++, share /= 2) {
    const coefficients = line.coefficients.map((value, j) => value + share * (direction[j] as number));
    const margins = line.margins.map((value, row) => value + share * (along[row] as number));
    const reached = objectiveOf(design, coefficients, margins, C);
    if (reached <= objective + 1e-4 * share * slope + slack)
      return { coefficients, margins, objective: reached };
  }
  throw new TidewatchError(
    'not-converged',
    `Logistic regression: no step improves the objective ${objective} at C = ${C}. Choose a smaller logistic.C.`,
  );
}

function objectiveOf(
  design: StandardDesign,
  coefficients: Float64Array,
  margins: Float64Array,
  C: number,
): number {
  let squares = 0;
  for (let j = 1; j < coefficients.length; j++) squares += (coefficients[j] as number) ** 2;
  return lossOf(design, margins) + squares / (2 * C);
}

function gradientOf(
  design: StandardDesign,
  coefficients: Float64Array,
  margins: Float64Array,
  C: number,
): { readonly gradient: Float64Array; readonly weights: Float64Array } {
  const risks = margins.map(sigmoid);
  const gradient = transposedProductOf(
    design,
    risks.map((risk, i) => risk - (design.labels[i] as number)),
  );
  for (let j = 1; j < gradient.length; j++) {
    gradient[j] = (gradient[j] as number) + (coefficients[j] as number) / C;
  }
  return { gradient, weights: risks.map((risk) => risk * (1 - risk)) };
}

/** About -H^-1 g by conjugate gradients with the diagonal of H as the preconditioner. */
function solve(
  design: StandardDesign,
  weights: Float64Array,
  gradient: Float64Array,
  C: number,
): Float64Array {
  const diagonal = diagonalOf(design, weights, C);
  const solution = new Float64Array(gradient.length);
  let residual = gradient.map((value) => -value);
  let conditioned = residual.map((value, j) => value / (diagonal[j] as number));
  let direction = conditioned;
  let strength = dot(residual, conditioned);
  const first = strength;
  const goal = first * Math.min(0.01, Math.sqrt(first / design.rows));
  for (let inner = 0; inner < MAX_INNER && strength > goal; inner++) {
    const product = hessianTimes(design, weights, direction, C);
    const length = strength / dot(direction, product);
    for (let j = 0; j < solution.length; j++) {
      solution[j] = (solution[j] as number) + length * (direction[j] as number);
    }
    residual = residual.map((value, j) => value - length * (product[j] as number));
    conditioned = residual.map((value, j) => value / (diagonal[j] as number));
    const next = dot(residual, conditioned);
    const [share, before] = [next / strength, direction];
    direction = conditioned.map((value, j) => value + share * (before[j] as number));
    strength = next;
  }
  return solution;
}

function hessianTimes(
  design: StandardDesign,
  weights: Float64Array,
  direction: Float64Array,
  C: number,
): Float64Array {
  const along = productOf(design, direction);
  const product = transposedProductOf(
    design,
    along.map((value, i) => value * (weights[i] as number)),
  );
  for (let j = 1; j < product.length; j++) product[j] = (product[j] as number) + (direction[j] as number) / C;
  return product;
}

function diagonalOf({ rows, columns }: StandardDesign, weights: Float64Array, C: number): Float64Array {
  const diagonal = new Float64Array(columns.length + 1);
  diagonal[0] = Math.max(
    Number.MIN_VALUE,
    weights.reduce((sum, weight) => sum + weight, 0),
  );
  for (const [j, column] of columns.entries()) {
    let sum = 1 / C;
    for (let i = 0; i < rows; i++) sum += (weights[i] as number) * (column[i] as number) ** 2;
    diagonal[j + 1] = sum;
  }
  return diagonal;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] as number) * (b[j] as number);
  return sum;
}
