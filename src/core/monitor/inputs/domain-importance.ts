/** Which columns tell current rows from those of the reference. */
import { createRandom, permutation } from '../../../base/random.ts';
import type { BoostedTreesParameters } from '../../document/document.ts';
import type { BoostingColumn } from '../../learners/boosting/binner.ts';
import { rankScores } from '../../metrics/ranked-scores.ts';
import { rocAucScore } from '../../metrics/ranking.ts';
import { marginsOf } from '../../models/margins.ts';
import { takeFeature } from './domain-columns.ts';

export interface ColumnPart {
  readonly name: string;
  /** How much the AUC falls on rows not learned from when the values of this column are shuffled among them. */
  readonly drop: number;
  /** Of the falls of all columns; 0 where it does not fall. */
  readonly share: number;
}

/**
 * Permutation importance (Breiman 2001) on held-out rows, largest first, of the columns that the trees split on.
 * Columns that carry the same news share it.
 * @param rows held-out rows of `columns`; those before `referenceRows` are of the reference.
 */
export function importanceOf(
  parameters: BoostedTreesParameters,
  columns: readonly BoostingColumn[],
  rows: Uint32Array,
  referenceRows: number,
  seed: number,
): (Omit<ColumnPart, 'name'> & { readonly index: number })[] {
  const labels = Uint8Array.from(rows, (row) => (row < referenceRows ? 0 : 1));
  const features = columns.map((column) => takeFeature(column, rows));
  const marginInto = marginsOf(parameters);
  const margins = new Float64Array(rows.length);
  const auc = (): number => {
    marginInto(features, rows.length, margins);
    return rocAucScore(rankScores(labels, margins));
  };
  const whole = auc();
  const order = permutation(rows.length, createRandom(seed, 2));
  const used = new Set(parameters.trees.flatMap(({ feature }) => feature.filter((index) => index >= 0)));
  const drops = [...used].map((index) => {
    const held = features[index] as Float64Array;
    features[index] = Float64Array.from(order, (row) => held[row] as number);
    const drop = whole - auc();
    features[index] = held;
    return { index, drop };
  });
  const total = drops.reduce((sum, { drop }) => sum + Math.max(0, drop), 0);
  return drops
    .map(({ index, drop }) => ({ index, drop, share: total > 0 ? Math.max(0, drop) / total : 0 }))
    .sort((a, b) => b.drop - a.drop || a.index - b.index);
}
