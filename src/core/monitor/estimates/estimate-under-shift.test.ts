import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import type { ModelInput, SourceBatch } from '../../columns/source-column.ts';
import { evaluate } from '../../metrics/evaluate.ts';
import { densityRatio, MAX_RATIO } from './density-ratio.ts';
import { estimateUnderShift } from './estimate-under-shift.ts';
import { supportCoverage } from './support-coverage.ts';

const INPUTS: readonly ModelInput[] = [
  { name: 'age', kind: 'numeric' },
  { name: 'plan', kind: 'categorical' },
];
const OPTIONS = {
  inputs: INPUTS,
  calibration: { kind: 'none' },
  threshold: 0.4,
  campaign: null,
  level: 0.95,
  seed: 7,
} as const;

/** The score knows age alone; clients of plan "pro" leave less, which a shift of the plans brings to light. */
function draw(rows: number, seed: number, proShare: number, ageShift = 0) {
  const random = createRandom(seed);
  const age = Float64Array.from({ length: rows }, () => random.normal() + ageShift);
  const plan = Int32Array.from({ length: rows }, () => (random.uniform() < proShare ? 1 : 0));
  // The score is calibrated where half of the plans are "pro".
  const margins = age.map((value) => 1.2 * value - 0.8);
  const labels = age.map((value, i) =>
    random.uniform() < 1 / (1 + Math.exp(-(1.3 * value - 0.85 + (plan[i] === 1 ? -1.2 : 1.2)))) ? 1 : 0,
  );
  const batch: SourceBatch = {
    rows,
    columns: [
      { kind: 'numeric', values: age },
      { kind: 'categorical', codes: plan, levels: ['basic', 'pro'] },
    ],
  };
  return { batch, labels, margins, values: null };
}

function errorsOf(proShare: number, ageShift = 0, seed = 1) {
  const reference = draw(4000, seed, 0.5);
  const current = draw(4000, seed + 1, proShare, ageShift);
  const made = estimateUnderShift(reference, current, OPTIONS);
  const truth = evaluate(
    current.labels,
    current.margins.map((m) => 1 / (1 + Math.exp(-m))),
    0.4,
  ).metrics;
  const error = (estimate: typeof made.cbpe | null) =>
    Math.abs((estimate?.metrics.f1?.value ?? Number.NaN) - (truth.f1?.value ?? Number.NaN));
  return { made, cbpe: error(made.cbpe), pape: error(made.pape) };
}

describe('the estimate under a shift of the inputs', () => {
  it('follows a shift that the scores do not show, where CBPE does not', () => {
    const draws = [1, 11, 21, 31, 41].map((seed) => errorsOf(0.9, 0, seed));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    for (const { made, cbpe } of draws) {
      expect(made.method).toBe('pape');
      expect(made.separation).toBeGreaterThan(0.6);
      expect(cbpe).toBeGreaterThan(0.05);
    }
    expect(mean(draws.map(({ pape }) => pape))).toBeLessThan(0.2 * mean(draws.map(({ cbpe }) => cbpe)));
  });

  it('says much the same as CBPE where nothing has shifted', () => {
    const { made } = errorsOf(0.5);
    expect(Math.abs((made.pape?.metrics.f1?.value ?? 0) - (made.cbpe.metrics.f1?.value ?? 1))).toBeLessThan(
      0.01,
    );
    expect(made.separation).toBeLessThan(0.53);
    expect(made.effectiveRows).toBeGreaterThan(3900);
  });

  it('falls back to CBPE and says why where weights leave too few rows', () => {
    const { made } = errorsOf(0.5, 6);
    expect(made).toMatchObject({ method: 'cbpe', pape: null });
    expect(made.coverage.share).toBeLessThan(0.2);
    expect(made.reason).toMatch(
      /^Only \d+ of 4000 current rows lie where the reference has rows.* may be off/,
    );
    const thin = estimateUnderShift(draw(260, 1, 0.5), draw(2000, 2, 0.5, 1), OPTIONS);
    expect(thin.reason).toMatch(/260 reference rows are worth \d+, \d+ of the smaller class; .* may be off/);
  });

  it('does not take equal weights for good ones where no current row has its like in the reference', () => {
    const reference = draw(2000, 1, 0.5);
    const far = draw(2000, 2, 0.5, 100);
    const made = estimateUnderShift(reference, far, OPTIONS);
    expect(made).toMatchObject({ method: 'cbpe', pape: null, coverage: { covered: 0 } });
    expect(made.effectiveRows).toBeGreaterThan(1000);
    expect(made.separation).toBe(1);
  });

  it('falls back to CBPE for a small reference and for few current rows', () => {
    const few = estimateUnderShift(draw(60, 1, 0.5), draw(500, 2, 0.5), OPTIONS);
    expect(few).toMatchObject({ method: 'cbpe', effectiveRows: null, separation: null });
    expect(few.reason).toContain('The reference has 60 rows');
    expect(few.cbpe.bandsHoldCalibration).toBe(true);
    const handful = estimateUnderShift(draw(26, 1, 0.5), draw(5, 2, 0.5), OPTIONS);
    expect(handful.cbpe.bandsHoldCalibration).toBe(false);
    expect(estimateUnderShift(draw(500, 1, 0.5), draw(20, 2, 0.5), OPTIONS).reason).toContain(
      'There are 20 current rows',
    );
    expect(estimateUnderShift(draw(500, 1, 0.5), draw(0, 2, 0.5), OPTIONS).cbpe.metrics.f1).toBeNull();
  });

  it('is the same bits at every call', () => {
    const [one, other] = [errorsOf(0.8), errorsOf(0.8)];
    expect(one).toEqual(other);
  });

  it('has bands that hold the truth about as often as they say, also for a small reference', () => {
    let [inside, outside, narrow] = [0, 0, 0];
    for (let seed = 0; seed < 60; seed++) {
      const reference = draw(400, 100 + 2 * seed, 0.5);
      const current = draw(3000, 101 + 2 * seed, 0.7);
      const made = estimateUnderShift(reference, current, OPTIONS);
      const truth = evaluate(
        current.labels,
        current.margins.map((m) => 1 / (1 + Math.exp(-m))),
        0.4,
      ).f1Score;
      const band = made.pape?.metrics.f1;
      if (band === null || band === undefined) throw new Error(made.reason);
      truth >= band.low && truth <= band.high ? inside++ : outside++;
      if (Math.abs(truth - band.value) < 0.03) narrow++;
    }
    expect(inside / (inside + outside)).toBeGreaterThan(0.85);
    // The band is not merely wide: most truths are farther off than a band of the labels alone would hold.
    expect(narrow).toBeLessThan(55);
  });
});

describe('the density ratio', () => {
  it('weighs the reference until it looks like the current rows', () => {
    const [reference, current] = [draw(5000, 1, 0.5), draw(3000, 2, 0.8, 0.5)];
    const { weights } = densityRatio(reference.batch, current.batch, INPUTS, 1);
    const mean = (values: ArrayLike<number>, by: ArrayLike<number> | null) =>
      Array.from(values).reduce((sum, value, i) => sum + value * (by?.[i] ?? 1), 0) / values.length;
    expect(mean(weights, null)).toBeCloseTo(1, 12);
    const [ageColumn, planColumn] = reference.batch.columns;
    if (ageColumn?.kind !== 'numeric' || planColumn?.kind !== 'categorical') throw new Error('other kinds');
    expect(mean(ageColumn.values, weights)).toBeCloseTo(0.5, 1);
    expect(mean(planColumn.codes, weights)).toBeCloseTo(0.8, 1);
  });
});

describe('the coverage of the support', () => {
  const table = (age: number[], plan: (string | null)[]): SourceBatch => ({
    rows: age.length,
    columns: [
      { kind: 'numeric', values: Float64Array.from(age) },
      { kind: 'text', values: plan },
    ],
  });
  const reference = table([1, 5, 9], ['a', 'b', null]);

  it('counts rows outside by column and once over all', () => {
    const current = table([0, 5, 9.5, 5, Number.NaN], ['z', 'a', 'z', null, 'b']);
    expect(supportCoverage(reference, current, INPUTS, null)).toEqual({
      rows: 5,
      referenceRows: 3,
      covered: 2,
      share: 0.4,
      outsideAlone: 3,
      thin: null,
      columns: [
        { name: 'age', outside: 2, missing: 1, unseenLevels: [] },
        { name: 'plan', outside: 2, missing: 0, unseenLevels: ['z'] },
      ],
    });
  });

  it('counts rows that are thin together apart from those outside alone', () => {
    const current = table([0, 5, 5], ['a', 'a', 'b']);
    const ratios = Float64Array.of(2 * MAX_RATIO, 2 * MAX_RATIO, Number.NaN);
    expect(supportCoverage(reference, current, INPUTS, ratios)).toMatchObject({
      covered: 1,
      outsideAlone: 1,
      thin: 1,
    });
    expect(() => supportCoverage(reference, current, INPUTS, Float64Array.of(1))).toThrow(
      /1 density ratios came with 3 rows/,
    );
  });

  it('has no share of no row', () => {
    expect(supportCoverage(reference, table([], []), INPUTS, null).share).toBeNull();
  });
});
