import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { evaluate } from '../../metrics/evaluate.ts';
import { expectedProfit } from '../../metrics/profit.ts';
import { rankScores } from '../../metrics/ranked-scores.ts';
import { rocAucScore } from '../../metrics/ranking.ts';
import { calibrationErrorOf } from './calibration-error.ts';
import { expectedAuc } from './expected-auc.ts';
import { estimatePerformance } from './performance-estimate.ts';

const CAMPAIGN = { contactCost: 1, offerCost: 5, successRate: 0.4, clientValue: 100, contactShare: 1 };

/** Every vector of labels with its probability. */
function* outcomes(chances: Float64Array): Generator<{ labels: Float64Array; probability: number }> {
  for (let bits = 0; bits < 2 ** chances.length; bits++) {
    const labels = chances.map((_, i) => (bits >> i) & 1);
    const probability = chances.reduce((product, p, i) => product * (labels[i] === 1 ? p : 1 - p), 1);
    yield { labels, probability };
  }
}

/** Mean and variance of a statistic over every vector of labels. */
function exactly(chances: Float64Array, statistic: (labels: Float64Array) => number) {
  let [weight, mean, square] = [0, 0, 0];
  for (const { labels, probability } of outcomes(chances)) {
    const value = statistic(labels);
    if (Number.isNaN(value)) continue;
    weight += probability;
    mean += probability * value;
    square += probability * value * value;
  }
  return { mean: mean / weight, variance: square / weight - (mean / weight) ** 2 };
}

const deviationOf = ({ low, high }: { low: number; high: number }) => (high - low) / 2 / 1.959963984540054;

/** The same rows many times over, so that ratios are nearly normal. */
function drawProbabilities(rows: number, seed: number, base = -1): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: rows }, () => 1 / (1 + Math.exp(-(base + 1.5 * random.normal()))));
}

describe('the estimate without labels', () => {
  const small = Float64Array.of(0.9, 0.8, 0.8, 0.55, 0.45, 0.3, 0.3, 0.12, 0.05, 0.02);

  it('has the expected confusion counts of every vector of labels that could be', () => {
    const { confusion, flagged } = estimatePerformance(small, 0.5);
    const count = (flag: boolean, label: number) =>
      exactly(
        small,
        (labels) => labels.filter((y, i) => y === label && (small[i] as number) > 0.5 === flag).length,
      ).mean;
    expect(flagged).toBe(4);
    expect(confusion[0][0]).toBeCloseTo(count(false, 0), 12);
    expect(confusion[0][1]).toBeCloseTo(count(true, 0), 12);
    expect(confusion[1][0]).toBeCloseTo(count(false, 1), 12);
    expect(confusion[1][1]).toBeCloseTo(count(true, 1), 12);
  });

  it('has the exact mean and variance of what is linear in the labels: precision, accuracy, base rate, profit', () => {
    const values = Float64Array.of(50, 80, Number.NaN, 20, 10, 500, 30, 40, 1, 2);
    // A level of 0.5 keeps the bands off the ends of their range, where they would be cut.
    const { metrics } = estimatePerformance(small, 0.5, { level: 0.5, campaign: CAMPAIGN, values });
    const terms = { ...CAMPAIGN, value: values.map((value) => (Number.isNaN(value) ? 100 : value)) };
    const exact = {
      precision: exactly(small, (labels) => labels.subarray(0, 4).reduce((sum, y) => sum + y, 0) / 4),
      accuracy: exactly(
        small,
        (labels) => evaluate(labels, small, 0.5).metrics.accuracy?.value ?? Number.NaN,
      ),
      baseRate: exactly(small, (labels) => labels.reduce((sum, y) => sum + y, 0) / 10),
      profit: exactly(
        small,
        (labels) => expectedProfit(labels, small, 0.5, terms, 0.95)?.value ?? Number.NaN,
      ),
    };
    for (const name of ['precision', 'accuracy', 'baseRate', 'profit'] as const) {
      const estimate = metrics[name];
      expect(estimate?.value).toBeCloseTo(exact[name].mean, 10);
      const half = ((estimate?.high ?? 0) - (estimate?.low ?? 0)) / 2;
      expect(half / 0.6744897501960817).toBeCloseTo(Math.sqrt(exact[name].variance), 8);
    }
  });

  it('counts pairs for ROC AUC as they are expected over every vector of labels, ties half', () => {
    const tied = Float64Array.of(0.9, 0.7, 0.7, 0.7, 0.4, 0.2, 0.2);
    const chances = Float64Array.of(0.8, 0.75, 0.6, 0.7, 0.5, 0.1, 0.3);
    let [ordered, pairs] = [0, 0];
    for (const { labels, probability } of outcomes(chances)) {
      for (let i = 0; i < 7; i++)
        for (let j = 0; j < 7; j++) {
          if (labels[i] !== 1 || labels[j] !== 0) continue;
          const [a, b] = [tied[i] as number, tied[j] as number];
          pairs += probability;
          ordered += probability * (a > b ? 1 : a === b ? 0.5 : 0);
        }
    }
    expect(expectedAuc(tied, chances)?.value).toBeCloseTo(ordered / pairs, 12);
  });

  it('has the derivative of ROC AUC in each chance', () => {
    const scores = Float64Array.of(0.9, 0.7, 0.7, 0.4, 0.2, 0.2);
    const chances = Float64Array.of(0.8, 0.75, 0.6, 0.5, 0.1, 0.3);
    const found = expectedAuc(scores, chances);
    for (let k = 0; k < chances.length; k++) {
      const at = (step: number) =>
        expectedAuc(
          scores,
          chances.map((p, i) => (i === k ? p + step : p)),
        )?.value ?? Number.NaN;
      expect(found?.derivatives[k]).toBeCloseTo((at(1e-6) - at(-1e-6)) / 2e-6, 7);
    }
  });

  it('is near the mean of the metric, and its band near the spread, over draws of the labels', () => {
    const rows = 800;
    const chances = drawProbabilities(rows, 3);
    const random = createRandom(4);
    const { metrics } = estimatePerformance(chances, 0.5);
    const drawn: Record<'f1' | 'precision' | 'recall' | 'rocAuc', number[]> = {
      f1: [],
      precision: [],
      recall: [],
      rocAuc: [],
    };
    for (let draw = 0; draw < 1500; draw++) {
      const labels = chances.map((p) => (random.uniform() < p ? 1 : 0));
      let [tp, fp, fn] = [0, 0, 0];
      labels.forEach((y, i) => {
        const flag = (chances[i] as number) > 0.5;
        if (y === 1) flag ? tp++ : fn++;
        else if (flag) fp++;
      });
      drawn.f1.push((2 * tp) / (2 * tp + fp + fn));
      drawn.precision.push(tp / (tp + fp));
      drawn.recall.push(tp / (tp + fn));
      drawn.rocAuc.push(rocAucScore(rankScores(labels, chances)));
    }
    for (const [name, values] of Object.entries(drawn)) {
      const estimate = metrics[name as keyof typeof drawn];
      if (estimate === null) throw new Error(name);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
      expect(Math.abs(estimate.value - mean)).toBeLessThan(0.002);
      expect(deviationOf(estimate) / spread).toBeGreaterThan(0.92);
      expect(deviationOf(estimate) / spread).toBeLessThan(1.08);
      const inside = values.filter((value) => value >= estimate.low && value <= estimate.high).length;
      expect(inside / values.length).toBeGreaterThan(0.93);
      expect(inside / values.length).toBeLessThan(0.97);
    }
  });

  it('equals the metrics themselves where the chances are the labels', () => {
    const row = fc.tuple(fc.integer({ min: 0, max: 8 }), fc.constantFrom(0, 1));
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 40 }), (rows) => {
        const probabilities = Float64Array.from(rows, ([score]) => score / 8);
        const labels = Float64Array.from(rows, ([, label]) => label);
        const { metrics } = estimatePerformance(probabilities, 0.5, { chances: labels });
        const truth = evaluate(labels, probabilities, 0.5).metrics;
        for (const name of ['f1', 'precision', 'recall', 'accuracy', 'rocAuc', 'baseRate'] as const) {
          if (truth[name] === null) expect(metrics[name]).toBeNull();
          else expect(metrics[name]?.value).toBeCloseTo(truth[name].value, 12);
        }
      }),
    );
  });

  it('keeps every estimate inside its band, and the band inside what the metric can be', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(share, share), { maxLength: 60 }), share, (rows, threshold) => {
        const probabilities = Float64Array.from(rows, ([probability]) => probability);
        const chances = Float64Array.from(rows, ([, chance]) => (chance > 0.7 ? 1 : chance));
        const { profit: _, ...metrics } = estimatePerformance(probabilities, threshold, { chances }).metrics;
        for (const metric of Object.values(metrics)) {
          if (metric === null) continue;
          const { value, low, high } = metric;
          expect([0, low, value, high, 1]).toEqual([0, low, value, high, 1].sort((a, b) => a - b));
        }
      }),
    );
  });

  it('does not depend on the order of the rows', () => {
    const chances = drawProbabilities(200, 9);
    const turned = chances.slice().reverse();
    const [one, other] = [estimatePerformance(chances, 0.4), estimatePerformance(turned, 0.4)];
    expect(one.metrics.f1?.value).toBeCloseTo(other.metrics.f1?.value ?? 0, 12);
    expect(one.metrics.rocAuc?.high).toBeCloseTo(other.metrics.rocAuc?.high ?? 0, 12);
  });

  it('leaves undefined what the rows do not define', () => {
    const nothing = estimatePerformance(new Float64Array(), 0.5, { campaign: CAMPAIGN });
    expect(Object.values(nothing.metrics).every((metric) => metric === null)).toBe(true);
    const one = estimatePerformance(Float64Array.of(0.3), 0.5);
    expect(one.metrics.rocAuc).toBeNull();
    expect(one.metrics.precision).toBeNull();
    expect(one.metrics.recall?.value).toBe(0);
    const nobody = estimatePerformance(Float64Array.of(0, 0, 0), 0.5);
    expect(nobody.metrics.f1).toBeNull();
    expect(nobody.metrics.recall).toBeNull();
    expect(nobody.metrics.rocAuc).toBeNull();
    expect(nobody.metrics.accuracy).toMatchObject({ value: 1, low: 1, high: 1, rows: 3 });
    const everybody = estimatePerformance(Float64Array.of(1, 1), 0.5);
    expect(everybody.metrics.rocAuc).toBeNull();
    expect(everybody.metrics.f1?.value).toBe(1);
  });

  it('refuses what is no probability, with its row', () => {
    for (const wrong of [Number.NaN, -0.1, 1.1])
      expect(() => estimatePerformance(Float64Array.of(0.2, wrong), 0.5)).toThrow(/Row 2 has probability/);
    expect(() =>
      estimatePerformance(Float64Array.of(0.2), 0.5, { chances: Float64Array.of(0.1, 0.2) }),
    ).toThrow(/2 chances came with 1 probabilities/);
    expect(() =>
      estimatePerformance(Float64Array.of(0.2), 0.5, { campaign: CAMPAIGN, values: Float64Array.of(1, 2) }),
    ).toThrow(/2 values came with 1/);
  });
});

describe('the error of the calibration', () => {
  it('is the spread of level and slope over draws of the reference', () => {
    const chances = drawProbabilities(600, 11, 0);
    const random = createRandom(12);
    const weights = chances.map(() => 0.2 + 2 * random.uniform());
    const labels = chances.map((p) => (random.uniform() < p ? 1 : 0));
    const error = calibrationErrorOf(chances, labels, weights);
    // One Newton step from the truth is the estimate, to first order.
    const z = chances.map((p) => Math.log(p / (1 - p)));
    const sum = (of: (i: number) => number) => chances.reduce((total, _, i) => total + of(i), 0);
    const h = (i: number) => (weights[i] as number) * (chances[i] as number) * (1 - (chances[i] as number));
    const [h00, h01, h11] = [
      sum(h),
      sum((i) => h(i) * (z[i] as number)),
      sum((i) => h(i) * (z[i] as number) ** 2),
    ];
    const determinant = h00 * h11 - h01 * h01;
    const levels = Array.from({ length: 3000 }, () => {
      let [g0, g1] = [0, 0];
      for (let i = 0; i < chances.length; i++) {
        const gap =
          (weights[i] as number) *
          ((random.uniform() < (chances[i] as number) ? 1 : 0) - (chances[i] as number));
        g0 += gap;
        g1 += gap * (z[i] as number);
      }
      return (h11 * g0 - h01 * g1) / determinant;
    });
    const variance = levels.reduce((total, value) => total + value * value, 0) / levels.length;
    expect((error?.levelVariance ?? 0) / variance).toBeGreaterThan(0.85);
    expect((error?.levelVariance ?? 0) / variance).toBeLessThan(1.15);
    expect(error?.effectiveRows).toBeLessThan(600);
  });

  it('is not known where a class is absent or all chances are equal', () => {
    expect(calibrationErrorOf(Float64Array.of(0.2, 0.4, 0.6), [0, 0, 0], null)).toBeNull();
    expect(calibrationErrorOf(Float64Array.of(0.5, 0.5, 0.5), [0, 1, 0], null)).toBeNull();
    expect(calibrationErrorOf(new Float64Array(), [], null)).toBeNull();
  });

  it('makes bands wider, the more the fewer the reference rows', () => {
    const current = drawProbabilities(5000, 1);
    const random = createRandom(2);
    const widthWith = (rows: number) => {
      const chances = drawProbabilities(rows, 5);
      const labels = chances.map((p) => (random.uniform() < p ? 1 : 0));
      const calibration = calibrationErrorOf(chances, labels, null);
      const { f1 } = estimatePerformance(current, 0.5, { calibration }).metrics;
      return f1 === null ? Number.NaN : f1.high - f1.low;
    };
    const { f1 } = estimatePerformance(current, 0.5).metrics;
    const [many, few] = [widthWith(20_000), widthWith(500)];
    expect(many).toBeGreaterThan((f1?.high ?? 0) - (f1?.low ?? 0));
    expect(few).toBeGreaterThan(1.5 * many);
  });
});
