/** Fits boosted trees: as many as were asked for, or the whole path with the loss of held rows after each tree. */
import { ownValue } from '../../../base/own-value.ts';
import type { Feature } from '../../../core/document/document.ts';
import { fitRecipe } from '../../../core/features/recipe.ts';
import { fitSources } from '../../../core/features/source-fit.ts';
import { trainingColumns } from '../../../core/features/training-columns.ts';
import { createTransform } from '../../../core/features/transform.ts';
import type { BoostingColumn } from '../../../core/learners/boosting/binner.ts';
import { BOOSTING_DEFAULTS } from '../../../core/learners/boosting/options.ts';
import type { TreesSpec } from '../../../core/learners/candidates.ts';
import { stoppingRows } from '../../../core/learners/stopping-rows.ts';
import {
  type Compute,
  type FitRows,
  type FittedCandidate,
  type FittedPath,
  type HeldRows,
  joinLabels,
} from './rows.ts';

/** Share of the clients that says when to stop. */
const STOP_SHARE = 0.1;

/** Fits `spec.options.trees` trees, or fewer where a share of the clients says when to stop. */
export async function fitTrees(
  spec: TreesSpec,
  rows: FitRows,
  compute: Compute,
  onTrees: (grown: number) => void,
): Promise<FittedCandidate> {
  const { features, columns } = columnsOf(spec, rows);
  const labels = joinLabels(rows.labels);
  const seed = spec.options.seed ?? 0;
  const { minTrees = 0 } = spec;
  const { patience = BOOSTING_DEFAULTS.patience } = spec.options;
  const request = {
    ...spec.options,
    monotone: monotoneOf(spec, features),
    ...(spec.stop === 'share' && {
      validationRows: stoppingRows(labels, rows.clients, { share: STOP_SHARE, seed }),
      patience: Math.max(patience, minTrees),
      keepGrown: true,
    }),
  };
  const fitted = await compute.fitTrees(boostingColumns(features, columns), labels, request, onTrees);
  const { validationLosses, ...report } = fitted.report;
  const { base, trees } = fitted.parameters;
  const used = validationLosses.length > 0 ? lowestFrom(validationLosses, minTrees) : trees.length;
  return {
    features,
    learner: { kind: 'boosted-trees', base, trees: trees.slice(0, used) },
    fit: { ...report, treesUsed: used },
    notes: [],
  };
}

/** Where the loss is lowest from a number of trees on; all trees where fewer could be grown. Entry k is of k trees. */
function lowestFrom(losses: readonly number[], minTrees: number): number {
  const from = Math.max(0, Math.min(minTrees, losses.length - 1));
  const later = losses.slice(from);
  return from + later.indexOf(Math.min(...later));
}

/** Grows trees until those held say that no more is gained; point k of the path has k trees. */
export async function fitTreesPath(
  spec: TreesSpec,
  rows: FitRows,
  held: HeldRows,
  compute: Compute,
): Promise<FittedPath> {
  const { features, columns } = columnsOf(spec, rows);
  const known = rows.labels.reduce((sum, part) => sum + part.length, 0);
  const request = {
    ...spec.options,
    monotone: monotoneOf(spec, features),
    validationRows: Uint32Array.from(held.labels, (_, row) => known + row),
    keepGrown: true,
  };
  const both = [...columns, createTransform(features, rows.inputs)(held.batch)];
  const labels = joinLabels([...rows.labels, held.labels]);
  const fitted = await compute.fitTrees(boostingColumns(features, both), labels, request);
  const { base, trees } = fitted.parameters;
  const { validationLosses, ...report } = fitted.report;
  return {
    losses: Float64Array.from(validationLosses),
    at: (point) => ({
      features,
      learner: { kind: 'boosted-trees', base, trees: trees.slice(0, point) },
      fit: { ...report, rows: known, treesUsed: Math.min(point, trees.length) },
      notes: [],
    }),
  };
}

function columnsOf(
  spec: TreesSpec,
  { inputs, batches, labels, clients }: FitRows,
): { readonly features: readonly Feature[]; readonly columns: Float64Array[][] } {
  const features = fitRecipe(fitSources(inputs, batches, { knots: 0, labels }), spec.recipe);
  const seed = spec.options.seed ?? 0;
  return { features, columns: trainingColumns(features, inputs, batches, labels, clients, seed) };
}

function monotoneOf({ monotone }: TreesSpec, features: readonly Feature[]): (1 | -1 | 0)[] {
  return features.map(({ kind, source }) => (kind === 'number' ? (ownValue(monotone, source) ?? 0) : 0));
}

/** The feature columns of all blocks as the columns of one table. */
function boostingColumns(features: readonly Feature[], blocks: readonly Float64Array[][]): BoostingColumn[] {
  return features.map((feature, index): BoostingColumn => {
    const parts = blocks.map((block) => block[index] as Float64Array);
    const rows = parts.reduce((sum, part) => sum + part.length, 0);
    const values = new Float64Array(rows);
    parts.reduce((at, part) => {
      values.set(part, at);
      return at + part.length;
    }, 0);
    if (feature.kind !== 'category') return { kind: 'numeric', values };
    const codes = Int32Array.from(values, (value) => (Number.isNaN(value) ? -1 : value));
    return { kind: 'categorical', codes, levels: feature.levels.length };
  });
}
