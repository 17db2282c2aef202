/** The original files through the whole core: recipe, fit, model file, scorer and metrics against known numbers. */
import { createHash } from 'node:crypto';
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
import {
  hasOriginalFiles,
  ORIGINAL_NUMBERS,
  type OriginalName,
  originalRows,
  titleOfOriginalFiles,
} from './original-files.ts';

const INPUTS: readonly ModelInput[] = ['lastmonth_activity', 'lastyear_activity', 'number_of_employees'].map(
  (name) => ({ name, kind: 'numeric' }),
);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function readRows(name: OriginalName): { batch: SourceBatch; labels: Float64Array } {
  const { columns, labels } = originalRows(name);
  const sources = columns.map((values) => ({ kind: 'numeric' as const, values }));
  return { batch: { rows: labels.length, columns: sources }, labels };
}

function trainOn(name: OriginalName): ModelDocument {
  const { batch, labels } = readRows(name);
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

function scoreOn(model: ModelDocument, name: OriginalName) {
  const { batch, labels } = readRows(name);
  const probabilities = new Float64Array(batch.rows);
  const scorer = createScorer(model);
  scorer.probabilityInto(batch, probabilities);
  return {
    predictions: Array.from(probabilities, scorer.classify),
    evaluation: evaluate(labels, probabilities, model.threshold),
  };
}

describe.skipIf(!hasOriginalFiles)(titleOfOriginalFiles('a model of the original data'), () => {
  it.each(['practice', 'source', 'all_four'] as const)(
    'trained on %s scores as the converged optimum does',
    (name) => {
      const wanted = ORIGINAL_NUMBERS.converged_optimum[name].objective_unpenalised_intercept;
      const model = trainOn(name);
      const test = scoreOn(model, 'test');
      expect(test.predictions).toEqual(wanted.test_pred);
      expect(test.evaluation.f1Score).toBeCloseTo(wanted.test_f1, 14);
      expect(scoreOn(model, 'source').evaluation.f1Score).toBeCloseTo(wanted.f1_on_source, 14);
      expect(scoreOn(model, 'practice').evaluation.f1Score).toBeCloseTo(wanted.f1_on_practice, 14);
    },
  );

  it('trained on practice has the known confusion counts on the test and the source data', () => {
    const model = trainOn('practice');
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
