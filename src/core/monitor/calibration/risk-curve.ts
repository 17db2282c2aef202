/** How often clients leave at each risk that a model gives, as its held-out rows show it. */
import { solveSymmetric } from '../../math/cholesky.ts';
import { sigmoid, softplus } from '../../math/sigmoid.ts';
import { logOddsOf, type RiskHistogram, totalsOf } from './risk-histogram.ts';

/** Log-odds of leaving at log-odds l: intercept + slope l + sum of bends (l - knot)+. Plain JSON data. */
export interface RiskCurve {
  readonly intercept: number;
  readonly slope: number;
  readonly knots: readonly number[];
  readonly bends: readonly number[];
}

/** A line over a curve: log-odds alpha + beta m. */
export interface Line {
  readonly alpha: number;
  readonly beta: number;
}

/** How strongly a curve is drawn to the model's own risks (0, 1), and each bend to none: precision of a normal prior. */
const OWN_PRECISION = 1;
const BEND_PRECISION = 4;
/** Rows of the smaller class to a bend; a straight line below. */
const ROWS_PER_BEND = 100;
const MAX_BENDS = 5;
const MAX_STEPS = 100;
const CONVERGED = 1e-10;

/**
 * Recalibrates the risks (Cox 1958: a logistic regression on their log-odds), drawn a little to leaving them as they
 * are, with bends where there are enough rows to see them: a model's risks may be off in a way that no line mends, and
 * what has been so from the start is no change. Without rows the risks are taken as they are.
 */
export function fitRiskCurve(risks: RiskHistogram): RiskCurve {
  const odds = logOddsOf(risks);
  const knots = knotsOf(risks, odds);
  const columns = [odds.map(() => 1), odds, ...knots.map((knot) => odds.map((l) => Math.max(0, l - knot)))];
  const centre = columns.map((_, j) => (j === 1 ? 1 : 0));
  const precision = columns.map((_, j) => (j < 2 ? OWN_PRECISION : BEND_PRECISION));
  const [intercept = 0, slope = 1, ...bends] = fitLine(risks, columns, centre, precision).coefficients;
  return { intercept, slope, knots, bends };
}

function knotsOf(risks: RiskHistogram, odds: Float64Array): number[] {
  const { rows, left } = totalsOf(risks);
  const count = Math.min(MAX_BENDS, Math.floor(Math.min(left, rows - left) / ROWS_PER_BEND));
  const knots: number[] = [];
  let below = 0;
  for (const [place, l] of odds.entries()) {
    below += (risks.stayed[place] as number) + (risks.left[place] as number);
    while (knots.length < count && below * (count + 1) >= rows * (knots.length + 1)) knots.push(l);
  }
  return [...new Set(knots)];
}

/** The curve at the cells of a histogram. */
export function curveAt({ intercept, slope, knots, bends }: RiskCurve, risks: RiskHistogram): Float64Array {
  return logOddsOf(risks).map((l) =>
    knots.reduce(
      (sum, knot, place) => sum + (bends[place] as number) * Math.max(0, l - knot),
      intercept + slope * l,
    ),
  );
}

/** Log-likelihood of the outcomes in a histogram whose cells have log-odds alpha + beta m. */
export function logLikelihood(
  { stayed, left }: RiskHistogram,
  m: Float64Array,
  { alpha, beta }: Line,
): number {
  let sum = 0;
  for (let cell = 0; cell < m.length; cell++) {
    const z = alpha + beta * (m[cell] as number);
    // ln p is ln (1 - p) + z, so one softplus does for both.
    sum += (left[cell] as number) * z - ((left[cell] as number) + (stayed[cell] as number)) * softplus(z);
  }
  return sum;
}

/** Rows that are expected to leave where cells have log-odds alpha + beta m. */
export function expectedLeavers(
  { stayed, left }: RiskHistogram,
  m: Float64Array,
  { alpha, beta }: Line,
): number {
  return m.reduce(
    (sum, value, cell) =>
      sum + ((left[cell] as number) + (stayed[cell] as number)) * sigmoid(alpha + beta * value),
    0,
  );
}

export interface FittedLine {
  readonly coefficients: readonly number[];
  /** Row-major inverse of the Hessian at the fit, the prior included. */
  readonly covariance: Float64Array;
}

/**
 * Penalised logistic regression of the outcomes on columns over the cells, by Newton's method with halved steps.
 * @param centre where each coefficient is drawn to, with a normal prior of this `precision`, each above 0.
 */
export function fitLine(
  risks: RiskHistogram,
  columns: readonly Float64Array[],
  centre: readonly number[],
  precision: readonly number[],
): FittedLine {
  const size = columns.length;
  let at = Float64Array.from(centre);
  let objective = objectiveAt(risks, columns, centre, precision, at);
  let hessian = new Float64Array(size * size);
  for (let step = 0; step < MAX_STEPS; step++) {
    const gradient = new Float64Array(size);
    hessian = new Float64Array(size * size);
    const margins = marginsAt(columns, at);
    for (const [cell, z] of margins.entries()) {
      const [stayed, left] = [risks.stayed[cell] as number, risks.left[cell] as number];
      const p = sigmoid(z);
      const [pull, weight] = [left - (stayed + left) * p, (stayed + left) * p * (1 - p)];
      for (let j = 0; j < size; j++) {
        const x = (columns[j] as Float64Array)[cell] as number;
        gradient[j] = (gradient[j] as number) + pull * x;
        for (let k = j; k < size; k++) {
          const y = (columns[k] as Float64Array)[cell] as number;
          hessian[j * size + k] = (hessian[j * size + k] as number) + weight * x * y;
        }
      }
    }
    for (let j = 0; j < size; j++) {
      const strength = precision[j] as number;
      gradient[j] = (gradient[j] as number) - strength * ((at[j] as number) - (centre[j] as number));
      hessian[j * size + j] = (hessian[j * size + j] as number) + strength;
    }
    const move = solveSymmetric(hessian, gradient, size)?.solution;
    if (move === undefined) break;
    let share = 1;
    let [next, reached] = [at, objective];
    for (; share > 1e-9; share /= 2) {
      next = at.map((value, j) => value + share * (move[j] as number));
      reached = objectiveAt(risks, columns, centre, precision, next);
      if (reached >= objective) break;
    }
    const gained = reached - objective;
    if (!(gained >= 0)) break;
    [at, objective] = [next, reached];
    if (gained <= CONVERGED * (1 + Math.abs(objective))) break;
  }
  return { coefficients: [...at], covariance: invert(hessian, size) };
}

function objectiveAt(
  risks: RiskHistogram,
  columns: readonly Float64Array[],
  centre: readonly number[],
  precision: readonly number[],
  at: ArrayLike<number>,
): number {
  const prior = centre.reduce(
    (sum, middle, j) => sum + ((precision[j] as number) * ((at[j] as number) - middle) ** 2) / 2,
    0,
  );
  return logLikelihood(risks, marginsAt(columns, at), { alpha: 0, beta: 1 }) - prior;
}

function marginsAt(columns: readonly Float64Array[], at: ArrayLike<number>): Float64Array {
  const [first] = columns;
  return (first ?? new Float64Array(0)).map((_, cell) =>
    columns.reduce((sum, column, j) => sum + (at[j] as number) * (column[cell] as number), 0),
  );
}

function invert(hessian: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    const unit = new Float64Array(size);
    unit[j] = 1;
    const column = solveSymmetric(hessian, unit, size)?.solution ?? unit.fill(Number.NaN);
    for (let k = 0; k < size; k++) inverse[k * size + j] = column[k] as number;
  }
  return inverse;
}
