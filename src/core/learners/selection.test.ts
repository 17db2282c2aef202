import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseByOneStandardError, stratifiedFolds, timeForwardFolds } from './selection.ts';

describe('stratified folds', () => {
  it('give every fold its share of each class, to within one row, and differ by repeat', () => {
    const arrangement = fc.tuple(
      fc.integer({ min: 2, max: 7 }),
      fc.integer({ min: 7, max: 60 }),
      fc.integer({ min: 7, max: 60 }),
    );
    fc.assert(
      fc.property(arrangement, fc.integer({ min: 0, max: 99 }), ([folds, ones, zeros], seed) => {
        const labels = [...new Array(ones).fill(1), ...new Array(zeros).fill(0)];
        const repeats = stratifiedFolds(labels, { folds, repeats: 2, seed });
        for (const fold of repeats) {
          for (const wanted of [0, 1]) {
            const counts = new Array(folds).fill(0);
            fold.forEach((f, row) => {
              if (labels[row] === wanted) counts[f]++;
            });
            expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
          }
        }
        expect(stratifiedFolds(labels, { folds, repeats: 2, seed })).toEqual(repeats);
        expect(repeats[0]).not.toEqual(repeats[1]);
      }),
    );
  });

  it('leave a class with fewer rows than folds out of some of them', () => {
    const [fold] = stratifiedFolds([1, 0, 0, 0], { folds: 2, repeats: 1, seed: 0 });
    expect([...(fold ?? [])].sort()).toEqual([0, 0, 1, 1]);
  });
});

describe('time-forward folds', () => {
  it('never learn from the time of the rows they test on, or later', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        (times, folds) => {
          const made = timeForwardFolds(Float64Array.from(times), folds);
          expect(made.length).toBeLessThanOrEqual(folds);
          for (const { train, test } of made) {
            expect(train.length).toBeGreaterThan(0);
            expect(test.length).toBeGreaterThan(0);
            const latest = Math.max(...Array.from(train, (row) => times[row] as number));
            for (const row of test) expect(times[row]).toBeGreaterThan(latest);
          }
          const tested = made.flatMap(({ test }) => [...test]);
          expect(new Set(tested).size).toBe(tested.length);
        },
      ),
    );
  });

  it('cut evenly spread times evenly', () => {
    const made = timeForwardFolds(
      Float64Array.from({ length: 12 }, (_, i) => 12 - i),
      3,
    );
    expect(made.map(({ train, test }) => [train.length, test.length])).toEqual([
      [3, 3],
      [6, 3],
      [9, 3],
    ]);
    expect([...(made[0]?.train ?? [])]).toEqual([11, 10, 9]);
  });
});

describe('the one-standard-error rule', () => {
  const simple = { name: 'simple', losses: [0.5, 0.6, 0.4, 0.55, 0.45] };

  it('keeps the simpler candidate when the other is better by less than one standard error', () => {
    const other = { name: 'other', losses: [0.45, 0.65, 0.35, 0.6, 0.4] };
    const choice = chooseByOneStandardError([simple, other], 0.2);
    expect(choice.chosen).toBe('simple');
    expect(choice.reason).toContain('within one standard error');
  });

  it('takes the other when it is better in every fold, however much folds differ', () => {
    const other = { name: 'other', losses: simple.losses.map((loss, k) => loss - 0.02 - 0.001 * k) };
    const choice = chooseByOneStandardError([simple, other], 0.2);
    expect(choice.chosen).toBe('other');
    expect(choice.candidates[0]?.behind).toBeCloseTo(0.022, 12);
    expect(choice.reason).toContain('more than one standard error');
  });

  it('takes half an error where that is asked for', () => {
    const other = { name: 'other', losses: [0.46, 0.58, 0.38, 0.54, 0.42] };
    const gaps = simple.losses.map((loss, k) => loss - (other.losses[k] ?? 0));
    const behind = gaps.reduce((sum, gap) => sum + gap, 0) / 5;
    const variance = gaps.reduce((sum, gap) => sum + (gap - behind) ** 2, 0) / 4;
    const error = Math.sqrt(variance * (1 / 5 + 1 / 4));
    const behindBy = (share: number) => ({
      name: 'shifted',
      losses: other.losses.map((loss) => loss + behind - share * error),
    });
    expect(chooseByOneStandardError([simple, behindBy(0.7)], 0.2).chosen).toBe('simple');
    const half = chooseByOneStandardError([simple, behindBy(0.7)], 0.2, 0.5);
    expect(half.chosen).toBe('shifted');
    expect(half.reason).toContain('more than half a standard error');
    expect(chooseByOneStandardError([simple, behindBy(0.4)], 0.2, 0.5).reason).toContain(
      'within half a standard error',
    );
  });

  it('keeps the simplest when it is the best, and the only one when it is alone', () => {
    const worse = { name: 'worse', losses: simple.losses.map((loss) => loss + 0.1) };
    expect(chooseByOneStandardError([simple, worse], 0.2).reason).toContain(
      'the simplest and has the lowest loss',
    );
    expect(chooseByOneStandardError([simple], 0.2).reason).toContain('only candidate');
  });

  it('refuses losses that are not numbers', () => {
    expect(() => chooseByOneStandardError([{ name: 'broken', losses: [Number.NaN] }], 0.2)).toThrow('broken');
  });
});
