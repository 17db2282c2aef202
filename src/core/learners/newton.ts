/**
 * Newton's method for penalised logistic regression as a conversation: it asks for Gram statistics at a point,
 * the caller makes them wherever the rows are, in memory or streamed, and gives them back.
 */
import { TidewatchError } from '../../base/errors.ts';
import { solveSymmetric } from '../math/cholesky.ts';
import type { GramPoint, GramStatistics } from '../statistics/gram.ts';
import {
  type LogisticOptions,
  type LogisticProblem,
  penaltyOf,
  rawCoefficients,
  type StandardCoordinates,
  standardise,
  startOf,
} from './standard-coordinates.ts';
import { oneClass } from './standard-design.ts';

export interface LogisticFit {
  /** On the raw scale of the features. */
  readonly coefficients: readonly number[];
  readonly intercept: number;
  /** Mean of each feature. */
  readonly means: readonly number[];
  /** Sum of log losses + |w|^2 / (2 C), the intercept unpenalised. */
  readonly objective: number;
  /** Sum of log losses alone. */
  readonly loss: number;
  /** Largest absolute gradient of the mean objective, standardised, at the last pass. */
  readonly gradientNorm: number;
  readonly iterations: number;
  /** Passes over the rows. */
  readonly passes: number;
  /** What a reader should know: separated data, constant or collinear features. */
  readonly notes: readonly string[];
}

const DEFAULT_TOLERANCE = 1e-8;
const DEFAULT_ITERATIONS = 100;
/** Rounding error that a sum over the rows may have, relative; a step need not win more than that. */
const SUM_ERROR = 1e-12;
const MAX_HALVINGS = 40;
/** Where a step brings the gradient down to this share of what it was, its Hessian is good for the next step too. */
const GOOD_RATIO = 0.1;

interface State {
  readonly coefficients: Float64Array;
  readonly statistics: GramStatistics;
  readonly objective: number;
  /** Of these coefficients or, where their pass went without, of an earlier state. */
  readonly hessian: Float64Array;
}

/** Makes the pass at coefficients; with a Hessian to go on with, it may leave theirs out. */
type Evaluate = (
  coefficients: Float64Array,
  hessian: Float64Array | null,
) => Generator<GramPoint, State, GramStatistics>;

/**
 * Minimises sum of log losses + |w|^2 / (2 C), intercept unpenalised (scikit-learn's LogisticRegression with
 * lbfgs, run to its end), by Newton's method with step halving in standardised coordinates. When the gradient is
 * below tolerance, a last step is taken from statistics at hand; it only improves the answer.
 * Errors: `one-class` when the target has one value, `not-converged` after `maxIterations` (separated data
 * without a penalty has no finite optimum).
 */
export function* newton(
  problem: LogisticProblem,
  options: LogisticOptions,
): Generator<GramPoint, LogisticFit, GramStatistics> {
  checkClasses(problem);
  const setting = standardise(problem, options);
  const tolerance = options.tolerance ?? DEFAULT_TOLERANCE;
  const limit = options.maxIterations ?? DEFAULT_ITERATIONS;
  let passes = 0;
  const evaluate: Evaluate = function* (coefficients, hessian) {
    passes++;
    const { means, scales } = setting;
    const statistics = yield { coefficients, means, scales, gradientOnly: hessian !== null };
    const objective = statistics.loss + penaltyOf(coefficients, setting);
    // A kernel that has the Hessian for nothing gives it unasked.
    const isFresh = hessian === null || (statistics.hessian[0] as number) > 0;
    return { coefficients, statistics, objective, hessian: isFresh ? statistics.hessian : hessian };
  };

  let state = yield* evaluate(startOf(problem, setting), problem.start?.curvature ?? null);
  let jittered = false;
  let previousNorm = 0;
  for (let iterations = 0; ; iterations++) {
    const step = stepOf(state, setting);
    jittered ||= step.jitter > 0;
    const gradientNorm = step.gradientNorm / problem.weight;
    const stalled = step.decrement <= SUM_ERROR * 1e-3 * Math.abs(state.objective);
    const { wrong } = state.statistics;
    const done = gradientNorm <= tolerance || stalled;
    const unbounded = wrong === 0 && options.C === Number.POSITIVE_INFINITY;
    if (iterations === limit || (done && unbounded))
      throw notConverged(iterations, gradientNorm, wrong, options);
    if (done) {
      return describe(setting, options, {
        state,
        step,
        gradientNorm,
        iterations,
        passes,
        jittered,
      });
    }
    const isGood = gradientNorm <= GOOD_RATIO * previousNorm;
    const next = yield* descend(state, step, evaluate, gradientNorm, isGood ? state.hessian : null);
    // Where an earlier Hessian led nowhere, the state's own is fetched.
    state = next ?? (yield* evaluate(state.coefficients, null));
    previousNorm = next === null ? 0 : gradientNorm;
  }
}

interface Step {
  readonly direction: Float64Array;
  readonly decrement: number;
  readonly gradientNorm: number;
  readonly jitter: number;
}

/**
 * Halves the Newton step until the objective falls (Armijo's rule, within rounding of the sums). Null where a whole
 * step by an earlier Hessian does not make it fall.
 */
function* descend(
  state: State,
  step: Step,
  evaluate: Evaluate,
  gradientNorm: number,
  hessian: Float64Array | null,
): Generator<GramPoint, State | null, GramStatistics> {
  const slack = SUM_ERROR * Math.abs(state.objective);
  for (let share = 1, halvings = 0; halvings <= MAX_HALVINGS; halvings++, share /= 2) {
    const candidate = state.coefficients.map((value, j) => value - share * (step.direction[j] as number));
    const next = yield* evaluate(candidate, hessian);
    if (next.objective <= state.objective - 1e-4 * share * step.decrement + slack) return next;
    if (state.hessian !== state.statistics.hessian) return null;
  }
  throw new TidewatchError(
    'not-converged',
    `Logistic regression: no step improves the objective ${state.objective} at gradient norm ${gradientNorm}. ` +
      'A feature may hold values that are not finite; check the data or choose a smaller C.',
  );
}

function checkClasses({ weight, positives }: LogisticProblem): void {
  if (!(positives > 0 && positives < weight)) throw oneClass(weight, positives);
}

function stepOf({ coefficients, statistics, hessian: at }: State, { penalties }: StandardCoordinates): Step {
  const size = coefficients.length;
  const gradient = statistics.gradient.map(
    (value, j) => value + (penalties[j] as number) * (coefficients[j] as number),
  );
  const hessian = at.slice();
  for (let j = 0; j < size; j++) {
    hessian[j * size + j] = (hessian[j * size + j] as number) + (penalties[j] as number);
  }
  const solved = solveSymmetric(hessian, gradient, size);
  if (solved === null) {
    throw new TidewatchError(
      'not-converged',
      'Logistic regression: the Hessian cannot be solved; a feature holds values that are not finite, or the ' +
        'data is separated and there is no penalty. Check the data or set logistic.C to a finite number.',
    );
  }
  const direction = solved.solution;
  return {
    direction,
    decrement: direction.reduce((sum, value, j) => sum + value * (gradient[j] as number), 0),
    gradientNorm: gradient.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0),
    jitter: solved.jitter,
  };
}

interface Ending {
  readonly state: State;
  readonly step: Step;
  readonly gradientNorm: number;
  readonly iterations: number;
  readonly passes: number;
  readonly jittered: boolean;
}

/** The fit in raw coordinates, after the last step that needs no further pass. */
function describe(
  setting: StandardCoordinates,
  options: LogisticOptions,
  { state, step, gradientNorm, iterations, passes, jittered }: Ending,
): LogisticFit {
  const polished = state.coefficients.map((value, j) => value - (step.direction[j] as number));
  const objective = state.objective - step.decrement / 2;
  return {
    ...rawCoefficients(polished, setting),
    means: Array.from(setting.means),
    objective,
    loss: objective - penaltyOf(polished, setting),
    gradientNorm,
    iterations,
    passes,
    notes: notesOf(setting, state.statistics.wrong, jittered, options),
  };
}

function notesOf(
  setting: StandardCoordinates,
  wrong: number,
  jittered: boolean,
  { C }: LogisticOptions,
): string[] {
  const notes: string[] = [];
  if (wrong === 0) {
    notes.push(
      `A line separates the classes on the training rows without error; only the penalty (C = ${C}) bounds ` +
        'the coefficients, so probabilities are more certain than the data can show.',
    );
  }
  const constant = setting.scales.reduce((count, scale) => count + (scale === 0 ? 1 : 0), 0);
  if (constant > 0)
    notes.push(`Features that are constant on the training rows, coefficient 0: ${constant}.`);
  if (jittered) notes.push('Some features are collinear; their coefficients are not determined one by one.');
  return notes;
}

function notConverged(
  iterations: number,
  norm: number,
  wrong: number,
  options: LogisticOptions,
): TidewatchError {
  const why =
    wrong === 0
      ? 'The classes are separated by a line, so the optimum lies at infinity unless C is finite.'
      : 'The data may be nearly separated.';
  return new TidewatchError(
    'not-converged',
    `Logistic regression: gradient norm ${norm} after ${iterations} iterations at C = ${options.C}. ${why} ` +
      'Choose a smaller logistic.C.',
    { details: { iterations, gradientNorm: norm } },
  );
}
