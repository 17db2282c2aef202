import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { softplus } from '../math/sigmoid.ts';
import type { DesignBlock } from '../statistics/gram.ts';
import { defaultLinearPath, fitBaseRate, fitLinearPath, type LinearPoint } from './linear-path.ts';
import { fitLogistic } from './logistic.ts';
import type { LogisticFit } from './newton.ts';

interface Golden {
  readonly name: string;
  readonly columns: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly optima: readonly { readonly C: number; readonly l1Share: number; readonly objective: number }[];
}

const golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/linear-path.json', import.meta.url), 'utf8'),
) as Golden[];

function blockOf(columns: readonly (readonly number[])[], labels: readonly number[]): DesignBlock {
  return {
    rows: labels.length,
    columns: columns.map((column) => Float64Array.from(column)),
    labels: Float64Array.from(labels),
    weights: null,
  };
}

/** The objective of a fit, from its coefficients on the raw scale. */
function objectiveOf(
  columns: readonly (readonly number[])[],
  labels: readonly number[],
  { coefficients, intercept }: Pick<LogisticFit, 'coefficients' | 'intercept'>,
  { C, l1Share }: LinearPoint,
): number {
  const loss = labels.reduce((sum, label, i) => {
    const margin = columns.reduce(
      (own, column, j) => own + (coefficients[j] ?? 0) * (column[i] ?? 0),
      intercept,
    );
    return sum + softplus(label === 1 ? -margin : margin);
  }, 0);
  const penalty = columns.reduce((sum, column, j) => {
    const mean = column.reduce((all, value) => all + value, 0) / column.length;
    const deviation = Math.sqrt(column.reduce((all, value) => all + (value - mean) ** 2, 0) / column.length);
    const value = (coefficients[j] ?? 0) * deviation;
    return sum + l1Share * Math.abs(value) + ((1 - l1Share) / 2) * value * value;
  }, 0);
  return loss + penalty / C;
}

/** Rows with `features` normal inputs, of which the first few say something. */
function randomBlock(seed: number, rows: number, features: number): DesignBlock {
  const random = createRandom(seed, 0);
  const columns = Array.from({ length: features }, () => Array.from({ length: rows }, () => random.normal()));
  const labels = Array.from({ length: rows }, (_, i) => {
    const margin = columns.slice(0, 3).reduce((sum, column) => sum + (column[i] as number), -0.5);
    return i < 2 ? i : random.uniform() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
  });
  return blockOf(columns, labels);
}

describe('fitLinearPath', () => {
  for (const { name, columns, labels, optima } of golden) {
    it(`comes to the optima of scikit-learn: ${name}`, () => {
      for (const l1Share of new Set(optima.map((each) => each.l1Share))) {
        const path = optima.filter((each) => each.l1Share === l1Share);
        const fits = fitLinearPath([blockOf(columns, labels)], path);
        for (const [k, fit] of fits.entries()) {
          const { objective, C } = path[k] as Golden['optima'][number];
          const place = `C = ${C}, l1Share = ${l1Share}`;
          expect(objectiveOf(columns, labels, fit, { C, l1Share }), place).toBeCloseTo(fit.objective, 6);
          // The objective is convex, so that none is below its optimum; saga may stop short of it.
          expect((fit.objective - objective) / objective, place).toBeLessThan(1e-6);
          if (l1Share === 0) expect((fit.objective - objective) / objective, place).toBeGreaterThan(-1e-6);
        }
      }
    });
  }

  it('has the coefficients of Newton steps with the whole Hessian', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 12 }), (seed, features) => {
        const block = randomBlock(seed, 60, features);
        const points = defaultLinearPath(0);
        const fits = fitLinearPath([block], points);
        for (const [k, { C }] of points.entries()) {
          const exact = fitLogistic([block], { C, standardize: true });
          exact.coefficients.forEach((value, j) => {
            expect(fits[k]?.coefficients[j]).toBeCloseTo(value, 4);
          });
          expect(fits[k]?.intercept).toBeCloseTo(exact.intercept, 4);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('does not depend on how rows are cut into blocks', () => {
    const block = randomBlock(3, 50, 4);
    const part = (from: number, to: number): DesignBlock => ({
      rows: to - from,
      columns: block.columns.map((column) => column.subarray(from, to)),
      labels: block.labels.subarray(from, to),
      weights: null,
    });
    const points = [...defaultLinearPath(0), ...defaultLinearPath(0.5)];
    const [parts, whole] = [
      fitLinearPath([part(0, 20), part(20, 50)], points),
      fitLinearPath([block], points),
    ];
    parts.forEach((fit, k) => {
      expect(fit.objective).toBeCloseTo(whole[k]?.objective ?? Number.NaN, 6);
    });
    expect(fitLinearPath([block], points)).toEqual(whole);
  });

  it('has ever more coefficients that are not 0 as the penalty of absolute values gets weaker', () => {
    const fits = fitLinearPath([randomBlock(5, 200, 30)], defaultLinearPath(1));
    const counts = fits.map(({ coefficients }) => coefficients.filter((value) => value !== 0).length);
    expect(counts[0]).toBe(0);
    expect(counts.at(-1)).toBeGreaterThan(20);
  });

  it('ends soon where columns are copies of one another, and shares the coefficient among them', () => {
    const { columns, labels } = randomBlock(2, 300, 3);
    const copies = {
      rows: 300,
      columns: Array.from({ length: 60 }, () => columns[0]),
      labels,
      weights: null,
    };
    const path = defaultLinearPath(0.5);
    for (const fit of fitLinearPath([copies as DesignBlock], path)) {
      expect(fit.iterations).toBeLessThan(15);
      // With |w|^2 in the penalty the optimum is alone, so it treats copies alike.
      expect(Math.max(...fit.coefficients) - Math.min(...fit.coefficients)).toBeLessThan(0.02);
    }
  });

  it('fits one row a class, one row of 1 among many, columns that are constant, and more features than rows', () => {
    const wide = randomBlock(6, 40, 200);
    const one = randomBlock(7, 400, 5);
    const cases = {
      'one row a class': blockOf([[1, 3]], [0, 1]),
      'one of 1': { ...one, labels: one.labels.map((_, i) => (i === 9 ? 1 : 0)) },
      constant: blockOf(
        [
          [7, 7, 7, 7],
          [1, 2, 3, 5],
        ],
        [0, 1, 0, 1],
      ),
      'all constant': blockOf([[7, 7, 7, 7]], [0, 1, 0, 0]),
      wide,
      'far from 0': { ...one, columns: one.columns.map((column) => column.map((value) => 1e9 + value)) },
      large: { ...one, columns: one.columns.map((column) => column.map((value) => 1e140 * value)) },
    };
    for (const [name, block] of Object.entries(cases)) {
      for (const l1Share of [0, 0.5, 1]) {
        const fits = fitLinearPath([block], defaultLinearPath(l1Share));
        for (const [k, fit] of fits.entries()) {
          const place = `${name}, l1Share ${l1Share}, point ${k}`;
          expect([fit.intercept, ...fit.coefficients].every(Number.isFinite), place).toBe(true);
          expect(fit.gradientNorm, place).toBeLessThan(2e-5);
          // A weaker penalty lets the loss fall.
          expect(fit.loss, place).toBeLessThanOrEqual((fits[k - 1]?.loss ?? Number.POSITIVE_INFINITY) + 1e-6);
        }
      }
    }
    const [constant] = fitLinearPath([cases.constant], [{ C: 1, l1Share: 0 }]);
    expect(constant?.coefficients[0]).toBe(0);
    expect(constant?.notes.join()).toMatch(/constant/);
  });

  it('refuses one class, and values that are not finite or too large to be squared', () => {
    for (const huge of [1e200, 1.7e308]) {
      const block = blockOf([[huge, -huge, huge, huge, -huge, huge]], [1, 0, 0, 1, 0, 0]);
      expect(() => fitLinearPath([block], defaultLinearPath(0.5))).toThrow(/too large to be squared/);
    }
    expect(() => fitLinearPath([blockOf([[1, 2]], [1, 1])], defaultLinearPath(0))).toThrow(
      /nothing to learn/,
    );
    expect(() => fitLinearPath([blockOf([[1, Number.NaN]], [1, 0])], defaultLinearPath(0))).toThrow();
  });
});

describe('defaultLinearPath', () => {
  it('goes from strong to weak, as far as the smaller class allows, and is never empty', () => {
    const strengths = (smallerClass?: number) => defaultLinearPath(0, smallerClass).map(({ C }) => C);
    expect(strengths(0)).toEqual([0.001]);
    expect(strengths(20)).toEqual([0.001, 0.003, 0.01, 0.03, 0.1]);
    expect(defaultLinearPath(0.5, 20).at(-1)).toEqual({ C: 0.3, l1Share: 0.5 });
    expect(Math.max(...strengths(200))).toBe(1);
    expect(strengths(2000)).toEqual(strengths());
    expect(strengths()).toEqual(strengths().sort((a, b) => a - b));
  });
});

describe('fitBaseRate', () => {
  it('is the limit of the path', () => {
    const block = randomBlock(9, 100, 5);
    const [fit] = fitLinearPath([block], [{ C: 1e-9, l1Share: 0 }]);
    expect(fitBaseRate(block.labels).intercept).toBeCloseTo(fit?.intercept ?? Number.NaN, 4);
  });

  it('refuses one class', () => {
    expect(() => fitBaseRate([0, 0])).toThrow(/nothing to learn/);
    expect(() => fitBaseRate([])).toThrow(/no training row/);
  });
});
