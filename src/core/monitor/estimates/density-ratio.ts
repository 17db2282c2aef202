/** How much more often each row's like is found in current data than in the reference: a density ratio. */
import { createRandom, permutation } from '../../../base/random.ts';
import type { ModelInput, SourceBatch } from '../../columns/source-column.ts';
import { takeRows } from '../../columns/take-rows.ts';
import { fitRecipe, type RecipeOptions } from '../../features/recipe.ts';
import { fitSources } from '../../features/source-fit.ts';
import { createTransform } from '../../features/transform.ts';
import { fitLogistic } from '../../learners/logistic.ts';
import { rankScores } from '../../metrics/ranked-scores.ts';
import { rocAucScore } from '../../metrics/ranking.ts';
import { marginsOf } from '../../models/margins.ts';
import { dealClients, type Sides } from '../deal-clients.ts';
import { effectiveRowsOf } from './calibration-error.ts';

export interface DensityRatio {
  /**
   * Weight of each reference row: P(current | x) / P(reference | x) * reference rows / current rows, cut at
   * `MAX_RATIO` and scaled to a mean of 1.
   */
  readonly weights: Float64Array;
  /** Rows of equal weight that the weighted reference is worth (Kish 1965). */
  readonly effectiveRows: number;
  /**
   * Mean of the ratios of the reference rows before they are scaled: about 1 where every current row has its like in
   * the reference, near 0 where hardly one has, however equal the weights are then.
   */
  readonly overlap: number;
  /** The ratio of each current row before it was cut; NaN where a sample of the current rows left it out. */
  readonly currentRatios: Float64Array;
  /** How well the two can be told apart out of fold: ROC AUC, 0.5 where they are alike. */
  readonly separation: number;
}

/** A ratio is cut here: one row speaks for so many at most. */
export const MAX_RATIO = 20;
const FOLDS = 3;
/** More rows of either side would not make the ratio better by much; a sample is taken. */
const MAX_ROWS = 20_000;

const RECIPE: RecipeOptions = Object.freeze({
  numeric: 'splines',
  categorical: 'one-hot',
  missingIndicators: true,
  minLevelRows: 5,
  maxLevels: 50,
});
const KNOTS = 5;
const LEARNER = Object.freeze({ C: 1, standardize: true });

/**
 * The classifier is a logistic regression on linear splines and levels, cross-fitted: no row's ratio comes from a
 * model that has seen it (Bickel, Bruckner and Scheffer 2009 for the ratio by a classifier). Both sides need at least
 * `2 * FOLDS` rows. The same rows in the same order give the same bits.
 * @param clients the key of the client of each row, by side: no row's ratio comes from a model that has seen another row
 * of its client, on either side; null: each row is a client of its own.
 */
export function densityRatio(
  reference: SourceBatch,
  current: SourceBatch,
  inputs: readonly ModelInput[],
  seed: number,
  clients: Sides<BigUint64Array | null> = [null, null],
): DensityRatio {
  const sample = sampleOf(current.rows, seed);
  const taken: Sides<BigUint64Array | null> = [
    clients[0],
    clients[1] === null ? null : BigUint64Array.from(sample, (row) => clients[1]?.[row] as bigint),
  ];
  const sides = [reference, sample.length === current.rows ? current : takeRows(current, sample)] as const;
  const margins = crossFit(sides, taken, inputs, seed);
  const odds = reference.rows / sides[1].rows;
  const cut = margins[0].map((margin) => Math.min(MAX_RATIO, Math.exp(margin) * odds));
  const weight = cut.reduce((sum, value) => sum + value, 0);
  const squares = cut.reduce((sum, value) => sum + value * value, 0);
  const currentRatios = new Float64Array(current.rows).fill(Number.NaN);
  margins[1].forEach((margin, place) => {
    currentRatios[sample[place] as number] = Math.exp(margin) * odds;
  });
  return {
    weights: cut.map((value) => (value * reference.rows) / weight),
    effectiveRows: effectiveRowsOf(weight, squares),
    overlap: weight / reference.rows,
    currentRatios,
    separation: separationOf(margins),
  };
}

/** All rows, or a sample in row order. */
function sampleOf(rows: number, seed: number): Uint32Array {
  if (rows <= MAX_ROWS) return Uint32Array.from({ length: rows }, (_, row) => row);
  return permutation(rows, createRandom(seed, 2000)).slice(0, MAX_ROWS).sort();
}

/** Log-odds that a row is a current one, for each reference and each current row, out of fold. */
function crossFit(
  sides: Sides<SourceBatch>,
  clients: Sides<BigUint64Array | null>,
  inputs: readonly ModelInput[],
  seed: number,
): Sides<Float64Array> {
  const folds = dealClients([sides[0].rows, sides[1].rows], clients, { parts: FOLDS, seed, stream: 2001 });
  const margins: Sides<Float64Array> = [new Float64Array(sides[0].rows), new Float64Array(sides[1].rows)];
  for (let held = 0; held < FOLDS; held++) {
    const pick = (fold: Uint8Array, test: boolean) =>
      Uint32Array.from(fold, (_, row) => row).filter((row) => (fold[row] === held) === test);
    const predict = fitSide(
      sides.map((batch, side) => takeRows(batch, pick(folds[side] as Uint8Array, false))),
      inputs,
    );
    for (const side of [0, 1] as const) {
      const rows = pick(folds[side], true);
      const predicted = predict(takeRows(sides[side], rows));
      for (let i = 0; i < rows.length; i++) margins[side][rows[i] as number] = predicted[i] as number;
    }
  }
  return margins;
}

/** Fits reference (0) against current (1); gives log-odds of the second. */
function fitSide(
  parts: readonly SourceBatch[],
  inputs: readonly ModelInput[],
): (batch: SourceBatch) => Float64Array {
  const features = fitRecipe(fitSources(inputs, parts, { knots: KNOTS }), RECIPE);
  const transform = createTransform(features, inputs);
  const blocks = parts.map((part, side) => ({
    rows: part.rows,
    columns: transform(part),
    labels: new Float64Array(part.rows).fill(side),
    weights: null,
  }));
  const { coefficients, intercept, means } = fitLogistic(blocks, LEARNER);
  const marginInto = marginsOf({ kind: 'logistic-regression', coefficients, intercept, means });
  return (batch) => {
    const margins = new Float64Array(batch.rows);
    marginInto(transform(batch), batch.rows, margins);
    return margins;
  };
}

function separationOf([reference, current]: Sides<Float64Array>): number {
  const scores = new Float64Array(reference.length + current.length);
  scores.set(reference);
  scores.set(current, reference.length);
  const labels = new Float64Array(scores.length).fill(1, reference.length);
  return rocAucScore(rankScores(labels, scores));
}
