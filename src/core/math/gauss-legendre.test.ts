import { describe, expect, it } from 'vitest';
import { gaussLegendre } from './gauss-legendre.ts';

describe('Gauss-Legendre quadrature', () => {
  it('integrates every power that its number of points is exact for', () => {
    for (const size of [1, 2, 3, 4, 7, 16, 33]) {
      const { points, weights } = gaussLegendre(size);
      for (let power = 0; power < 2 * size; power++) {
        const sum = points.reduce((total, x, k) => total + (weights[k] as number) * x ** power, 0);
        expect(sum * (power + 1)).toBeCloseTo(1, 13);
      }
    }
  });

  it('is not exact beyond, so that the points are as few as can be', () => {
    const { points, weights } = gaussLegendre(2);
    const sum = points.reduce((total, x, k) => total + (weights[k] as number) * x ** 4, 0);
    expect(Math.abs(sum - 1 / 5)).toBeGreaterThan(1e-3);
  });

  it('has the known points and weights of two and three', () => {
    const two = gaussLegendre(2);
    expect(two.points[0]).toBeCloseTo((1 - 1 / Math.sqrt(3)) / 2, 15);
    expect(two.weights[1]).toBeCloseTo(1 / 2, 15);
    const three = gaussLegendre(3);
    expect(three.points[2]).toBeCloseTo((1 + Math.sqrt(3 / 5)) / 2, 15);
    expect(Array.from(three.weights, (weight) => weight * 18)).toEqual([
      expect.closeTo(5, 13),
      expect.closeTo(8, 13),
      expect.closeTo(5, 13),
    ]);
  });
});
