/** Promises that every learner keeps: one list, run over all of them. */
import { createHash } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { TidewatchError } from '../../src/base/errors.ts';
import { createRandom } from '../../src/base/random.ts';
import type { ModelInput, SourceBatch } from '../../src/core/columns/source-column.ts';
import {
  type Feature,
  type LearnerParameters,
  MODEL_FORMAT,
  type ModelDocument,
} from '../../src/core/document/document.ts';
import { fitRecipe, PLAIN_RECIPE } from '../../src/core/features/recipe.ts';
import { fitSources } from '../../src/core/features/source-fit.ts';
import { createTransform } from '../../src/core/features/transform.ts';
import { fitLogistic } from '../../src/core/learners/logistic.ts';
import { rankScores } from '../../src/core/metrics/ranked-scores.ts';
import { rocAucScore } from '../../src/core/metrics/ranking.ts';
import { modelVersion, parseModel, renderModel } from '../../src/core/models/model-file.ts';
import { createScorer } from '../../src/core/scoring/scorer.ts';
import { createPlainGram, type GramRuntime } from '../../src/core/statistics/gram-rows.ts';
import { createTeam } from '../../src/engine/local/workers/team.ts';

interface Trained {
  readonly features: readonly Feature[];
  readonly learner: LearnerParameters;
}

/** A learner under test: from source columns and labels to the parts of a model document. */
interface LearnerCase {
  readonly name: string;
  train(inputs: readonly ModelInput[], batch: SourceBatch, labels: Float64Array, seed: number): Trained;
}

/** Logistic regression with passes made by `runtime`. */
function logisticCase(name: string, runtime: GramRuntime): LearnerCase {
  return {
    name,
    train(inputs, batch, labels) {
      const features = fitRecipe(fitSources(inputs, [batch], { knots: 0 }), PLAIN_RECIPE);
      const columns = createTransform(features, inputs)(batch);
      const block = { rows: batch.rows, columns, labels, weights: null };
      const fit = fitLogistic([block], { C: 1, standardize: false }, runtime);
      const { coefficients, intercept, means } = fit;
      return { features, learner: { kind: 'logistic-regression', coefficients, intercept, means } };
    },
  };
}

const team = createTeam({ threads: 2 });
afterAll(() => team.close());

const LEARNERS: readonly LearnerCase[] = [
  logisticCase('logistic regression', createPlainGram()),
  logisticCase('logistic regression on compiled kernels', team.gram),
];

const INPUTS: readonly ModelInput[] = [
  { name: 'usage', kind: 'numeric' },
  { name: 'tickets', kind: 'numeric' },
  { name: 'plan', kind: 'categorical' },
];

function clients(rows: number, seed: number): { batch: SourceBatch; labels: Float64Array } {
  const random = createRandom(seed);
  const usage = Float64Array.from({ length: rows }, () =>
    random.uniform() < 0.1 ? Number.NaN : random.normal() * 100,
  );
  const tickets = Float64Array.from({ length: rows }, () => random.below(6));
  const codes = Int32Array.from({ length: rows }, () => random.below(4) - 1);
  const labels = Float64Array.from({ length: rows }, (_, i) => {
    const steady = Number.isNaN(usage[i]) ? 0 : (usage[i] as number) / 50;
    const margin = (tickets[i] as number) / 2 - 1.5 - steady + (codes[i] === 1 ? 1 : 0);
    return random.uniform() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
  });
  const columns: SourceBatch['columns'] = [
    { kind: 'numeric', values: usage },
    { kind: 'numeric', values: tickets },
    { kind: 'categorical', codes, levels: ['basic', 'gold', 'trial'] },
  ];
  return { batch: { rows, columns }, labels };
}

function documentOf({ features, learner }: Trained): ModelDocument {
  const model = {
    format: MODEL_FORMAT,
    target: { column: 'exited', positive: '1' },
    id: null,
    inputs: INPUTS,
    features,
    learner,
    calibration: { kind: 'none' },
    threshold: 0.5,
    certificate: {
      trainedAt: '2026-01-01T00:00:00.000Z',
      version: '0.0.0',
      seed: 1,
      snapshot: { id: 'none', rows: 0, positives: 0 },
      files: [],
      options: {},
      fit: {},
    },
  } as const;
  return { ...model, version: modelVersion(model, sha256) };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function probabilities(model: ModelDocument, batch: SourceBatch): Float64Array {
  const out = new Float64Array(batch.rows);
  createScorer(model).probabilityInto(batch, out);
  return out;
}

describe.each(LEARNERS)('$name', ({ train }) => {
  const training = clients(1200, 1);
  const fresh = clients(800, 2);
  const model = documentOf(train(INPUTS, training.batch, training.labels, 7));

  it('ranks new clients far better than chance', () => {
    const auc = rocAucScore(rankScores(fresh.labels, probabilities(model, fresh.batch)));
    expect(auc).toBeGreaterThan(0.8);
  });

  it('predicts as many to leave as left, over the training rows', () => {
    const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
    expect(sum(probabilities(model, training.batch)) / sum(training.labels)).toBeCloseTo(1, 1);
  });

  it('gives the same bits for the same rows and seed', () => {
    expect(documentOf(train(INPUTS, training.batch, training.labels, 7))).toEqual(model);
  });

  it('makes a model that survives its file, bits and all', () => {
    const read = parseModel(renderModel(model), sha256);
    expect(read).toEqual(model);
    expect(probabilities(read, fresh.batch)).toEqual(probabilities(model, fresh.batch));
  });

  it('gives every row a probability, with missing values and unseen levels too', () => {
    const odd: SourceBatch = {
      rows: 3,
      columns: [
        { kind: 'numeric', values: Float64Array.of(Number.NaN, 1e12, -1e12) },
        { kind: 'numeric', values: Float64Array.of(Number.NaN, 0, Number.NaN) },
        { kind: 'text', values: [null, 'never seen', 'gold'] },
      ],
    };
    for (const probability of probabilities(model, odd)) {
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThanOrEqual(1);
    }
  });

  it('does not change what it is given', () => {
    const { batch, labels } = clients(300, 3);
    const before = structuredClone({ batch, labels });
    train(INPUTS, batch, labels, 1);
    expect({ batch, labels }).toEqual(before);
  });

  it.each([0, 1])('refuses rows that all have the target %d', (label) => {
    const { batch } = clients(50, 4);
    try {
      train(INPUTS, batch, new Float64Array(50).fill(label), 1);
      expect.unreachable('one class cannot be learned');
    } catch (error) {
      expect(error).toBeInstanceOf(TidewatchError);
      expect((error as TidewatchError).code).toBe('one-class');
    }
  });
});
