import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { orderClients, orderedRates } from '../features/target-rate-ordered.ts';
import { sigmoid } from '../math/sigmoid.ts';
import { type LevelOutcomes, weighLevels } from './recurring-levels.ts';

function levelsOf(count: number, rowsOf: (k: number) => number, rateOf: (k: number) => number, seed: number) {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, k): LevelOutcomes => {
    const rows = rowsOf(k);
    let left = 0;
    for (let row = 0; row < rows; row++) if (random.below(10_000) < 10_000 * rateOf(k)) left++;
    return { rows, left };
  });
}

const shareOf = (levels: readonly LevelOutcomes[]) =>
  levels.reduce((sum, { left }) => sum + left, 0) / levels.reduce((sum, { rows }) => sum + rows, 0);

describe('weighLevels', () => {
  it.each([
    [400, 9],
    [250, 3],
    [150, 5],
  ])('takes no more than a few in a thousand columns of %i levels that say nothing', (count, most) => {
    let taken = 0;
    for (let seed = 0; seed < 1000; seed++) {
      const levels = levelsOf(
        count,
        (k) => 1 + (k % most),
        () => 0.2,
        seed,
      );
      if (weighLevels(levels, shareOf(levels), seed).isInformative) taken++;
    }
    expect(taken).toBeLessThanOrEqual(5);
  });

  it('takes levels of four rows each whose rates differ', () => {
    for (let seed = 0; seed < 50; seed++) {
      const levels = levelsOf(
        3000,
        () => 4,
        (k) => (k % 4 === 0 ? 0.6 : 0.1),
        seed,
      );
      expect(weighLevels(levels, shareOf(levels), seed).isInformative).toBe(true);
    }
  });

  it('has no gain of levels that never come again', () => {
    const levels = levelsOf(
      2000,
      () => 1,
      () => 0.3,
      5,
    );
    const evidence = weighLevels(levels, shareOf(levels), 5);
    expect(evidence).toMatchObject({ rows: 2000, recurring: 0, isInformative: false });
    expect(evidence.gain).toBeCloseTo(0, 12);
  });

  it('gains what the ordered rates of the learners gain on the rows themselves', () => {
    const levels = levelsOf(
      500,
      (k) => 2 + (k % 20),
      (k) => (k % 3 === 0 ? 0.7 : 0.15),
      9,
    );
    const codes = levels.flatMap(({ rows }, k) => Array.from({ length: rows }, () => k));
    const labels = levels.flatMap(({ rows, left }) =>
      Array.from({ length: rows }, (_, i) => Number(i < left)),
    );
    const base = shareOf(levels);
    const gainOfRows = (seed: number): number => {
      const order = orderClients(codes.length, null, seed);
      const rates = orderedRates(Int32Array.from(codes), levels.length, labels, base, order).map(sigmoid);
      const loss = (rate: (row: number) => number) =>
        labels.reduce((sum, label, row) => sum - Math.log(label === 1 ? rate(row) : 1 - rate(row)), 0);
      return (loss(() => base) - loss((row) => rates[row] as number)) / codes.length;
    };
    const mean = (gain: (seed: number) => number) =>
      Array.from({ length: 20 }, (_, seed) => gain(seed)).reduce((sum, one) => sum + one, 0) / 20;
    expect(mean((seed) => weighLevels(levels, base, seed).gain)).toBeCloseTo(mean(gainOfRows), 2);
  });
});
