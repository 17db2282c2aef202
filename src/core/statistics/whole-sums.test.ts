import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addWholeSums, createWholeSums, mergeWholeSums, wholeDeviation } from './whole-sums.ts';

const sumsOf = (values: readonly number[]) => addWholeSums(createWholeSums(), Float64Array.from(values));
const whole = fc.oneof(
  fc.integer({ min: -9, max: 9 }),
  fc.maxSafeInteger(),
  fc.constantFrom(2 ** 53, -(2 ** 53), 2 ** 27, 94906267, Number.NaN),
);

describe('sums of whole numbers', () => {
  it('lose no digit', () => {
    fc.assert(
      fc.property(fc.array(whole, { maxLength: 60 }), (values) => {
        const present = values.filter((value) => !Number.isNaN(value)).map(BigInt);
        const { count, missing, others, sum, squares } = sumsOf(values);
        expect([count, missing, others]).toEqual([present.length, values.length - present.length, 0]);
        expect(sum).toBe(present.reduce((total, value) => total + value, 0n));
        expect(squares).toBe(present.reduce((total, value) => total + value * value, 0n));
      }),
    );
  });

  it('are the same for any parts', () => {
    fc.assert(
      fc.property(fc.array(whole), fc.array(whole), (a, b) => {
        expect(mergeWholeSums(sumsOf(a), sumsOf(b))).toEqual(sumsOf([...a, ...b]));
        expect(addWholeSums(sumsOf(a), Float64Array.from(b))).toEqual(sumsOf([...a, ...b]));
      }),
    );
  });

  it('leave out what is not whole, or past 2^53', () => {
    const others = [0.5, 2 ** 53 + 2, -1e300, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const found = sumsOf([...others, 4]);
    expect(found).toEqual({ count: 1, missing: 0, others: 5, sum: 4n, squares: 16n, min: 4, max: 4 });
  });

  it('give the sample deviation, of two values or more', () => {
    expect(wholeDeviation(4n, 10n, 30n)).toBe(Math.sqrt(5 / 3));
    expect(wholeDeviation(1n, 5n, 25n)).toBeNaN();
  });
});
