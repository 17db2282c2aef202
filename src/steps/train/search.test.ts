import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { createTransform } from '../../core/features/transform.ts';
import { fitBoostedTrees } from '../../core/learners/boosting/fit.ts';
import { fitLogistic } from '../../core/learners/logistic.ts';
import { sigmoid } from '../../core/math/sigmoid.ts';
import { logLoss } from '../../core/metrics/probability.ts';
import { marginsOf } from '../../core/models/margins.ts';
import { type MadeModel, makeModel } from './make-model.ts';
import type { Training } from './read-training.ts';
import type { TrainOptions } from './train-options.ts';

/** Rows with `width` normal columns, and labels by the margin of each. */
function tableOf(
  rows: number,
  width: number,
  seed: number,
  marginOf: (values: number[]) => number,
): Training {
  const random = createRandom(seed, 0);
  const columns = Array.from({ length: width }, () => new Float64Array(rows));
  const labels = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const values = columns.map((column) => {
      column[i] = random.normal();
      return column[i] as number;
    });
    labels[i] = random.uniform() < 1 / (1 + Math.exp(-marginOf(values))) ? 1 : 0;
  }
  return {
    inputs: columns.map((_, j) => ({ name: `x${j}`, kind: 'numeric' })),
    batches: [{ rows, columns: columns.map((values) => ({ kind: 'numeric', values })) }],
    labels: [labels],
    times: null,
    values: null,
    clients: null,
    ids: null,
    rows,
    positives: labels.reduce((sum, label) => sum + label, 0),
  };
}

const OPTIONS = {
  model: 'auto',
  budgetSeconds: 1000,
  logistic: { C: 1, standardize: false },
  calibration: 'none',
  threshold: 'f1',
  campaign: null,
  monotone: {},
  outcomes: { horizonDays: 0, meaning: 'outcome' },
  holdout: null,
  seed: 3,
} as const;

async function make(
  training: Training,
  options: Partial<TrainOptions> = {},
  secondsOfFit = 0,
): Promise<MadeModel> {
  let ms = 0;
  const compute = () => ({
    fitTrees: async (...[data, labels, request]: Parameters<typeof fitBoostedTrees>) => {
      ms += 1000 * secondsOfFit;
      return fitBoostedTrees(data, labels, request);
    },
    fitLogistic: async (...[blocks, each]: Parameters<typeof fitLogistic>) => fitLogistic(blocks, each),
    openStore: () => null,
  });
  const deps = {
    clock: { now: () => new Date(0), elapsedMs: () => ms },
    progress: () => {},
    compute,
  } as unknown as Parameters<typeof makeModel>[0];
  return makeModel(deps, training, { ...OPTIONS, ...options } as TrainOptions, null);
}

describe('a model that is chosen', () => {
  it('is the base rate where there is nothing to learn, and says so', async () => {
    const made = await make(tableOf(300, 4, 1, () => -1));
    expect(made.selection?.chosen).toBe('base-rate');
    expect(made.fitted).toMatchObject({ features: [], learner: { coefficients: [] } });
    expect(made.notes.join(' ')).toContain('Too few rows to beat the base rate');
  });

  it('is linear where that is all there is, with a penalty chosen by the folds', async () => {
    const made = await make(tableOf(1000, 3, 2, ([a = 0, b = 0]) => a - b));
    expect(made.selection?.chosen).toBe('logistic');
    expect(made.spec).toMatchObject({ family: 'logistic-regression', tuned: false });
  });

  it('is of trees where columns act together', async () => {
    const made = await make(tableOf(1500, 3, 3, ([a = 0, b = 0]) => 3 * Math.sign(a * b)));
    expect(made.selection?.chosen).toMatch(/trees|ensemble/);
  });

  it('is an average of the best where the configuration asks for one, and its margin is theirs', async () => {
    const training = tableOf(1400, 4, 4, ([a = 0, b = 0, c = 0]) => a + Math.sign(b * c));
    const made = await make(training, { model: 'ensemble' });
    const { learner, features } = made.fitted;
    if (learner.kind !== 'ensemble') throw new Error(`a model of kind ${learner.kind}`);
    expect(learner.members.length).toBeGreaterThan(1);
    expect(learner.members.length).toBeLessThanOrEqual(4);
    expect(learner.members.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(made.notes.join(' ')).toMatch(/An average of .* It gains: .* It costs: /);
    const rows = training.batches[0] as Training['batches'][number];
    const margins = new Float64Array(rows.rows);
    marginsOf(learner)(createTransform(features, training.inputs)(rows), rows.rows, margins);
    expect(margins.every(Number.isFinite)).toBe(true);
    // Out of fold the loss of an average is below that of each of its members.
    const losses = made.selection?.candidates ?? [];
    const lossOf = (name: string) => losses.find((each) => each.name === name)?.outOfFold.logLoss?.value ?? 0;
    for (const { name } of learner.members) expect(lossOf('ensemble')).toBeLessThan(lossOf(name));
  });

  it('is the average of the trees of the folds where clients are few, which is less sure and better on new rows', async () => {
    const marginOf = ([a = 0, b = 0]: number[]) => 2 * a * b;
    const made = await make(tableOf(300, 3, 7, marginOf), { model: 'boosted' });
    const { learner, features } = made.fitted;
    if (learner.kind !== 'boosted-trees' || made.spec.family !== 'boosted-trees') throw new Error('no trees');
    expect(learner.trees.length).toBe(5 * (made.spec.options.trees ?? 0));
    const training = tableOf(300, 3, 7, marginOf);
    const columns = (training.batches[0]?.columns ?? []) as readonly {
      readonly kind: 'numeric';
      readonly values: Float64Array;
    }[];
    const labels = Uint8Array.from(training.labels[0] ?? []);
    const once = fitBoostedTrees(columns, labels, made.spec.options).parameters;
    const fresh = tableOf(5000, 3, 8, marginOf);
    const block = fresh.batches[0] as Training['batches'][number];
    const values = createTransform(features, fresh.inputs)(block);
    const lossOf = (parameters: typeof once): number => {
      const margins = new Float64Array(fresh.rows);
      marginsOf(parameters)(values, fresh.rows, margins);
      return logLoss(fresh.labels[0] as Float64Array, margins.map(sigmoid));
    };
    expect(lossOf(learner)).toBeLessThan(lossOf(once) - 0.005);
  });

  it('is of one shape of trees where the configuration asks for trees', async () => {
    const made = await make(
      tableOf(600, 3, 7, ([a = 0, b = 0]) => a * b),
      { model: 'boosted' },
    );
    expect(made.fitted.learner.kind).toBe('boosted-trees');
    expect(made.selection?.candidates.every(({ family }) => family === 'boosted-trees')).toBe(true);
  });

  it('is the best so far when the budget is spent, which is said', async () => {
    const training = tableOf(600, 3, 5, ([a = 0, b = 0]) => 2 * Math.sign(a * b));
    const made = await make(training, { budgetSeconds: 100 }, 10);
    const names = made.selection?.candidates.map(({ name }) => name) ?? [];
    expect(names).toContain('trees-8');
    expect(names).not.toContain('trees-16');
    expect(made.notes.join(' ')).toMatch(
      /budget of 100 s was spent before trees-16 .*"train.budget_seconds"/,
    );
  });

  it('has the same bits for the same rows and seed', async () => {
    const training = tableOf(500, 3, 6, ([a = 0, b = 0]) => a * b);
    const [first, second] = [await make(training), await make(training)];
    expect(second.fitted).toEqual(first.fitted);
    expect(second.selection).toEqual(first.selection);
  });
});
