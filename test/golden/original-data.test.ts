/** The original files through the whole core: recipe, fit, model file, scorer and metrics against known numbers. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ModelInput, SourceBatch } from '../../src/core/columns/source-column.ts';
import { MODEL_FORMAT, type ModelDocument } from '../../src/core/document/document.ts';
import { fitRecipe, PLAIN_RECIPE } from '../../src/core/features/recipe.ts';
import { fitSources } from '../../src/core/features/source-fit.ts';
import { createTransform } from '../../src/core/features/transform.ts';
import { fitLogistic } from '../../src/core/learners/logistic.ts';
import { evaluate } from '../../src/core/metrics/evaluate.ts';
import { modelVersion, parseModel, renderModel } from '../../src/core/models/model-file.ts';
import { createScorer } from '../../src/core/scoring/scorer.ts';

const ROOT = '../shared/data';
const FILES = {
  practice: ['practicedata/dataset1.csv', 'practicedata/dataset2.csv'],
  source: ['sourcedata/dataset3.csv', 'sourcedata/dataset4.csv'],
  test: ['testdata/testdata.csv'],
} as const;
const INPUTS: readonly ModelInput[] = ['lastmonth_activity', 'lastyear_activity', 'number_of_employees'].map(
  (name) => ({ name, kind: 'numeric' }),
);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

type Name = keyof typeof FILES;

function readRows(names: readonly Name[]): { batch: SourceBatch; labels: Float64Array } {
  const files = names.flatMap((name) => [...FILES[name]]);
  const lines = files.flatMap((file) =>
    readFileSync(`${ROOT}/${file}`, 'utf8').trim().split(/\r?\n/).slice(1),
  );
  const rows = [...new Set(lines)].map((line) => line.split(',').slice(1).map(Number));
  const column = (j: number) => Float64Array.from(rows, (row) => row[j] as number);
  const columns = [0, 1, 2].map((j) => ({ kind: 'numeric' as const, values: column(j) }));
  return { batch: { rows: rows.length, columns }, labels: column(3) };
}

function trainOn(names: readonly Name[]): ModelDocument {
  const { batch, labels } = readRows(names);
  const features = fitRecipe(fitSources(INPUTS, [batch], { knots: 0 }), PLAIN_RECIPE);
  const columns = createTransform(features, INPUTS)(batch);
  const fit = fitLogistic([{ rows: batch.rows, columns, labels, weights: null }], {
    C: 1,
    standardize: false,
  });
  const { coefficients, intercept, means } = fit;
  const model = {
    format: MODEL_FORMAT,
    target: { column: 'exited', positive: '1' },
    id: 'corporation',
    inputs: INPUTS,
    features,
    learner: { kind: 'logistic-regression', coefficients, intercept, means },
    calibration: { kind: 'none' },
    threshold: 0.5,
    certificate: {
      trainedAt: '2026-01-01T00:00:00.000Z',
      version: '0.0.0',
      seed: 0,
      snapshot: { id: '', rows: batch.rows, positives: 0 },
      files: [],
      options: {},
      fit: {},
    },
  } as const;
  return parseModel(renderModel({ ...model, version: modelVersion(model, sha256) }), sha256);
}

function scoreOn(model: ModelDocument, name: Name) {
  const { batch, labels } = readRows([name]);
  const probabilities = new Float64Array(batch.rows);
  const scorer = createScorer(model);
  scorer.probabilityInto(batch, probabilities);
  return {
    predictions: Array.from(probabilities, scorer.classify),
    evaluation: evaluate(labels, probabilities, model.threshold),
  };
}

describe.skipIf(!existsSync(`${ROOT}/expected.json`))('a model of the original data', () => {
  it.each([
    ['practice', ['practice']],
    ['source', ['source']],
    ['all_four', ['practice', 'source']],
  ] as const)('trained on %s scores as the converged optimum does', (key, names) => {
    const wanted = JSON.parse(readFileSync(`${ROOT}/expected.json`, 'utf8')).converged_optimum[key]
      .objective_unpenalised_intercept;
    const model = trainOn(names);
    const test = scoreOn(model, 'test');
    expect(test.predictions).toEqual(wanted.test_pred);
    expect(test.evaluation.f1Score).toBeCloseTo(wanted.test_f1, 14);
    expect(scoreOn(model, 'source').evaluation.f1Score).toBeCloseTo(wanted.f1_on_source, 14);
    expect(scoreOn(model, 'practice').evaluation.f1Score).toBeCloseTo(wanted.f1_on_practice, 14);
  });

  it('trained on practice has the known confusion counts on the test and the source data', () => {
    const model = trainOn(['practice']);
    expect(scoreOn(model, 'test').evaluation.confusion).toEqual([
      [0, 2],
      [1, 2],
    ]);
    expect(scoreOn(model, 'source').evaluation.confusion).toEqual([
      [9, 4],
      [4, 9],
    ]);
  });
});
