import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { solveSymmetric } from './cholesky.ts';
import { expNegative } from './exp-negative.ts';
import { normalQuantile, twoSidedZ } from './normal.ts';
import { logit, sigmoid, softplus } from './sigmoid.ts';
import { sortAscending } from './sort-ascending.ts';

describe('expNegative', () => {
  it('is Math.exp(-x) within four units in the last place over its range', () => {
    fc.assert(
      fc.property(fc.double({ min: -44, max: 700, noNaN: true }), (x) => {
        const wanted = Math.exp(-x);
        expect(Math.abs(expNegative(x) - wanted)).toBeLessThanOrEqual(wanted * 4 * Number.EPSILON);
      }),
      { numRuns: 2000 },
    );
    expect(expNegative(0)).toBe(1);
  });
});

describe('the logistic function', () => {
  it('is 0 and 1 at the ends and undone by the logit', () => {
    expect([sigmoid(-800), sigmoid(800), sigmoid(0)]).toEqual([0, 1, 0.5]);
    fc.assert(
      fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (m) => {
        expect(Math.abs(logit(sigmoid(m)) - m)).toBeLessThan(1e-2);
      }),
    );
  });

  it('has a softplus that neither overflows nor loses small values', () => {
    expect(softplus(1000)).toBe(1000);
    expect(softplus(-50)).toBeCloseTo(Math.exp(-50), 30);
    expect(softplus(0)).toBeCloseTo(Math.LN2, 15);
  });
});

describe('normalQuantile', () => {
  it('equals the quantiles of SciPy', () => {
    const { normal_quantiles: golden } = JSON.parse(readFileSync('test/golden/metrics.json', 'utf8'));
    for (const [share, z] of golden)
      expect(Math.abs(normalQuantile(share) - z)).toBeLessThan(1e-12 * Math.max(1, Math.abs(z)));
  });

  it('is infinite at 0 and 1 and NaN outside', () => {
    expect([normalQuantile(0), normalQuantile(1), normalQuantile(1.5)]).toEqual([
      -Infinity,
      Infinity,
      Number.NaN,
    ]);
    expect(twoSidedZ(0.95)).toBeCloseTo(1.959964, 6);
  });
});

describe('solveSymmetric', () => {
  it('solves A x = b for positive definite A', () => {
    const entries = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(entries, (draws) => {
        const size = 4;
        const matrix = new Float64Array(size * size);
        for (let j = 0; j < size; j++)
          for (let k = 0; k < size; k++) {
            let sum = j === k ? 1 : 0;
            for (let i = 0; i < size; i++)
              sum += (draws[i * size + j] as number) * (draws[i * size + k] as number);
            matrix[j * size + k] = sum;
          }
        const rhs = Float64Array.from(draws.slice(16));
        const solved = solveSymmetric(matrix, rhs, size);
        expect(solved?.jitter).toBe(0);
        for (let j = 0; j < size; j++) {
          let sum = 0;
          for (let k = 0; k < size; k++)
            sum += (matrix[j * size + k] as number) * (solved?.solution[k] as number);
          expect(sum).toBeCloseTo(rhs[j] as number, 9);
        }
      }),
    );
  });

  it('gives a coordinate without information 0, and helps a singular matrix', () => {
    expect(solveSymmetric(Float64Array.of(4, 0, 0, 0), Float64Array.of(2, 5), 2)?.solution).toEqual(
      Float64Array.of(0.5, 0),
    );
    const singular = solveSymmetric(Float64Array.of(1, 1, 1, 1), Float64Array.of(1, 1), 2);
    expect(singular?.jitter).toBeGreaterThan(0);
    expect((singular?.solution[0] as number) + (singular?.solution[1] as number)).toBeCloseTo(1, 9);
  });

  it('gives null for values that are not finite', () => {
    expect(solveSymmetric(Float64Array.of(1, Number.NaN, 0, 1), Float64Array.of(1, 1), 2)).toBeNull();
  });
});

describe('sortAscending', () => {
  it('sorts as the typed array does, small or large, even, skewed or infinite', () => {
    const spread = Float64Array.from({ length: 50_000 }, (_, i) => Math.sin(i * 7.7) ** 5);
    const skewed = spread.map((x, i) => (i === 0 ? 1e300 : x));
    const tied = spread.map((x) => Math.round(x * 3));
    const infinite = spread.map((x, i) => (i % 9 === 0 ? Infinity : x));
    for (const values of [
      spread,
      skewed,
      tied,
      infinite,
      spread.slice(0, 10),
      new Float64Array(0),
      new Float64Array(30_000),
    ]) {
      const before = values.slice();
      const [sorted, wanted] = [sortAscending(values), values.slice().sort()];
      expect(sorted.length).toBe(wanted.length);
      expect(sorted.every((value, i) => value === wanted[i])).toBe(true);
      expect(values.every((value, i) => value === before[i])).toBe(true);
    }
  });
});
