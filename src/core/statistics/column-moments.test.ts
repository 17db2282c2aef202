import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnMoments } from './column-moments.ts';

describe('columnMoments', () => {
  it('has the median of the sorted values, whatever their order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ noNaN: true, min: -1e9, max: 1e9 })), {
          minLength: 1,
        }),
        (values) => {
          const sorted = values.toSorted((a, b) => a - b);
          const half = values.length >> 1;
          const upper = sorted[half] as number;
          const median = values.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2;
          const { moments } = columnMoments(Float64Array.from(values));
          expect(moments.median + 0).toBeCloseTo(median, 9);
          expect([moments.min + 0, moments.max + 0]).toEqual([
            (sorted[0] as number) + 0,
            (sorted.at(-1) as number) + 0,
          ]);
        },
      ),
    );
  });

  it('has the mean and the deviation of whole numbers to the last digit', () => {
    const values = Float64Array.from({ length: 100_001 }, (_, i) => i);
    const { mean, std } = columnMoments(values).moments;
    expect(mean).toBe(50_000);
    // (n^2 + n) / 12 for 0..n-1, divided by n - 1.
    expect(std).toBe(Math.sqrt((100_001 * 100_002) / 12));
  });

  it('keeps digits that plain sums lose', () => {
    const { mean, std } = columnMoments(Float64Array.from([1e16, 1, -1e16, 1])).moments;
    expect(mean).toBe(0.5);
    expect(std).toBeCloseTo(Math.sqrt(2e32 / 3), 0);
    const offset = columnMoments(Float64Array.from({ length: 1000 }, (_, i) => 1e9 + (i % 2))).moments;
    expect(offset.std).toBeCloseTo(Math.sqrt(250 / 999), 12);
  });

  it('does not overflow where the values do not', () => {
    const { mean, std } = columnMoments(Float64Array.from([1.5e308, 1.5e308, -1.5e308])).moments;
    expect(mean / 5e307).toBeCloseTo(1, 12);
    expect(Number.isFinite(std)).toBe(true);
  });

  it('is finite for any finite values', () => {
    const largest = fc.constantFrom(Number.MAX_VALUE, -Number.MAX_VALUE, 1.7e308);
    const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), largest);
    fc.assert(
      fc.property(fc.array(number, { minLength: 2 }), (values) => {
        const { moments } = columnMoments(Float64Array.from(values));
        expect(Object.values(moments).filter((value) => !Number.isFinite(value))).toEqual([]);
      }),
    );
  });

  it('counts NaN as missing and has NaN where there is nothing to say', () => {
    const nan = Number.NaN;
    expect(columnMoments(Float64Array.from([nan, 3, nan]))).toEqual({
      missing: 2,
      moments: { mean: 3, median: 3, std: nan, min: 3, max: 3 },
    });
    expect(columnMoments(new Float64Array(0)).moments).toEqual({
      mean: nan,
      median: nan,
      std: nan,
      min: nan,
      max: nan,
    });
  });
});
