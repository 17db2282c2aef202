/** Logistic regression over rows in memory. */
import type { DesignBlock } from '../statistics/gram.ts';
import { createPlainGram, type GramRows, type GramRuntime } from '../statistics/gram-rows.ts';
import { type LogisticFit, newton } from './newton.ts';
import {
  type LogisticOptions,
  type LogisticProblem,
  type LogisticStart,
  standardise,
  startOf,
} from './standard-coordinates.ts';

/** From so many rows on, a sample is fitted first; its optimum saves passes over all rows. */
const SAMPLE_FROM = 200_000;
const SAMPLE_ROWS = 50_000;
/** Rows next to each other that are taken into the sample together. */
const RUN_ROWS = 256;
/** About the sampling error of the gradient; to go further would not bring all rows nearer. */
const SAMPLE_TOLERANCE = 1e-3;
/** Curvature that each feature must have in the sample, of the intercept's, for the sample to speak for all rows. */
const MIN_CURVATURE = 0.25;

/**
 * Fits a logistic regression (see `newton` for the objective and the errors). Same blocks and runtime, same bits.
 * @param blocks the rows in order, all with the same features; a feature must have no missing value.
 * @param runtime makes the passes; plain JavaScript on the calling thread unless another is given.
 * Errors also: `value-invalid` for a label other than 0 and 1, a value that is not finite or a negative weight.
 */
export function fitLogistic(
  blocks: readonly DesignBlock[],
  options: LogisticOptions,
  runtime: GramRuntime = createPlainGram(),
): LogisticFit {
  const passes = logisticPasses(blocks, options, runtime);
  let next = passes.next();
  while (next.done !== true) next = passes.next();
  return next.value;
}

/** The fit, to be driven a pass at a time, so that a server can answer between passes. */
export function* logisticPasses(
  blocks: readonly DesignBlock[],
  options: LogisticOptions,
  runtime: GramRuntime,
): Generator<void, LogisticFit, void> {
  const rows = runtime.open(blocks);
  try {
    yield;
    const problem: LogisticProblem = { ...rows.describe(), start: null };
    const count = blocks.reduce((sum, block) => sum + block.rows, 0);
    const start = count >= SAMPLE_FROM ? startFromSample(rows, problem, options, runtime) : null;
    yield;
    return yield* drive(rows, { ...problem, start }, options);
  } finally {
    rows.close();
  }
}

function* drive(
  rows: GramRows,
  problem: LogisticProblem,
  options: LogisticOptions,
): Generator<void, LogisticFit, void> {
  const steps = newton(problem, options);
  let request = steps.next();
  while (request.done !== true) {
    const statistics = rows.sum(request.value);
    yield;
    request = steps.next(statistics);
  }
  return request.value;
}

/** Fits a sample; null where it has one class. */
function startFromSample(
  { blocks }: GramRows,
  whole: LogisticProblem,
  options: LogisticOptions,
  runtime: GramRuntime,
): LogisticStart | null {
  const count = blocks.reduce((sum, block) => sum + block.rows, 0);
  const sample = runtime.open(sampleRuns(blocks, Math.floor(count / SAMPLE_ROWS)));
  try {
    const problem: LogisticProblem = { ...sample.describe(), start: null };
    if (problem.positives === 0 || problem.positives === problem.weight) return null;
    // The penalty keeps its weight against the losses, of which there are fewer.
    const C = options.C * (count / SAMPLE_ROWS);
    const passes = drive(sample, problem, { ...options, C, tolerance: SAMPLE_TOLERANCE });
    let next = passes.next();
    while (next.done !== true) next = passes.next();
    const { coefficients, intercept } = next.value;
    const start = { coefficients, intercept };
    const curvature = curvatureAt({ ...whole, start }, options, sample, problem.weight);
    return curvature === null ? start : { ...start, curvature };
  } finally {
    sample.close();
  }
}

/** The Hessian of all rows at their start, as the sample has it; null where a feature varies too little in it. */
function curvatureAt(
  whole: LogisticProblem,
  options: LogisticOptions,
  sample: GramRows,
  weight: number,
): Float64Array | null {
  const { means, scales } = standardise(whole, options);
  const { hessian } = sample.sum({ coefficients: startOf(whole, { means, scales }), means, scales });
  const size = scales.length + 1;
  const least = MIN_CURVATURE * (hessian[0] as number);
  const isSound = scales.every(
    (scale, j) => scale === 0 || (hessian[(j + 1) * (size + 1)] as number) >= least,
  );
  return isSound ? hessian.map((value) => value * (whole.weight / weight)) : null;
}

/** Every so-manieth run of rows, as views of the blocks. */
function sampleRuns(blocks: readonly DesignBlock[], stride: number): DesignBlock[] {
  let run = 0;
  return blocks.flatMap((block) => {
    const parts: DesignBlock[] = [];
    for (let begin = 0; begin < block.rows; begin += RUN_ROWS, run++) {
      if (run % stride === 0) parts.push(partOf(block, begin, Math.min(begin + RUN_ROWS, block.rows)));
    }
    return parts;
  });
}

function partOf({ columns, labels, weights }: DesignBlock, begin: number, end: number): DesignBlock {
  return {
    rows: end - begin,
    columns: columns.map((column) => column.subarray(begin, end)),
    labels: labels.subarray(begin, end),
    weights: weights?.subarray(begin, end) ?? null,
  };
}
