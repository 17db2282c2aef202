import { describe, expect, it } from 'vitest';
import { gramKernel } from '../../core/statistics/gram-kernel.ts';
import { gramSums } from './gram-sums.ts';

describe('Gram sums', () => {
  const point = {
    coefficients: Float64Array.of(0.1, -0.7),
    means: Float64Array.of(2),
    scales: Float64Array.of(0.5),
  };
  const numeric = (...values: readonly number[]) =>
    ({ kind: 'numeric', values: Float64Array.from(values) }) as const;
  const none = Number.NaN;

  it('are those of the kernel over the rows that are complete', () => {
    const { init, add } = gramSums({ features: ['x'], label: 'left', weight: 'w' }, point);
    const found = add(
      init(),
      [numeric(1, none, 5, 3, 4), numeric(0, 1, none, 1, 0), numeric(1, 1, 1, 2, none)],
      5,
    );
    const block = {
      rows: 2,
      columns: [Float64Array.of(1, 3)],
      labels: Float64Array.of(0, 1),
      weights: Float64Array.of(1, 2),
    };
    expect(found).toEqual(gramKernel(block, point));
  });

  it('take a complete batch as it is', () => {
    const { init, add } = gramSums({ features: ['x'], label: 'left', weight: null }, point);
    const [x, y] = [numeric(1, 3), numeric(0, 1)];
    const block = { rows: 2, columns: [x.values], labels: y.values, weights: null };
    expect(add(init(), [x, y], 2)).toEqual(gramKernel(block, point));
  });

  it('place the sums of an answer', () => {
    const { read } = gramSums({ features: ['x'], label: 'left', weight: null }, point);
    const gram = read([[9n, 8, 7, 1n, 10, 11, 20, 21, 22]]);
    expect(gram).toMatchObject({ rows: 9, weight: 8, loss: 7, wrong: 1 });
    expect([...gram.gradient]).toEqual([10, 11]);
    expect([...gram.hessian]).toEqual([20, 21, 0, 22]);
  });
});
