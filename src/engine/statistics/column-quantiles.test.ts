import { describe, expect, it } from 'vitest';
import { columnQuantiles } from './column-quantiles.ts';

describe('quantiles of a column', () => {
  const quantilesOf = (values: readonly number[], shares: readonly number[]) => {
    const { init, add, answer } = columnQuantiles('x', shares);
    return answer(add(init(), [{ kind: 'numeric', values: Float64Array.from(values) }], values.length));
  };

  it('are those of numpy.quantile', () => {
    // numpy.quantile([1, 2, 4, 8, 16], [0, .1, .25, .5, .9, 1])
    expect(quantilesOf([16, 1, 4, 8, 2], [0, 0.1, 0.25, 0.5, 0.9, 1])).toEqual([1, 1.4, 2, 4, 12.8, 16]);
  });

  it('have a median between the middle values where the count is even, and none without a value', () => {
    expect(quantilesOf([3, Number.NaN, 1, 7, 1], [0.5])).toEqual([2]);
    expect(quantilesOf([Number.NaN], [0, 0.5])).toEqual([Number.NaN, Number.NaN]);
    expect(quantilesOf([], [1])).toEqual([Number.NaN]);
  });

  it('come of the values of an answer and the rows up to each', () => {
    const { read, answer } = columnQuantiles('x', [0.5]);
    expect(
      answer(
        read([
          [2, '5'],
          [4, 6n],
          [9, 10],
        ]),
      ),
    ).toEqual([3]);
  });
});
