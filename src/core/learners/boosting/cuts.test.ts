import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binOfValue } from '../../statistics/number-encoder.ts';
import { findCuts } from './cuts.ts';

const anyDouble = fc.double({ noNaN: false });

describe('findCuts', () => {
  it('puts a cut midway between the values when there are few', () => {
    expect([...findCuts(Float64Array.of(3, 1, 1, Number.NaN, 2, 3), 254)]).toEqual([1.5, 2.5]);
  });

  it('gives no cut to a constant, an empty or an all-missing column', () => {
    expect(findCuts(new Float64Array(0), 254)).toHaveLength(0);
    expect(findCuts(Float64Array.of(7, 7, 7), 254)).toHaveLength(0);
    expect(findCuts(Float64Array.of(Number.NaN, Number.NaN), 254)).toHaveLength(0);
  });

  it('takes -0 and 0 for one value', () => {
    expect(findCuts(Float64Array.of(-0, 0, -0), 254)).toHaveLength(0);
  });

  it('gives bins of near equal counts when there are many values', () => {
    const values = Float64Array.from({ length: 10_000 }, (_, index) => index ** 2);
    const cuts = findCuts(values, 100);
    expect(cuts).toHaveLength(99);
    const counts = new Array<number>(100).fill(0);
    for (const value of values) {
      const bin = binOfValue(value, cuts);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(99);
    expect(Math.max(...counts)).toBeLessThanOrEqual(101);
  });

  it('gives a value with many rows a bin of its own', () => {
    const values = Float64Array.from({ length: 2000 }, (_, index) => (index < 1000 ? 0 : index - 1500));
    const cuts = findCuts(values, 11);
    const withZero = values.filter((value) => binOfValue(value, cuts) === binOfValue(0, cuts));
    expect(withZero.filter((value) => value !== 0).length).toBeLessThanOrEqual(1);
  });

  it('parts neighbouring doubles and infinities by finite cuts', () => {
    const next = 1 + Number.EPSILON;
    expect([...findCuts(Float64Array.of(1, next), 254)]).toEqual([1]);
    const { POSITIVE_INFINITY: inf, MAX_VALUE: max } = Number;
    expect([...findCuts(Float64Array.of(-inf, 0, inf), 254)]).toEqual([-max, max]);
    expect([...findCuts(Float64Array.of(-max, max), 254)]).toEqual([0]);
  });

  it('always gives ascending finite cuts, each with values on both sides', () => {
    fc.assert(
      fc.property(
        fc.array(anyDouble, { maxLength: 60 }),
        fc.integer({ min: 2, max: 20 }),
        (list, maxBins) => {
          const cuts = findCuts(Float64Array.from(list), maxBins);
          expect(cuts.length).toBeLessThan(maxBins);
          const present = list.filter((value) => !Number.isNaN(value));
          cuts.forEach((cut, index) => {
            expect(Number.isFinite(cut)).toBe(true);
            if (index > 0) expect(cut).toBeGreaterThan(cuts[index - 1] as number);
            expect(present.some((value) => binOfValue(value, cuts) === index)).toBe(true);
          });
          if (cuts.length > 0) expect(present.some((value) => value > (cuts.at(-1) as number))).toBe(true);
        },
      ),
    );
  });
});
