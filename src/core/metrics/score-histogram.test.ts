import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankScores } from './ranked-scores.ts';
import { scoreHistogram } from './score-histogram.ts';

describe('scoreHistogram', () => {
  it('counts each class by bin, an edge in the bin that begins there, and 1 in the last', () => {
    const ranked = rankScores([0, 0, 1, 1, 0, 1], [0, 0.25, 0.25, 0.9999, 1, 1]);
    expect(scoreHistogram(ranked, 4)).toEqual({ stayed: [1, 1, 0, 1], left: [0, 1, 0, 2] });
  });

  it('is empty bins where there is no row', () => {
    expect(scoreHistogram(rankScores([], []), 2)).toEqual({ stayed: [0, 0], left: [0, 0] });
  });

  it('adds up to the rows of each class, whatever the scores', () => {
    const row = fc.record({
      label: fc.constantFrom(0, 1),
      score: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), fc.integer({ min: 1, max: 30 }), (rows, bins) => {
        const labels = rows.map(({ label }) => label);
        const { stayed, left } = scoreHistogram(
          rankScores(
            labels,
            rows.map(({ score }) => score),
          ),
          bins,
        );
        const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);
        expect([sum(stayed), sum(left)]).toEqual([
          labels.filter((label) => label === 0).length,
          labels.filter((label) => label === 1).length,
        ]);
      }),
    );
  });
});
