import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { f1Score } from '../../metrics/classification.ts';
import { rawFall } from './drift-verdict.ts';
import { significantFall } from './significant-fall.ts';

const OPTIONS = { alpha: 0.05, tolerance: 0 };
const counts = (tp: number, fp: number, fn: number, tn: number) => ({ tp, fp, fn, tn });

describe('the rule raw', () => {
  it('calls any fall drift and an equal score none', () => {
    expect(rawFall(0.571, 0.572, 26)).toMatchObject({ rule: 'raw', drift: true, statistic: 0.571 });
    expect(rawFall(0.572, 0.572, 26)).toMatchObject({ drift: false, threshold: 0.572 });
    expect(rawFall(null, 0.572, 0)).toMatchObject({ drift: false, statistic: null });
  });

  it('tells scores with four decimals, keeps them in full, and says where they differ by less', () => {
    const clear = rawFall(9 / 13, 5 / 7, 26);
    expect(clear.reason).toBe(
      'F1 0.6923 on 26 new rows is lower than the deployed score 0.7143: the model has drifted.',
    );
    expect(clear.observed).toBe(9 / 13);
    expect(rawFall(0.50001, 0.50002, 26).reason).toBe(
      'F1 0.5 on 26 new rows is lower than the deployed score 0.5 (by less than 0.0001): the model has drifted.',
    );
    const fall = significantFall(counts(300, 100, 100, 500), counts(900, 400, 400, 5000), OPTIONS);
    expect(fall.reason).toMatch(/^F1 0\.6923 on 6700 new rows, against 0\.75 deployed, is lower/);
  });
});

describe('the rule significant', () => {
  it('finds a clear fall and none where F1 has risen', () => {
    const fall = significantFall(counts(300, 100, 100, 500), counts(100, 100, 100, 500), OPTIONS);
    expect(fall.drift).toBe(true);
    expect(fall.pValue).toBeLessThan(1e-6);
    expect(fall.difference?.value).toBeCloseTo(0.5 - 0.75, 12);
    const rise = significantFall(counts(100, 100, 100, 500), counts(300, 100, 100, 500), OPTIONS);
    expect(rise.drift).toBe(false);
    expect(rise.pValue).toBeGreaterThan(0.999);
  });

  it('has the p-value at which the interval just touches the tolerance', () => {
    const [deployed, current] = [counts(60, 20, 25, 200), counts(45, 30, 25, 200)];
    const { pValue } = significantFall(deployed, current, { alpha: 0.05, tolerance: 0.01 });
    const at = significantFall(deployed, current, { alpha: pValue ?? 0, tolerance: 0.01 });
    expect(at.difference?.high).toBeCloseTo(-0.01, 7);
  });

  it('agrees with itself: drift when the p-value is below alpha and the interval below the tolerance', () => {
    const cell = fc.integer({ min: 0, max: 300 });
    const table = fc.tuple(cell, cell, cell, cell);
    fc.assert(
      fc.property(table, table, fc.double({ min: 0, max: 0.2, noNaN: true }), (was, is, tolerance) => {
        const verdict = significantFall(counts(...was), counts(...is), { alpha: 0.05, tolerance });
        if (verdict.pValue === null || verdict.difference === null) {
          expect(verdict.drift).toBe(false);
          return;
        }
        expect(verdict.drift).toBe(verdict.pValue < 0.05);
        if (Math.abs(verdict.pValue - 0.05) > 1e-6)
          expect(verdict.drift).toBe(verdict.difference.high < -tolerance);
      }),
      { numRuns: 300 },
    );
  });

  it('says that rows are too few where even all of them wrong would not be significant', () => {
    const verdict = significantFall(counts(60, 20, 25, 200), counts(0, 1, 0, 4), OPTIONS);
    expect(verdict.drift).toBe(false);
    const wanted = verdict.rowsNeeded ?? 0;
    expect(verdict.reason).toBe(
      `5 new labelled rows are too few to tell a fall from chance; about ${wanted} would do.`,
    );
    const enough = significantFall(counts(60, 20, 25, 200), counts(0, wanted, 0, 0), OPTIONS);
    expect(enough).toMatchObject({ drift: true, rowsNeeded: null });
  });

  it('says that the deployed score comes from too few rows', () => {
    const verdict = significantFall(counts(1, 3, 1, 0), counts(0, 100, 100, 800), {
      alpha: 0.05,
      tolerance: 0.3,
    });
    expect(verdict).toMatchObject({ drift: false, rowsNeeded: null });
    expect(verdict.reason).toContain('The deployed score comes from 5 rows, of which 5 bear on F1');
    expect(significantFall(counts(0, 0, 0, 9), counts(1, 1, 1, 1), OPTIONS).expected).toBeNull();
  });

  it('is false in about a share alpha of looks where nothing has changed', () => {
    const runs = 1500;
    const random = createRandom(3);
    const draw = (rows: number) => {
      const drawn = [0, 0, 0, 0];
      for (let i = 0; i < rows; i++) {
        const u = random.uniform();
        const kind = u < 0.2 ? 0 : u < 0.3 ? 1 : u < 0.4 ? 2 : 3;
        drawn[kind] = (drawn[kind] ?? 0) + 1;
      }
      return counts(...(drawn as [number, number, number, number]));
    };
    let alarms = 0;
    for (let run = 0; run < runs; run++)
      alarms += Number(significantFall(draw(600), draw(300), OPTIONS).drift);
    // Three standard errors about 5 %.
    expect(Math.abs(alarms / runs - 0.05)).toBeLessThan(3 * Math.sqrt((0.05 * 0.95) / runs));
  });

  it('tells the two scores', () => {
    const [was, is] = [counts(60, 20, 25, 200), counts(45, 30, 25, 200)];
    const verdict = significantFall(was, is, OPTIONS);
    expect(verdict).toMatchObject({
      expected: f1Score(was),
      observed: f1Score(is),
      rows: 300,
      threshold: 0.05,
    });
  });
});
