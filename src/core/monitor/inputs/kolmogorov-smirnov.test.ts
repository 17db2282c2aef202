import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import type { NumericReference } from '../../document/drift-reference.ts';
import { buildReference } from './build-reference.ts';
import { kolmogorovSmirnovOf } from './kolmogorov-smirnov.ts';
import { createTally } from './tally.ts';
import { wassersteinOf } from './wasserstein.ts';

interface Golden {
  name: string;
  reference: number[];
  current: number[];
  ks: number;
  ks_p: number;
  wasserstein: number;
}
const golden: { samples: Golden[] } = JSON.parse(readFileSync('test/golden/drift.json', 'utf8'));
const numbers = (values: ArrayLike<number>) => ({
  rows: values.length,
  columns: [{ kind: 'numeric' as const, values: Float64Array.from(values) }],
});

function counted(reference: ArrayLike<number>, current: ArrayLike<number>) {
  const built = buildReference([{ name: 'x', kind: 'numeric' }], [numbers(reference)]);
  const tally = createTally(built);
  tally.add(numbers(current));
  const [before, after] = [built.columns[0] as NumericReference, tally.state().columns[0]];
  if (after?.kind !== 'numeric') throw new Error('a numeric column is tallied as numbers');
  return { before, after };
}

describe.each(golden.samples)('on $name', ({ reference, current, ks, ks_p, wasserstein }) => {
  const { before, after } = counted(reference, current);

  it('has the D of SciPy and the p of permuting the rows', () => {
    const found = kolmogorovSmirnovOf(before.counts, after.counts, 1);
    expect(found?.value).toBeCloseTo(ks, 12);
    // Both are drawn: a tenth or so of p is chance.
    expect(Math.abs((found?.p ?? 0) - ks_p)).toBeLessThan(0.35 * ks_p + 0.005);
  });

  it('has the Wasserstein distance of SciPy', () => {
    const isInside = current.every((value) => reference.includes(value));
    expect(Math.abs((wassersteinOf(before, after) ?? 0) / wasserstein - 1)).toBeLessThan(
      isInside ? 1e-12 : 0.05,
    );
  });
});

describe('Kolmogorov-Smirnov in bins', () => {
  it('gives the same bits for the same seed', () => {
    const [a, b] = [
      [30, 40, 30],
      [12, 20, 18],
    ];
    expect(kolmogorovSmirnovOf(a, b, 3)).toEqual(kolmogorovSmirnovOf(a, b, 3));
  });

  it('rejects about as often as it says without a change, on two bins as on many', () => {
    for (const levels of [2, 40]) {
      const random = createRandom(levels);
      const draw = (rows: number) => Float64Array.from({ length: rows }, () => random.below(levels));
      const p = Array.from({ length: 300 }, (_, k) => {
        const { before, after } = counted(draw(400), draw(150));
        return kolmogorovSmirnovOf(before.counts, after.counts, k)?.p ?? Number.NaN;
      });
      const rejected = p.filter((value) => value <= 0.1).length;
      expect(rejected).toBeGreaterThan(12);
      expect(rejected).toBeLessThan(50);
    }
  });
});

describe('Wasserstein distance in bins', () => {
  it('comes near to the distance of continuous values, and to that of values far outside', () => {
    const random = createRandom(5);
    const draw = (shift: number) => Float64Array.from({ length: 20_000 }, () => random.normal() + shift);
    const { before, after } = counted(draw(0), draw(1.5));
    expect(wassersteinOf(before, after)).toBeCloseTo(1.5, 1);
    const { before: one, after: far } = counted([0, 1, 2, 3], [0, 1, 2, 103]);
    // The farthest value is known, the way to it is taken as even.
    expect(wassersteinOf(one, far)).toBeCloseTo(12.5, 10);
  });
});
