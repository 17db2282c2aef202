import { describe, expect, it } from 'vitest';
import { wholeMoments } from './whole-moments.ts';

describe('moments of whole numbers', () => {
  const { init, add, read, answer } = wholeMoments('x');
  const momentsOf = (...values: readonly number[]) =>
    answer(add(init(), [{ kind: 'numeric', values: Float64Array.from(values) }], values.length));

  it('keep the digits that sums of doubles lose', () => {
    const large = 2 ** 53;
    expect(momentsOf(large, large - 1, large - 2)).toMatchObject({ mean: large - 1, std: 1 });
  });

  it('are no number without a value, and no deviation of one', () => {
    const none = Number.NaN;
    expect(momentsOf(none)).toEqual({ count: 0, missing: 1, mean: none, std: none, min: none, max: none });
    expect(momentsOf(7)).toEqual({ count: 1, missing: 0, mean: 7, std: none, min: 7, max: 7 });
  });

  it('are null where a value is not whole', () => {
    expect(momentsOf(1, 2.5)).toBeNull();
    expect(answer(read([[2n, 2n, 1n, '1', '0', '0', '1', 1, 1]]))).toBeNull();
  });

  it('put the parts of an answer together', () => {
    const value = 3n * 2n ** 27n + 5n;
    const state = read([[1n, 1n, 1n, String(value), '9', '15', '25', Number(value), Number(value)]]);
    expect(state).toMatchObject({ sum: value, squares: value * value });
  });
});
