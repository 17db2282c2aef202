/** Every reference number of the original files that the whole process does not meet on its way, one by one. */
import { describe, expect, it } from 'vitest';
import type { ModelInput, SourceBatch } from '../../src/core/columns/source-column.ts';
import { MODEL_FORMAT, type ModelDocument } from '../../src/core/document/document.ts';
import { fitRecipe, PLAIN_RECIPE } from '../../src/core/features/recipe.ts';
import { fitSources } from '../../src/core/features/source-fit.ts';
import { createTransform } from '../../src/core/features/transform.ts';
import { fitLogistic } from '../../src/core/learners/logistic.ts';
import { evaluate } from '../../src/core/metrics/evaluate.ts';
import { createScorer } from '../../src/core/scoring/scorer.ts';
import optima from './optimum.json' with { type: 'json' };
import {
  ORIGINAL_NUMBERS as expected,
  hasOriginalFiles,
  ORIGINAL_FILE_NAMES,
  ORIGINAL_FILE_PATHS,
  type OriginalName,
  originalLines,
  originalRows,
  originalsHere,
  type PythonModel,
  titleOfOriginalFiles,
} from './original-files.ts';

/** The optima of original.json are that far, relatively, from the exact ones of optimum.json (see optimum.py). */
const EXPECTED_PRECISION = 3e-6;
const COLUMNS = ['lastmonth_activity', 'lastyear_activity', 'number_of_employees'] as const;
const INPUTS: readonly ModelInput[] = COLUMNS.map((name) => ({ name, kind: 'numeric' }));
const SETS = ['practice', 'source', 'all_four'] as const;
const OBJECTIVES = ['objective_penalised_intercept', 'objective_unpenalised_intercept'] as const;

interface Rows {
  readonly batch: SourceBatch;
  readonly labels: Float64Array;
}

/** The distinct rows of the files of a name. */
function readRows(name: OriginalName): Rows {
  const { columns, labels } = originalRows(name);
  const sources = columns.map((values) => ({ kind: 'numeric' as const, values }));
  return { batch: { rows: labels.length, columns: sources }, labels };
}

/** A model document with these coefficients, whoever fitted them. */
function modelOf(batch: SourceBatch, coefficients: readonly number[], intercept: number): ModelDocument {
  return {
    format: MODEL_FORMAT,
    version: '',
    target: { column: 'exited', positive: '1' },
    id: 'corporation',
    inputs: INPUTS,
    features: fitRecipe(fitSources(INPUTS, [batch], { knots: 0 }), PLAIN_RECIPE),
    learner: { kind: 'logistic-regression', coefficients, intercept, means: [0, 0, 0] },
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
  };
}

function scoreOn(model: ModelDocument, name: OriginalName) {
  const { batch, labels } = readRows(name);
  const scorer = createScorer(model);
  const probabilities = new Float64Array(batch.rows);
  scorer.probabilityInto(batch, probabilities);
  const predictions = Array.from(probabilities, scorer.classify);
  return { probabilities, predictions, evaluation: evaluate(labels, probabilities, model.threshold) };
}

/** The objective of an L2 logistic regression with C = 1: log loss summed, and half the squared coefficients. */
function objectiveOf(name: OriginalName, coefficients: readonly number[], penalised: number): number {
  const { batch, labels } = readRows(name);
  const model = modelOf(batch, coefficients, penalised);
  const { probabilities } = scoreOn(model, name);
  const loss = probabilities.reduce(
    (sum, p, row) => sum - (labels[row] === 1 ? Math.log(p) : Math.log1p(-p)),
    0,
  );
  return loss + coefficients.reduce((sum, value) => sum + value * value, 0) / 2;
}

/** Relative to the larger of the two, so that a sign or a zero shows. */
function expectRelative(got: number, wanted: number, tolerance: number): void {
  expect(Math.abs(got - wanted) / Math.max(Math.abs(got), Math.abs(wanted))).toBeLessThan(tolerance);
}

describe('the original files', () => {
  it.each(originalsHere(ORIGINAL_FILE_NAMES))('%s is profiled as expected', (name) => {
    const wanted = expected.data_profile[name];
    const [header = '', ...lines] = originalLines(ORIGINAL_FILE_PATHS[name]);
    const names = header.split(',');
    const rows = lines.map((line) => line.split(','));
    const column = (key: string) => rows.map((row) => row[names.indexOf(key)] ?? '');
    const numbers = (key: string) => column(key).map(Number);
    expect(names).toEqual(Object.keys(wanted.cols));
    expect(rows).toHaveLength(wanted.rows);
    expect(lines.length - new Set(lines).size).toBe(wanted.dups);
    expect(rows.flat().filter((value) => value === '')).toHaveLength(wanted.nulls);
    expect(new Set(column('corporation')).size).toBe(wanted.corp_unique);
    for (const [label, count] of Object.entries(wanted.exited)) {
      expect(column('exited').filter((value) => value === label)).toHaveLength(Number(count));
    }
    for (const key of Object.keys(wanted.min) as (keyof typeof wanted.min)[]) {
      expect(wanted.cols[key]).toBe('int64');
      expect(numbers(key).every(Number.isInteger)).toBe(true);
      expect([Math.min(...numbers(key)), Math.max(...numbers(key))]).toEqual([
        wanted.min[key],
        wanted.max[key],
      ]);
    }
    const lastYear = numbers('lastyear_activity');
    const more = numbers('lastmonth_activity').filter((value, row) => value > (lastYear[row] ?? 0));
    expect(more).toHaveLength(wanted.lastmonth_gt_lastyear);
  });

  const { practice, fullprocess } = expected.reference_implementation;
  const counts = {
    practice: { rows: practice.rows_after_dedupe, balance: practice.class_balance },
    source: { rows: fullprocess.rows_after_dedupe, balance: fullprocess.new_model.class_balance },
  };
  const named = originalsHere(['practice', 'source'] as const);
  it.each(named)('of %s have the classes and the number of distinct rows expected', (name) => {
    const { rows, balance } = counts[name];
    const { labels } = readRows(name);
    expect(labels).toHaveLength(rows);
    expect(labels.filter((label) => label === 1)).toHaveLength(balance['1']);
    expect(labels.filter((label) => label === 0)).toHaveLength(balance['0']);
  });
});

describe('the learner', () => {
  it.each(originalsHere(SETS))('reaches the converged optimum of %s', (name) => {
    const wanted = expected.converged_optimum[name].objective_unpenalised_intercept;
    const { batch, labels } = readRows(name);
    const features = fitRecipe(fitSources(INPUTS, [batch], { knots: 0 }), PLAIN_RECIPE);
    const columns = createTransform(features, INPUTS)(batch);
    const fit = fitLogistic([{ rows: batch.rows, columns, labels, weights: null }], {
      C: 1,
      standardize: false,
    });
    const exact = optima[name];
    expectRelative(fit.objective, exact.objective, 1e-13);
    expectRelative(fit.objective, wanted.optimum_value, 1e-12);
    for (const [index, value] of exact.coefficients.entries()) {
      expectRelative(fit.coefficients[index] ?? 0, value, 1e-12);
      expectRelative(value, wanted.optimum_coef[index] ?? 0, EXPECTED_PRECISION);
    }
    expectRelative(fit.intercept, exact.intercept, 1e-12);
    expectRelative(exact.intercept, wanted.optimum_intercept, EXPECTED_PRECISION);
    // No better place is known: the reference's own solution has no lower objective.
    expect(fit.objective).toBeLessThanOrEqual(
      objectiveOf(name, wanted.optimum_coef, wanted.optimum_intercept) * (1 + 1e-12),
    );
  });
});

describe.skipIf(!hasOriginalFiles)(titleOfOriginalFiles('the scorer and the metrics'), () => {
  const solutions = SETS.flatMap((name) => OBJECTIVES.map((key) => [name, key] as const));

  it.each(solutions)('give the optimum of %s, %s, its known scores', (name, key) => {
    const wanted = expected.converged_optimum[name][key];
    const model = modelOf(readRows(name).batch, wanted.optimum_coef, wanted.optimum_intercept);
    const test = scoreOn(model, 'test');
    expect(test.predictions).toEqual(wanted.test_pred);
    expect(test.evaluation.f1Score).toBeCloseTo(wanted.test_f1, 14);
    expect(scoreOn(model, 'source').evaluation.f1Score).toBeCloseTo(wanted.f1_on_source, 14);
    expect(scoreOn(model, 'practice').evaluation.f1Score).toBeCloseTo(wanted.f1_on_practice, 14);
    const penalty = key === 'objective_penalised_intercept' ? wanted.optimum_intercept ** 2 / 2 : 0;
    const value = objectiveOf(name, wanted.optimum_coef, wanted.optimum_intercept) + penalty;
    expectRelative(value, wanted.optimum_value, 1e-9);
    if (wanted.liblinear_value !== undefined) expect(wanted.liblinear_value).toBeGreaterThanOrEqual(value);
  });

  // The Python form's own coefficients, where its solver stopped: ours must give them the same scores.
  const reference = expected.reference_implementation;

  it.each([
    ['practice', reference.practice],
    ['source', reference.fullprocess.new_model],
  ] as const)('give the Python model of %s the scores that Python gives it', (name, wanted) => {
    const { coefficients, intercept } = solutionOf(wanted);
    const model = modelOf(readRows(name).batch, coefficients, intercept);
    const test = scoreOn(model, 'test');
    expect(test.predictions).toEqual(wanted.test_pred);
    for (const [row, probability] of wanted.test_proba1.entries()) {
      expect(test.probabilities[row]).toBeCloseTo(probability, 12);
    }
    expect(test.evaluation.f1Score).toBeCloseTo(wanted.test_f1, 14);
    expect(test.evaluation.confusion).toEqual(wanted.test_cm_rows_true_cols_pred);
    const train = scoreOn(model, name);
    expect(train.evaluation.f1Score).toBeCloseTo(wanted.train_f1, 14);
    expect(train.evaluation.confusion).toEqual(wanted.train_cm);
    expect(train.evaluation.metrics.logLoss?.value).toBeCloseTo(wanted.train_logloss, 12);
    const value = objectiveOf(name, coefficients, intercept);
    const liblinear = expected.converged_optimum[name].objective_penalised_intercept.liblinear_value ?? 0;
    expectRelative(value + wanted.intercept ** 2 / 2, liblinear, 1e-9);
  });

  const crossed = SETS.flatMap((model) =>
    SETS.filter((data) => data !== model).map((data) => [model, data] as const),
  );

  it.each(crossed)('give the model of %s its known scores on %s', (name, data) => {
    const wanted = expected.cross_scores[`model_${name}_on_${data}`];
    if (wanted === undefined) throw new Error('No such scores are known.');
    const { coefficients, intercept } = pythonModel(name);
    const { evaluation } = scoreOn(modelOf(readRows(name).batch, coefficients, intercept), data);
    expect(evaluation.f1Score).toBeCloseTo(wanted.f1, 14);
    expect(evaluation.confusion).toEqual(wanted.cm);
  });
});

interface Solution {
  readonly coefficients: readonly number[];
  readonly intercept: number;
}

function solutionOf({ coef, intercept }: PythonModel): Solution {
  return { coefficients: COLUMNS.map((column) => coef[column]), intercept };
}

/** The Python form's coefficients, or the optimum of its objective where they are not recorded. */
function pythonModel(name: (typeof SETS)[number]): Solution {
  const { practice, fullprocess } = expected.reference_implementation;
  if (name !== 'all_four') return solutionOf(name === 'practice' ? practice : fullprocess.new_model);
  const { optimum_coef, optimum_intercept } = expected.converged_optimum[name].objective_penalised_intercept;
  return { coefficients: optimum_coef, intercept: optimum_intercept };
}
