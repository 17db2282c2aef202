import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chiSquareLimit, chiSquareTail, gammaTail } from './chi-square.ts';

const golden: { chi_square_tail: [number, number, number][]; chi_square_limit: [number, number, number][] } =
  JSON.parse(readFileSync('test/golden/drift.json', 'utf8'));

describe('chi-square', () => {
  it.each(golden.chi_square_tail)('has the tail of SciPy at %d of %d degrees', (x, degrees, wanted) => {
    expect(Math.abs(chiSquareTail(x, degrees) / wanted - 1)).toBeLessThan(1e-11);
  });

  it.each(golden.chi_square_limit)('has the limit of SciPy: %d of %d degrees', (tail, degrees, wanted) => {
    expect(Math.abs(chiSquareLimit(tail, degrees) / wanted - 1)).toBeLessThan(1e-12);
  });

  it('is certain without degrees of freedom, and at the ends', () => {
    expect(chiSquareTail(5, 0)).toBe(1);
    expect(chiSquareTail(0, 3)).toBe(1);
    expect(gammaTail(2, Number.POSITIVE_INFINITY)).toBe(0);
  });
});
