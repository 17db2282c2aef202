import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addToMoments, mergeMomentSums, readMoments, startMoments } from './sample-moments.ts';

function sumsOf(values: readonly number[]) {
  const sums = startMoments();
  for (const value of values) addToMoments(sums, value);
  return sums;
}

const momentsOf = (values: readonly number[]) => readMoments(sumsOf(values));

describe('sample moments', () => {
  it('are those of their definitions', () => {
    const value = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 3, maxLength: 80 }), (values) => {
        const rows = values.length;
        const mean = values.reduce((sum, x) => sum + x, 0) / rows;
        const power = (k: number) => values.reduce((sum, x) => sum + (x - mean) ** k, 0);
        const made = momentsOf(values);
        expect(made.mean).toBeCloseTo(mean, 10);
        expect(made.deviation).toBeCloseTo(Math.sqrt(power(2) / (rows - 1)), 9);
        if (power(2) < 1e-3) return;
        const skewness = (rows * power(3)) / ((rows - 1) * (rows - 2) * (power(2) / (rows - 1)) ** 1.5);
        expect(made.skewness).toBeCloseTo(skewness, 6);
      }),
    );
  });

  it('keep their digits far from 0', () => {
    const { deviation, skewness } = momentsOf([0, 0, 0, 1].map((value) => 1e9 + value));
    expect(deviation).toBeCloseTo(0.5, 6);
    expect(skewness).toBeCloseTo(2, 5);
  });

  it('of equal values have no spread and no skewness, and none are no number', () => {
    expect(momentsOf([3, 3, 3])).toEqual({ rows: 3, mean: 3, deviation: 0, skewness: 0 });
    expect(momentsOf([])).toEqual({ rows: 0, mean: Number.NaN, deviation: 0, skewness: 0 });
  });

  it('of parts merge to those of the whole, which are of their sizes', () => {
    const values = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { maxLength: 30 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [merged, whole] = [mergeMomentSums(sumsOf(a), sumsOf(b)), sumsOf([...a, ...b])];
        expect(merged.rows).toBe(whole.rows);
        expect(merged.mean).toBeCloseTo(whole.mean, 10);
        expect(merged.second).toBeCloseTo(whole.second, 6);
        expect(merged.third).toBeCloseTo(whole.third, 4);
      }),
    );
  });

  it('merge far from 0 without a loss of digits', () => {
    const far = (values: readonly number[]) => sumsOf(values.map((value) => 1e9 + value));
    const { deviation, skewness } = readMoments(mergeMomentSums(far([0, 0]), far([0, 1])));
    expect(deviation).toBeCloseTo(0.5, 6);
    expect(skewness).toBeCloseTo(2, 5);
  });
});
