import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { betaQuantile, incompleteBeta } from './incomplete-beta.ts';
import { logBeta, logGamma } from './log-gamma.ts';
import { normalTail, twoSidedTail } from './normal-tail.ts';
import { twoSidedStudentTail, twoSidedT } from './student.ts';

const golden: {
  normal_tail: [number, number][];
  log_gamma: [number, number][];
  incomplete_beta: [number, number, number, number][];
  beta_quantile: [number, number, number, number][];
  student: [number, number, number, number][];
} = JSON.parse(readFileSync('test/golden/distributions.json', 'utf8'));

const relative = (got: number, wanted: number): number => Math.abs(got - wanted) / Math.abs(wanted);

describe('distributions', () => {
  it.each(golden.normal_tail)('give the normal tail of SciPy at %d', (z, wanted) => {
    expect(relative(normalTail(z), wanted)).toBeLessThan(2e-13);
  });

  it.each(golden.log_gamma)('give ln Gamma of SciPy at %d', (x, wanted) => {
    expect(Math.abs(logGamma(x) - wanted)).toBeLessThan(2e-14 * Math.max(1, Math.abs(wanted)));
  });

  it.each(golden.incomplete_beta)('give the incomplete beta of SciPy at (%d, %d, %d)', (a, b, x, wanted) => {
    // ln B is a difference of numbers of the size of a + b.
    expect(relative(incompleteBeta(a, b, x), wanted)).toBeLessThan(1e-12 + 3e-15 * (a + b));
  });

  it.each(golden.beta_quantile)('give the beta quantile of SciPy: %d of (%d, %d)', (q, a, b, wanted) => {
    expect(relative(betaQuantile(q, a, b), wanted)).toBeLessThan(1e-13);
  });

  it.each(golden.student)('give Student of SciPy: %d degrees, level %d', (degrees, level, quantile, tail) => {
    expect(relative(twoSidedT(level, degrees), quantile)).toBeLessThan(1e-9);
    expect(relative(twoSidedStudentTail(quantile + 0.3, degrees), tail)).toBeLessThan(1e-8);
  });

  it('are whole: tails add up to 1 and the ends are reached', () => {
    expect(normalTail(1.3) + normalTail(-1.3)).toBe(1);
    expect(twoSidedTail(0)).toBe(1);
    expect(incompleteBeta(2, 3, 0)).toBe(0);
    expect(incompleteBeta(2, 3, 1)).toBe(1);
    expect(logBeta(2, 3)).toBeCloseTo(Math.log(1 / 12), 13);
  });
});
