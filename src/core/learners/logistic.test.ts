import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TidewatchError } from '../../base/errors.ts';
import { createRandom } from '../../base/random.ts';
import { describeDesign } from '../statistics/describe-design.ts';
import type { DesignBlock } from '../statistics/gram.ts';
import { gramKernel } from '../statistics/gram-kernel.ts';
import { fitLogistic } from './logistic.ts';
import { newton } from './newton.ts';
import { standardise } from './standard-coordinates.ts';

interface Optimum {
  readonly coef: number[];
  readonly intercept: number;
  readonly objective: number;
}
interface GoldenCase {
  readonly name: string;
  readonly C: number;
  readonly columns: number[][];
  readonly labels: number[];
  readonly weights: number[] | null;
  readonly raw: Optimum;
  readonly standardized?: Optimum;
}

const golden: { cases: GoldenCase[] } = JSON.parse(readFileSync('test/golden/logistic.json', 'utf8'));

function blockOf(
  columns: readonly (readonly number[])[],
  labels: readonly number[],
  weights: readonly number[] | null = null,
): DesignBlock {
  return {
    rows: labels.length,
    columns: columns.map((column) => Float64Array.from(column)),
    labels: Float64Array.from(labels),
    weights: weights === null ? null : Float64Array.from(weights),
  };
}

function split(block: DesignBlock, at: readonly number[]): DesignBlock[] {
  const bounds = [0, ...at, block.rows];
  return bounds.slice(1).map((end, k) => {
    const start = bounds[k] as number;
    return {
      rows: end - start,
      columns: block.columns.map((column) => column.slice(start, end)),
      labels: block.labels.slice(start, end),
      weights: block.weights?.slice(start, end) ?? null,
    };
  });
}

function randomBlock(rows: number, features: number, seed: number): DesignBlock {
  const random = createRandom(seed);
  const columns = Array.from({ length: features }, () => Float64Array.from({ length: rows }, random.normal));
  const labels = Float64Array.from({ length: rows }, (_, i) =>
    random.uniform() < 1 / (1 + Math.exp(-(columns[0]?.[i] ?? 0))) ? 1 : 0,
  );
  return { rows, columns, labels, weights: null };
}

function expectClose(actual: readonly number[], expected: readonly number[], relative: number): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  actual.forEach((value, j) => {
    const wanted = expected[j] as number;
    expect(Math.abs(value - wanted)).toBeLessThanOrEqual(relative * (Math.abs(wanted) + 1e-6 * scale));
  });
}

const caught = (action: () => unknown): TidewatchError => {
  try {
    action();
  } catch (error) {
    if (error instanceof TidewatchError) return error;
    throw error;
  }
  throw new Error('expected an error');
};

describe('logistic regression', () => {
  it.each(golden.cases)(
    'reaches the optimum of scikit-learn: $name',
    ({ columns, labels, weights, C, raw, standardized }) => {
      const block = blockOf(columns, labels, weights);
      const fit = fitLogistic([block], { C, standardize: false });
      expect(Math.abs(fit.objective / raw.objective - 1)).toBeLessThan(1e-9);
      expectClose([...fit.coefficients, fit.intercept], [...raw.coef, raw.intercept], 1e-5);
      if (standardized === undefined) return;
      const other = fitLogistic([block], { C, standardize: true });
      expect(Math.abs(other.objective / standardized.objective - 1)).toBeLessThan(1e-9);
      expectClose(
        [...other.coefficients, other.intercept],
        [...standardized.coef, standardized.intercept],
        1e-5,
      );
    },
  );

  it('gives the same bits for the same blocks and the same answer for other blocks', () => {
    const block = randomBlock(3000, 5, 3);
    const parts = split(block, [512, 1500, 1501]);
    const fit = fitLogistic(parts, { C: 1, standardize: false });
    expect(fitLogistic(split(block, [512, 1500, 1501]), { C: 1, standardize: false })).toEqual(fit);
    expectClose(fitLogistic([block], { C: 1, standardize: false }).coefficients, fit.coefficients, 1e-9);
  });

  it('starts large tables from a sample and still reaches the optimum', () => {
    const block = randomBlock(210_000, 2, 4);
    const fit = fitLogistic(split(block, [100_001]), { C: 1, standardize: false });
    expect(fit.passes).toBeLessThanOrEqual(4);
    expect(fit.gradientNorm).toBeLessThan(1e-8);
    // The same rows twice at half the weight: too weighty for the fused kernel, so another path to the same optimum.
    const weighted = { ...block, weights: new Float64Array(block.rows).fill(1) };
    expectClose(fitLogistic([weighted], { C: 1, standardize: false }).coefficients, fit.coefficients, 1e-8);
  });

  it.each([1e-6, 1, 1e6])(
    'gets to the optimum from a start with a Hessian that is %d times the right one',
    (factor) => {
      const block = randomBlock(2000, 3, 6);
      const options = { C: 1, standardize: true };
      const wanted = fitLogistic([block], options);
      const summary = describeDesign([block]);
      const [zero, own] = [new Float64Array(4), standardise({ ...summary, start: null }, options)];
      const { hessian } = gramKernel(block, { coefficients: zero, ...own });
      const start = {
        coefficients: [0, 0, 0],
        intercept: 0,
        curvature: hessian.map((value) => value * factor),
      };
      const steps = newton({ ...summary, start }, options);
      let request = steps.next();
      while (request.done !== true) {
        // As a kernel that leaves the Hessian out where it may.
        const statistics = gramKernel(block, request.value);
        if (request.value.gradientOnly === true) statistics.hessian.fill(0);
        request = steps.next(statistics);
      }
      expect(request.value.gradientNorm).toBeLessThan(1e-8);
      expectClose(request.value.coefficients, wanted.coefficients, 1e-8);
      expect(request.value.passes).toBeLessThan(12);
    },
  );

  it('counts a row of weight 2 as the row twice', () => {
    const block = randomBlock(200, 3, 5);
    const doubled = { ...block, weights: new Float64Array(200).fill(2) };
    const fit = fitLogistic([block, block], { C: 1, standardize: false });
    expectClose(fitLogistic([doubled], { C: 1, standardize: false }).coefficients, fit.coefficients, 1e-9);
  });

  it('does not depend on the unit of a feature when the penalty is on standardised coefficients', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        fc.double({ min: -8, max: 8, noNaN: true }),
        (seed, exponent) => {
          const block = randomBlock(60, 2, seed);
          if (new Set(block.labels).size < 2) return;
          const unit = 10 ** exponent;
          const scaled = {
            ...block,
            columns: [
              block.columns[0] as Float64Array,
              (block.columns[1] as Float64Array).map((x) => x * unit),
            ],
          };
          const [a, b] = [block, scaled].map((rows) => fitLogistic([rows], { C: 1, standardize: true }));
          expectClose([(b?.coefficients[1] as number) * unit], [a?.coefficients[1] as number], 1e-6);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('says that separated data is bound by the penalty alone', () => {
    const fit = fitLogistic([blockOf([[1, 2, 3, 4]], [0, 0, 1, 1])], { C: 1e6, standardize: false });
    expect(fit.notes.join()).toContain('separates the classes');
    expect(fit.coefficients.every(Number.isFinite)).toBe(true);
  });

  it('gives a constant feature the coefficient 0, also a large one', () => {
    const block = blockOf(
      [
        [1, 2, 3, 4, 5, 6],
        [1e9 / 3, 1e9 / 3, 1e9 / 3, 1e9 / 3, 1e9 / 3, 1e9 / 3],
      ],
      [0, 1, 0, 1, 1, 0],
    );
    const fit = fitLogistic([block], { C: 1, standardize: false });
    expect(fit.coefficients[1]).toBe(0);
    expect(fit.notes.join()).toContain('constant');
  });

  it('fits collinear features without a penalty and says so', () => {
    const block = blockOf(
      [
        [1, 2, 3, 4, 5, 6],
        [2, 4, 6, 8, 10, 12],
      ],
      [0, 1, 0, 1, 1, 0],
    );
    const fit = fitLogistic([block], { C: Number.POSITIVE_INFINITY, standardize: false });
    expect(fit.notes.join()).toContain('collinear');
    expect(fit.gradientNorm).toBeLessThan(1e-8);
  });

  it('refuses separated data without a penalty, and says what to do', () => {
    const block = blockOf([[1, 2, 3, 4]], [0, 0, 1, 1]);
    const error = caught(() => fitLogistic([block], { C: Number.POSITIVE_INFINITY, standardize: false }));
    expect(error.code).toBe('not-converged');
    expect(error.message).toContain('logistic.C');
  });

  it.each([
    ['one-class', blockOf([[1, 2]], [1, 1])],
    ['one-class', blockOf([[]], [])],
    ['value-invalid', blockOf([[1, Number.NaN]], [0, 1])],
    ['value-invalid', blockOf([[1, Number.POSITIVE_INFINITY]], [0, 1])],
    ['value-invalid', blockOf([[1, 2]], [0, 2])],
    ['value-invalid', blockOf([[1, 2]], [0, 1], [1, -1])],
  ] as const)('refuses rows it cannot learn from with %s', (code, block) => {
    expect(caught(() => fitLogistic([block], { C: 1, standardize: false })).code).toBe(code);
  });

  it('keeps its footing with margins beyond the range of the exponential', () => {
    const x = [-1e5, -2e4, -30, -1, 1, 30, 2e4, 1e5];
    const fit = fitLogistic([blockOf([x], [1, 0, 0, 1, 0, 1, 1, 1])], { C: 1, standardize: false });
    expect(Number.isFinite(fit.objective)).toBe(true);
    expect(fit.gradientNorm).toBeLessThan(1e-8);
  });
});
