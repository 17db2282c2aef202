import { describe, expect, it } from 'vitest';
import { silentProgress } from '../../base/progress.ts';
import { createRandom } from '../../base/random.ts';
import { fitBoostedTrees } from '../../core/learners/boosting/fit.ts';
import { fitLogistic } from '../../core/learners/logistic.ts';
import { sigmoid } from '../../core/math/sigmoid.ts';
import { chooseRows, type FlaggedChange, rowsBefore } from './choose-rows.ts';
import type { Training } from './read-training.ts';
import type { TrainDeps, TrainOptions } from './train-options.ts';

const deps = {
  progress: silentProgress,
  compute: () => ({
    fitTrees: async (data, labels, request) => fitBoostedTrees(data, labels, request),
    fitLogistic: async (blocks, each) => fitLogistic(blocks, each),
    openStore: () => null,
  }),
} as Pick<TrainDeps, 'progress' | 'compute'> as TrainDeps;

const options = {
  model: 'auto',
  logistic: { C: 1, standardize: true },
  monotone: {},
  seed: 1,
  liveCandidate: 'trees-medium',
} as Partial<TrainOptions> as TrainOptions;

/** Rows of parts one after another, each with a slope of what tells who leaves. */
function trainingOf(
  parts: readonly { readonly rows: number; readonly slope: number; readonly level?: number }[],
): Training {
  const random = createRandom(9);
  const slopes = parts.flatMap(({ rows, slope, level = 0 }) =>
    Array.from({ length: rows }, () => ({ slope, level })),
  );
  const x = Float64Array.from(slopes, () => random.normal());
  const labels = x.map((value, row) => {
    const { slope = 0, level = 0 } = slopes[row] ?? {};
    return Number(random.uniform() < sigmoid(slope * value + level));
  });
  return {
    inputs: [{ name: 'x', kind: 'numeric' }],
    batches: [{ rows: x.length, columns: [{ kind: 'numeric', values: x }] }],
    labels: [labels],
    times: null,
    values: null,
    clients: null,
    ids: null,
    rows: x.length,
    positives: labels.reduce((sum, label) => sum + label, 0),
  };
}

function lastRows(training: Training, count: number, at = '2026-05-12T06:00:00.000Z'): FlaggedChange {
  const flags = new Uint8Array(training.rows).fill(1, training.rows - count);
  return { at, rows: count, looks: [{ model: 'live', from: 'r' }], holds: () => false, flags };
}

describe('which rows are learned from after a change', () => {
  it('are those since then where what held before does not any more', async () => {
    const training = trainingOf([
      { rows: 600, slope: 3 },
      { rows: 160, slope: -3 },
    ]);
    const newest = lastRows(training, 160);
    const choice = await chooseRows(deps, training, newest, null, options);
    expect(choice.change).toBe(newest);
    expect(choice.reason).toMatch(
      /^Log loss on the 160 rows since 2026-05-12, out of fold: \d\.\d+ of all rows, 0\.\d+ of these alone\. What held/,
    );
  });

  it('are all where nothing has changed, or too few of a class came since', async () => {
    const same = trainingOf([{ rows: 700, slope: 2 }]);
    expect((await chooseRows(deps, same, lastRows(same, 100), null, options)).change).toBeNull();
    const few = trainingOf([
      { rows: 600, slope: 3 },
      { rows: 100, slope: -3, level: -6 },
    ]);
    const choice = await chooseRows(deps, few, lastRows(few, 100), null, options);
    expect(choice.change).toBeNull();
    expect(choice.reason).toMatch(
      /Of the 100 rows since 2026-05-12 the smaller class has \d+ rows; .* takes 20\./,
    );
  });

  it('are at most those since the change that the live model was made after', async () => {
    const training = trainingOf([
      { rows: 900, slope: 3 },
      { rows: 400, slope: -3 },
    ]);
    const earlier = lastRows(training, 400, '2026-03-03T06:00:00.000Z');
    const choice = await chooseRows(deps, training, lastRows(training, 80), earlier, options);
    expect(choice.change).toBe(earlier);
    expect(choice.reason).toContain('of the rows since 2026-03-03');
  });

  it('are, before the change, a sample of those that are very many, the same for a seed', () => {
    const newest = new Uint8Array(100_000).fill(1, 99_000);
    const before = rowsBefore(null, newest, 1);
    expect(before).toHaveLength(30_000);
    expect(before.every((row, k) => row < 99_000 && (k === 0 || row > (before[k - 1] as number)))).toBe(true);
    expect(rowsBefore(null, newest, 1)).toEqual(before);
    expect(rowsBefore(null, newest, 2)).not.toEqual(before);
  });
});
