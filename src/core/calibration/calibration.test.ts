import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import type { Calibration } from '../document/document.ts';
import { sigmoid } from '../math/sigmoid.ts';
import { logLoss } from '../metrics/probability.ts';
import { calibratorOf } from '../models/calibrated.ts';
import { fitBeta } from './beta.ts';
import { chooseCalibration } from './choose.ts';
import { fitIsotonic } from './isotonic.ts';
import { fitLink } from './link.ts';
import { fitPlatt, plattTargets } from './platt.ts';

interface Golden {
  readonly margins: number[];
  readonly labels: number[];
  readonly at: number[];
  readonly platt: { slope: number; intercept: number; sklearn_at: number[] };
  readonly beta: { a: number; b: number; c: number };
  readonly isotonic: { at: number[] };
}
const golden: Golden = JSON.parse(readFileSync('test/golden/calibration.json', 'utf8'));
const margins = Float64Array.from(golden.margins);

/** Margins whose true probability is `truth` of them. */
function simulate(rows: number, seed: number, truth: (margin: number) => number) {
  const random = createRandom(seed);
  const drawn = Float64Array.from({ length: rows }, () => random.normal() * 1.5 - 0.5);
  return { margins: drawn, labels: drawn.map((m) => (random.uniform() < truth(m) ? 1 : 0)) };
}

describe('calibration maps', () => {
  it('of kind Platt are the optimum, and predict as scikit-learn does', () => {
    const fit = fitPlatt(margins, golden.labels);
    expect(fit.slope).toBeCloseTo(golden.platt.slope, 6);
    expect(fit.intercept).toBeCloseTo(golden.platt.intercept, 6);
    const calibrate = calibratorOf(fit);
    golden.at.forEach((margin, k) => {
      expect(calibrate(margin)).toBeCloseTo(golden.platt.sklearn_at[k] as number, 5);
    });
  });

  it('of kind beta are the optimum', () => {
    const { a, b, c } = fitBeta(margins, golden.labels);
    expect(a).toBeCloseTo(golden.beta.a, 5);
    expect(b).toBeCloseTo(golden.beta.b, 5);
    expect(c).toBeCloseTo(golden.beta.c, 5);
  });

  it('of kind beta count a row of weight 2 as two rows, and one of weight 0 not at all', () => {
    const { margins: drawn, labels } = simulate(400, 6, (m) => sigmoid(m / 2));
    const weights = drawn.map((_, row) => row % 3);
    const repeated = Array.from(weights).flatMap((weight, row) => new Array<number>(weight).fill(row));
    const pick = (values: Float64Array) => Float64Array.from(repeated, (row) => values[row] as number);
    const [weighted, plain] = [fitBeta(drawn, labels, weights), fitBeta(pick(drawn), pick(labels))];
    expect(weighted.a).toBeCloseTo(plain.a, 6);
    expect(weighted.b).toBeCloseTo(plain.b, 6);
    expect(weighted.c).toBeCloseTo(plain.c, 6);
  });

  it('rest on a link that takes weights and targets between 0 and 1 together', () => {
    const { margins: drawn, labels } = simulate(400, 6, (m) => sigmoid(m / 2));
    const targets = labels.map((label) => 0.05 + 0.9 * label);
    const twice = (values: Float64Array) => Float64Array.of(...values, ...values);
    const weighted = fitLink(
      [drawn],
      targets,
      targets.map(() => 2),
    );
    const plain = fitLink([twice(drawn)], twice(targets));
    expect(weighted.coefficients[0]).toBeCloseTo(plain.coefficients[0] ?? 0, 8);
    expect(weighted.intercept).toBeCloseTo(plain.intercept, 8);
  });

  it('of kind isotonic are those of scikit-learn, kept from being certain', () => {
    const calibrate = calibratorOf(fitIsotonic(margins, golden.labels));
    golden.at.forEach((margin, k) => {
      expect(calibrate(margin)).toBeCloseTo(golden.isotonic.at[k] as number, 12);
    });
  });

  it('rise for any labels, also those that speak against the margin', () => {
    const row = fc.tuple(fc.double({ min: -5, max: 5, noNaN: true }), fc.constantFrom(0, 1));
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 40 }), (rows) => {
        const labels = Float64Array.from(rows, ([, label]) => label);
        if (new Set(labels).size < 2) return;
        const drawn = Float64Array.from(rows, ([margin]) => margin);
        const maps: Calibration[] = [
          fitPlatt(drawn, labels),
          fitBeta(drawn, labels),
          fitIsotonic(drawn, labels),
        ];
        for (const map of maps) {
          const values = Array.from({ length: 41 }, (_, k) => calibratorOf(map)(k / 4 - 5));
          values.forEach((value, k) => {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1);
            expect(value).toBeGreaterThanOrEqual((values[k - 1] ?? 0) - 1e-12);
          });
        }
      }),
    );
  });

  it('of kind isotonic have mean equal to the share that left, but for what is kept from being certain', () => {
    const { margins: drawn, labels } = simulate(2000, 5, sigmoid);
    const calibrate = calibratorOf(fitIsotonic(drawn, labels));
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(drawn.map(calibrate))).toBeCloseTo(mean(labels), 3);
  });

  it('use targets that no row reaches', () => {
    expect(plattTargets([1, 1, 0])).toEqual({ high: 3 / 4, low: 1 / 3 });
  });
});

describe('the choice of a map', () => {
  it('leaves calibrated margins all but alone', () => {
    const costs = Array.from({ length: 20 }, (_, seed) => {
      const { margins: drawn, labels } = simulate(1500, seed, sigmoid);
      const { calibration } = chooseCalibration(drawn, labels, { seed });
      expect(['none', 'platt']).toContain(calibration.kind);
      const fresh = simulate(1500, 100 + seed, sigmoid);
      const map = calibratorOf(calibration);
      return (
        logLoss(fresh.labels, fresh.margins.map(map)) - logLoss(fresh.labels, fresh.margins.map(sigmoid))
      );
    });
    expect(costs.reduce((sum, cost) => sum + cost, 0) / costs.length).toBeLessThan(0.001);
  });

  it('takes a map where margins are too certain, and says why', () => {
    const { margins: drawn, labels } = simulate(3000, 1, (m) => sigmoid(m / 3));
    const { calibration, choice } = chooseCalibration(drawn, labels, { seed: 1 });
    expect(calibration.kind).toBe('platt');
    expect(calibration.kind === 'platt' ? calibration.slope : 0).toBeCloseTo(1 / 3, 1);
    expect(choice.reason).toContain('platt');
    expect(chooseCalibration(drawn, labels, { seed: 1 })).toEqual({ calibration, choice });
  });

  it('takes a freer map where the error has no such shape', () => {
    const { margins: drawn, labels } = simulate(20_000, 2, (m) => (m > 0 ? 0.9 : 0.2));
    expect(chooseCalibration(drawn, labels, { seed: 1 }).calibration.kind).toBe('isotonic');
  });

  it('fits nothing to a handful of rows', () => {
    const { margins: drawn, labels } = simulate(26, 3, sigmoid);
    expect(chooseCalibration(drawn, labels, { seed: 1 }).choice.reason).toContain('needs at least 20');
  });
});
