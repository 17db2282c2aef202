import { describe, expect, it } from 'vitest';
import { momentSums } from './moment-sums.ts';

describe('moments of a column', () => {
  const { init, add, read, answer } = momentSums('x');

  it('are those of the kernel', () => {
    const values = Float64Array.of(2, 4, Number.NaN, 4, 4, 5, 5, 7, 9);
    const found = answer(add(init(), [{ kind: 'numeric', values }], 9));
    expect(found).toEqual({ count: 8, missing: 1, mean: 5, squares: 32, min: 2, max: 9 });
  });

  it('of an answer without a value are those of no rows', () => {
    expect(read([[3n, 0n, null, null, null, null, null]])).toEqual({ ...init(), missing: 3 });
  });

  it('of equal values have no deviation, though a database rounds their mean', () => {
    const rounded = 0.10000000000000002;
    expect(read([[3n, 3n, rounded, 3e-34, 1e-51, 0.1, 0.1]])).toMatchObject({ mean: 0.1, squares: 0 });
  });

  it('refuse a column of levels', () => {
    const text = { kind: 'text', values: ['a'] } as const;
    expect(() => add(init(), [text], 1)).toThrow(/expected numbers/);
  });
});
