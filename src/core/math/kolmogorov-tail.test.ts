import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kolmogorovTail } from './kolmogorov-tail.ts';

const golden: { kolmogorov_tail: [number, number][] } = JSON.parse(
  readFileSync('test/golden/drift.json', 'utf8'),
);

describe('kolmogorovTail', () => {
  it.each(golden.kolmogorov_tail)('is that of SciPy at %d', (t, wanted) => {
    expect(Math.abs(kolmogorovTail(t) - wanted)).toBeLessThan(1e-14 + 1e-12 * wanted);
  });
});
