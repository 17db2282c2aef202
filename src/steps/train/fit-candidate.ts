/** Fits one candidate: its recipe on the rows given, then its learner on what the recipe makes of them. */
import { ownValue } from '../../base/own-value.ts';
import { fitRecipe } from '../../core/features/recipe.ts';
import type { ModelInput, SourceBatch } from '../../core/features/source-column.ts';
import { fitSources } from '../../core/features/source-fit.ts';
import { createTransform } from '../../core/features/transform.ts';
import type { BoostingColumn } from '../../core/learners/boosting/binner.ts';
import type { BoostedFit, BoostingRequest } from '../../core/learners/boosting/fit.ts';
import type { CandidateSpec } from '../../core/learners/candidates.ts';
import { fitLogistic } from '../../core/learners/logistic.ts';
import type { LogisticFit } from '../../core/learners/newton.ts';
import type { LogisticOptions } from '../../core/learners/standard-coordinates.ts';
import { stoppingRows } from '../../core/learners/stopping-rows.ts';
import type { Feature, LearnerParameters } from '../../core/models/document.ts';
import type { DesignBlock } from '../../core/statistics/gram.ts';
import type { RowStore } from '../../core/statistics/gram-rows.ts';

/** What makes the large fits: a team of threads. */
export interface Compute {
  fitTrees(
    data: readonly BoostingColumn[],
    labels: Uint8Array,
    request?: BoostingRequest,
    onTrees?: (grown: number) => void,
  ): Promise<BoostedFit>;
  fitLogistic(blocks: readonly DesignBlock[], options: LogisticOptions): Promise<LogisticFit>;
  /** Memory that `fitLogistic` finds rows in without a copy; null where it would not help. */
  openStore(doubles: number): RowStore | null;
}

/** Fewer rows, or fewer products of features over all rows, are fitted sooner than threads are started. */
const TEAM_ROWS = 20_000;
const TEAM_PRODUCTS = 2_000_000;

export interface FittedCandidate {
  readonly features: readonly Feature[];
  readonly learner: LearnerParameters;
  /** What the fit says of itself. */
  readonly fit: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
}

/** Whether a logistic regression is large enough for a team. */
export function isTeamWork(rows: number, features: number): boolean {
  return rows >= TEAM_ROWS && rows * (features + 1) ** 2 >= TEAM_PRODUCTS;
}

/** Rows to fit on. */
export interface FitRows {
  readonly inputs: readonly ModelInput[];
  readonly batches: readonly SourceBatch[];
  /** 1 and 0, one array a batch. */
  readonly labels: readonly Float64Array[];
  /** The client of each row of all batches; null: each row is a client of its own. */
  readonly clients: Int32Array | null;
}

/** Nothing but these rows is looked at, so that a fold cannot leak into another. `onTrees` is told of trees as they grow. */
export async function fitCandidate(
  spec: CandidateSpec,
  { inputs, batches, labels, clients }: FitRows,
  compute: () => Compute,
  onTrees: (grown: number) => void = () => {},
): Promise<FittedCandidate> {
  const features = fitRecipe(fitSources(inputs, batches, { knots: spec.knots }), spec.recipe);
  const transform = createTransform(features, inputs);
  const columns = batches.map(transform);
  if (spec.family === 'logistic-regression') {
    const blocks = columns.map((block, index): DesignBlock => {
      const part = labels[index] as Float64Array;
      return { rows: part.length, columns: block, labels: part, weights: null };
    });
    const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
    const fitted = isTeamWork(rows, features.length)
      ? await compute().fitLogistic(blocks, spec.options)
      : fitLogistic(blocks, spec.options);
    const { coefficients, intercept, means, notes, ...fit } = fitted;
    return {
      features,
      learner: { kind: 'logistic-regression', coefficients, intercept, means },
      fit: { ...fit, notes },
      notes,
    };
  }
  const classes = joinLabels(labels);
  const request = {
    ...spec.options,
    ...(spec.stopShare > 0 && {
      validationRows: stoppingRows(classes, clients, { share: spec.stopShare, seed: spec.options.seed ?? 0 }),
    }),
    monotone: features.map(({ kind, source }) =>
      kind === 'number' ? (ownValue(spec.monotone, source) ?? 0) : 0,
    ),
  };
  const fitted = await compute().fitTrees(boostingColumns(features, columns), classes, request, onTrees);
  const { validationLosses: _, ...report } = fitted.report;
  return { features, learner: fitted.parameters, fit: { ...report }, notes: [] };
}

function joinLabels(parts: readonly Float64Array[]): Uint8Array {
  const labels = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    labels.set(part, at);
    at += part.length;
  }
  return labels;
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
