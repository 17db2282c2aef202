import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fisherGreater, fisherTest } from './fisher-exact.ts';

const golden: { fisher: [number, number, number, number, number, number][] } = JSON.parse(
  readFileSync('test/golden/drift.json', 'utf8'),
);

describe("Fisher's exact test", () => {
  it.each(golden.fisher)('is that of SciPy for %d of %d and %d of %d', (a, n, b, m, two, greater) => {
    const [left, right] = [
      { successes: a, trials: n },
      { successes: b, trials: m },
    ];
    const isLimit = a > 5_000;
    expect(Math.abs(fisherTest(left, right) / two - 1)).toBeLessThan(isLimit ? 0.02 : 1e-9);
    expect(Math.abs(fisherGreater(left, right) / greater - 1)).toBeLessThan(1e-9);
  });

  it('is certain where a side has no trials or there is nothing to tell apart', () => {
    const none = { successes: 0, trials: 0 };
    const some = { successes: 3, trials: 5 };
    expect(fisherTest(none, some)).toBe(1);
    expect(fisherGreater(some, none)).toBe(1);
    expect(fisherTest({ successes: 0, trials: 9 }, { successes: 0, trials: 4 })).toBe(1);
  });

  it('gives a p-value that does not depend on which side comes first', () => {
    const side = fc
      .integer({ min: 1, max: 60 })
      .chain((trials) =>
        fc.record({ successes: fc.integer({ min: 0, max: trials }), trials: fc.constant(trials) }),
      );
    fc.assert(
      fc.property(side, side, (a, b) => {
        const p = fisherTest(a, b);
        expect(p).toBeCloseTo(fisherTest(b, a), 9);
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
      }),
    );
  });
});
