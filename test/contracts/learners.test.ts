/** Promises that every learner keeps: one list, run over all of them. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TidewatchError } from '../../src/base/errors.ts';
import { createRandom } from '../../src/base/random.ts';
import type { ModelInput, SourceBatch } from '../../src/core/columns/source-column.ts';
import { batchOfStored, type StoredRow } from '../../src/core/columns/stored-rows.ts';
import {
  type Feature,
  type LearnerParameters,
  MODEL_FORMAT,
  type ModelDocument,
} from '../../src/core/document/document.ts';
import { fitRecipe, PLAIN_RECIPE } from '../../src/core/features/recipe.ts';
import { fitSources } from '../../src/core/features/source-fit.ts';
import { createTransform } from '../../src/core/features/transform.ts';
import {
  type CandidateSpec,
  listCandidates,
  type SingleSpec,
  type TreesSpec,
  treesSpec,
} from '../../src/core/learners/candidates.ts';
import { fitLogistic } from '../../src/core/learners/logistic.ts';
import type { TreeShape } from '../../src/core/learners/tree-search.ts';
import { rankScores } from '../../src/core/metrics/ranked-scores.ts';
import { rocAucScore } from '../../src/core/metrics/ranking.ts';
import { findFaults } from '../../src/core/models/check-model.ts';
import { LEARNER_KINDS } from '../../src/core/models/learners.ts';
import { modelVersion, parseModel, renderModel } from '../../src/core/models/model-file.ts';
import { evaluateOnnx } from '../../src/core/models/onnx/evaluate.ts';
import { renderOnnx } from '../../src/core/models/onnx/render-onnx.ts';
import { renderSql } from '../../src/core/models/sql/render-sql.ts';
import { createExplainer } from '../../src/core/scoring/reasons/explainer.ts';
import { createScorer } from '../../src/core/scoring/scorer.ts';
import { createPlainGram, type GramRuntime } from '../../src/core/statistics/gram-rows.ts';
import { fitCandidate } from '../../src/steps/train/fit/families.ts';
import { createTeam } from '../../src/steps/train/team.ts';
import { selectInDuckdb } from '../../src/store/external/scratch-select.ts';

interface Trained {
  readonly features: readonly Feature[];
  readonly learner: LearnerParameters;
}

/** A learner under test: from source columns and labels to the parts of a model document. */
interface LearnerCase {
  readonly name: string;
  readonly kind: LearnerParameters['kind'];
  train(
    inputs: readonly ModelInput[],
    batch: SourceBatch,
    labels: Float64Array,
    seed: number,
  ): Promise<Trained>;
}

/** Logistic regression with passes made by `runtime`. */
function logisticCase(name: string, runtime: GramRuntime): LearnerCase {
  return {
    name,
    kind: 'logistic-regression',
    async train(inputs, batch, labels) {
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

/** A candidate, as training fits it. */
function candidateCase(
  name: string,
  kind: LearnerParameters['kind'],
  specOf: (seed: number) => CandidateSpec,
): LearnerCase {
  return {
    name,
    kind,
    train: (inputs, batch, labels, seed) =>
      fitCandidate(specOf(seed), { inputs, batches: [batch], labels: [labels], clients: null }, () => team),
  };
}

function treesOf(shape: TreeShape, seed: number): TreesSpec {
  const spec = treesSpec(shape, { monotone: {}, seed });
  return { ...spec, stop: 'options', options: { ...spec.options, trees: 40 } };
}

const splines = (seed: number) =>
  listCandidates({
    ...{ model: 'auto', logistic: { C: 1, standardize: false }, monotone: {}, seed },
    ...{ rows: 1200, clients: 1200, smallerClass: 400, numericColumns: 2 },
  }).specs.find(({ name }) => name === 'logistic-splines') as SingleSpec;

const LEARNERS: readonly LearnerCase[] = [
  logisticCase('logistic regression', createPlainGram()),
  logisticCase('logistic regression on compiled kernels', team.gram),
  candidateCase('logistic regression with splines', 'logistic-regression', splines),
  candidateCase('boosted trees', 'boosted-trees', (seed) => treesOf({ leaves: 8, symmetric: false }, seed)),
  candidateCase('symmetric boosted trees', 'boosted-trees', (seed) =>
    treesOf({ leaves: 16, symmetric: true }, seed),
  ),
  candidateCase('an ensemble', 'ensemble', (seed) => ({
    name: 'ensemble',
    family: 'ensemble',
    members: [
      { weight: 0.4, spec: splines(seed) },
      { weight: 0.6, spec: treesOf({ leaves: 8, symmetric: false }, seed) },
    ],
  })),
];

it('every kind of learner that a document may hold is among those that these promises are held of', () => {
  expect([...new Set(LEARNERS.map(({ kind }) => kind))]).toEqual(Object.keys(LEARNER_KINDS));
});

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

/** The first rows of a batch of numbers and codes, by column name. */
function storedRows(batch: SourceBatch, count: number): StoredRow[] {
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(
      INPUTS.map(({ name }, j) => {
        const column = batch.columns[j] as SourceBatch['columns'][number];
        if (column.kind === 'text') return [name, column.values[row] ?? null];
        if (column.kind === 'categorical') return [name, column.levels[column.codes[row] as number] ?? null];
        const value = column.values[row] as number;
        return [name, Number.isNaN(value) ? null : value];
      }),
    ),
  );
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function probabilities(model: ModelDocument, batch: SourceBatch): Float64Array {
  const out = new Float64Array(batch.rows);
  createScorer(model).probabilityInto(batch, out);
  return out;
}

describe.each(LEARNERS)('$name', ({ train, kind }) => {
  const training = clients(1200, 1);
  const fresh = clients(800, 2);
  let model: ModelDocument;
  beforeAll(async () => {
    model = documentOf(await train(INPUTS, training.batch, training.labels, 7));
  });

  it('makes a document without a fault, of its kind', () => {
    expect(model.learner.kind).toBe(kind);
    expect(findFaults(model)).toEqual([]);
  });

  it('ranks new clients far better than chance', () => {
    const auc = rocAucScore(rankScores(fresh.labels, probabilities(model, fresh.batch)));
    expect(auc).toBeGreaterThan(0.8);
  });

  it('predicts as many to leave as left, over the training rows', () => {
    const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
    expect(sum(probabilities(model, training.batch)) / sum(training.labels)).toBeCloseTo(1, 1);
  });

  it('gives the same bits for the same rows and seed', async () => {
    expect(documentOf(await train(INPUTS, training.batch, training.labels, 7))).toEqual(model);
  });

  it('makes a model that survives its file, bits and all', () => {
    const read = parseModel(renderModel(model), sha256);
    expect(read).toEqual(model);
    expect(probabilities(read, fresh.batch)).toEqual(probabilities(model, fresh.batch));
  });

  it('has reasons that sum to the margin of each client', () => {
    const explainer = createExplainer(model);
    const width = explainer.columns.length;
    const contributions = new Float64Array(fresh.batch.rows * width);
    explainer.contributionsInto(fresh.batch, contributions);
    const margins = new Float64Array(fresh.batch.rows);
    createScorer(model).marginInto(fresh.batch, margins);
    margins.forEach((margin, i) => {
      const sum = contributions.subarray(i * width, (i + 1) * width).reduce((total, each) => total + each, 0);
      expect(explainer.baseline + sum).toBeCloseTo(margin, 9);
    });
  });

  it('gives the same answers as SQL and as ONNX', async () => {
    const rows = storedRows(fresh.batch, 50);
    const expected = probabilities(model, batchOfStored(model.inputs, rows));
    const onnx = evaluateOnnx(renderOnnx(model), rows).probabilities;
    const columns = INPUTS.map(({ name, kind: type }) => ({
      name,
      kind: type,
      values: rows.map((row) => row[name] ?? null),
    }));
    const answer = await selectInDuckdb(
      'clients',
      columns,
      renderSql(model, { dialect: 'duckdb', table: 'clients' }),
    );
    expected.forEach((value, i) => {
      expect(onnx[i]).toBeCloseTo(value, 12);
      expect(answer[i]?.at(-2)).toBeCloseTo(value, 12);
    });
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

  it('does not change what it is given', async () => {
    const { batch, labels } = clients(300, 3);
    const before = structuredClone({ batch, labels });
    await train(INPUTS, batch, labels, 1);
    expect({ batch, labels }).toEqual(before);
  });

  it.each([0, 1])('refuses rows that all have the target %d', async (label) => {
    const { batch } = clients(50, 4);
    try {
      await train(INPUTS, batch, new Float64Array(50).fill(label), 1);
      expect.unreachable('one class cannot be learned');
    } catch (error) {
      expect(error).toBeInstanceOf(TidewatchError);
      expect((error as TidewatchError).code).toBe('one-class');
    }
  });
});
