/** Logistic regression over rows in memory. */
import { TidewatchError } from '../../base/errors.ts';
import { type DesignBlock, type GramKernel, sumGram } from '../statistics/gram.ts';
import { gramKernel } from '../statistics/gram-kernel.ts';
import { addMoments, createMoments, type Moments } from '../statistics/moments.ts';
import { type LogisticFit, newton } from './newton.ts';
import type { LogisticOptions, LogisticProblem } from './standard-coordinates.ts';

/** From so many rows on, a sample is fitted first; its optimum saves passes over all rows. */
const SAMPLE_FROM = 200_000;
const SAMPLE_ROWS = 50_000;

/**
 * Fits a logistic regression (see `newton` for the objective and the errors). Same blocks, same bits.
 * @param blocks the rows in order, all with the same features; a feature must have no missing value.
 * @param kernel makes the sums of one block; the plain JavaScript one unless another is given.
 * Errors also: `value-invalid` for a label other than 0 and 1, a value that is not finite or a negative weight.
 */
export function fitLogistic(
  blocks: readonly DesignBlock[],
  options: LogisticOptions,
  kernel: GramKernel = gramKernel,
): LogisticFit {
  const problem = describeBlocks(blocks);
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  const start = rows >= SAMPLE_FROM ? startFromSample(blocks, rows, options, kernel) : null;
  return drive(blocks, { ...problem, start }, options, kernel);
}

function drive(
  blocks: readonly DesignBlock[],
  problem: LogisticProblem,
  options: LogisticOptions,
  kernel: GramKernel,
): LogisticFit {
  const steps = newton(problem, options);
  let request = steps.next();
  while (request.done !== true) {
    const point = request.value;
    const parts = blocks.map((block) => kernel(block, point));
    request = steps.next(sumGram(parts, problem.moments.length));
  }
  return request.value;
}

/** Moments, weights and classes of the rows: what `newton` needs before the first pass. */
export function describeBlocks(blocks: readonly DesignBlock[]): LogisticProblem {
  const features = blocks[0]?.columns.length ?? 0;
  const moments: Moments[] = Array.from({ length: features }, createMoments);
  let weight = 0;
  let positives = 0;
  for (const block of blocks) {
    block.columns.forEach((column, j) => {
      moments[j] = addMoments(moments[j] as Moments, column);
    });
    const classes = countClasses(block);
    weight += classes.weight;
    positives += classes.positives;
  }
  moments.forEach(checkFinite);
  return { moments, weight, positives, start: null };
}

function countClasses({ rows, labels, weights }: DesignBlock): { weight: number; positives: number } {
  let weight = 0;
  let positives = 0;
  for (let i = 0; i < rows; i++) {
    const label = labels[i] as number;
    const share = weights === null ? 1 : (weights[i] as number);
    if ((label !== 0 && label !== 1) || !(share >= 0)) {
      throw new TidewatchError(
        'value-invalid',
        `Training row ${i + 1} of its block has label ${label} and weight ${share}: expected 0 or 1 and a ` +
          'weight that is not negative. Leave rows without a label out.',
      );
    }
    weight += share;
    positives += label * share;
  }
  return { weight, positives };
}

function checkFinite(moments: Moments, feature: number): void {
  if (moments.missing === 0 && Number.isFinite(moments.squares)) return;
  throw new TidewatchError(
    'value-invalid',
    `Feature ${feature + 1} of the design has ${moments.missing} missing values or one that is infinite: ` +
      'expected finite numbers; the feature recipe replaces missing values.',
  );
}

/** Fits every so-manieth row; null where that sample has one class. */
function startFromSample(
  blocks: readonly DesignBlock[],
  rows: number,
  options: LogisticOptions,
  kernel: GramKernel,
): LogisticProblem['start'] {
  const sample = sampleBlocks(blocks, Math.floor(rows / SAMPLE_ROWS));
  const problem = describeBlocks(sample);
  if (problem.positives === 0 || problem.positives === problem.weight) return null;
  // The penalty keeps its weight against the losses, of which there are fewer.
  const C = options.C * (rows / SAMPLE_ROWS);
  return drive(sample, problem, { ...options, C, tolerance: 1e-4 }, kernel);
}

function sampleBlocks(blocks: readonly DesignBlock[], stride: number): DesignBlock[] {
  let offset = 0;
  return blocks.map((block) => {
    const first = (stride - (offset % stride)) % stride;
    offset += block.rows;
    const length = Math.max(0, Math.ceil((block.rows - first) / stride));
    const pick = (values: Float64Array) =>
      Float64Array.from({ length }, (_, i) => values[first + i * stride] as number);
    return {
      rows: length,
      columns: block.columns.map(pick),
      labels: pick(block.labels),
      weights: block.weights === null ? null : pick(block.weights),
    };
  });
}
