import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addConfusion, createConfusion } from '../statistics/confusion.ts';
import { f1Score } from './classification.ts';
import { rankScores } from './ranked-scores.ts';
import {
  breakEvenThreshold,
  expectedGain,
  thresholdByBudget,
  thresholdByCost,
  thresholdByF1,
} from './threshold.ts';

const score = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.25, 0.5, 1));
const rows = fc.array(fc.tuple(fc.constantFrom(0, 1), score), { minLength: 1, maxLength: 30 });

describe('the threshold by F1', () => {
  it('has the highest F1 of all thresholds, and it is the one it says', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const labels = pairs.map(([label]) => label);
        const scores = pairs.map(([, s]) => s);
        const f1At = (threshold: number) =>
          f1Score(addConfusion(createConfusion(), labels, scores, threshold));
        const choice = thresholdByF1(rankScores(labels, scores));
        const highest = Math.max(...[0, ...scores].map(f1At));
        if (choice === null) {
          expect(highest).toBe(0);
          return;
        }
        expect(f1At(choice.threshold)).toBeCloseTo(choice.value, 12);
        expect(choice.value).toBeCloseTo(highest, 12);
        expect(scores.filter((s) => s > choice.threshold).length).toBe(choice.flagged);
      }),
    );
  });

  it('lies half-way between scores, and of equals flags fewest', () => {
    expect(thresholdByF1(rankScores([1, 0], [0.8, 0.4]))).toMatchObject({
      threshold: 0.6000000000000001,
      flagged: 1,
    });
    // Flagging the first row or all three gives the same F1.
    expect(thresholdByF1(rankScores([1, 0, 0, 1], [0.9, 0.8, 0.7, 0.6]))).toMatchObject({ flagged: 1 });
    expect(thresholdByF1(rankScores([0, 0], [0.9, 0.8]))).toBeNull();
  });
});

describe('the threshold by cost', () => {
  const terms = { contactCost: 2, offerCost: 10, successRate: 0.4 };

  it('breaks even where the expected gain is zero', () => {
    const threshold = breakEvenThreshold(200, terms);
    expect(threshold).toBeCloseTo(12 / 86, 14);
    expect(expectedGain(threshold, 200, terms)).toBeCloseTo(0, 12);
    expect(breakEvenThreshold(1, terms)).toBe(1);
    expect(breakEvenThreshold(100, { contactCost: 0, offerCost: 0, successRate: 0.5 })).toBe(0);
  });

  it('brings no less than any other threshold', () => {
    const clients = fc.array(fc.tuple(score, fc.double({ min: 0, max: 500, noNaN: true })), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(clients, (pairs) => {
        const probabilities = Float64Array.from(pairs, ([p]) => p);
        const values = Float64Array.from(pairs, ([, value]) => value);
        const gainAt = (threshold: number) =>
          pairs.reduce((sum, [p, value]) => sum + (p > threshold ? expectedGain(p, value, terms) : 0), 0);
        const choice = thresholdByCost(probabilities, values, terms);
        expect(gainAt(choice.threshold)).toBeCloseTo(choice.value, 9);
        for (const other of [0, ...probabilities])
          expect(choice.value).toBeGreaterThanOrEqual(gainAt(other) - 1e-9);
      }),
    );
  });

  it('agrees with the break-even threshold for clients of one value', () => {
    const probabilities = Float64Array.from({ length: 100 }, (_, i) => i / 100);
    const choice = thresholdByCost(probabilities, new Float64Array(100).fill(200), terms);
    expect(Math.abs(choice.threshold - breakEvenThreshold(200, terms))).toBeLessThan(0.01);
  });

  it('contacts nobody where no contact pays', () => {
    expect(thresholdByCost(Float64Array.of(0.9, 0.8), Float64Array.of(1, Number.NaN), terms)).toEqual({
      threshold: 1,
      value: 0,
      flagged: 0,
    });
  });
});

describe('the threshold by budget', () => {
  it('flags as many as the budget allows, never more, and those at highest risk', () => {
    fc.assert(
      fc.property(
        fc.array(score, { maxLength: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (scores, share) => {
          const choice = thresholdByBudget(Float64Array.from(scores), share);
          const flagged = scores.filter((s) => s > choice.threshold);
          expect(flagged.length).toBe(choice.flagged);
          const most = Math.floor(share * scores.length + 1e-9);
          expect(flagged.length).toBeLessThanOrEqual(most);
          // One more step down, ties and all, would break the budget.
          const next = Math.max(0, ...scores.filter((s) => s <= choice.threshold));
          if (next > 0) expect(scores.filter((s) => s >= next).length).toBeGreaterThan(most);
        },
      ),
    );
  });

  it('takes exactly the share where scores differ', () => {
    const scores = Float64Array.from({ length: 1000 }, (_, i) => (i + 1) / 1001);
    expect(thresholdByBudget(scores, 0.07)).toMatchObject({ flagged: 70, value: 0.07 });
  });
});
