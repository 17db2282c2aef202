/** Fits linear models: one strength of the penalty, or the path from the strongest to the weakest. */

import type { Feature } from '../../../core/document/document.ts';
import { fitRecipe } from '../../../core/features/recipe.ts';
import { fitSources } from '../../../core/features/source-fit.ts';
import { trainingColumns } from '../../../core/features/training-columns.ts';
import { createTransform } from '../../../core/features/transform.ts';
import type { LogisticSpec } from '../../../core/learners/candidates.ts';
import { fitLinearPath, type LinearPoint } from '../../../core/learners/linear-path.ts';
import { fitLogistic } from '../../../core/learners/logistic.ts';
import type { LogisticFit } from '../../../core/learners/newton.ts';
import { sigmoid } from '../../../core/math/sigmoid.ts';
import { logLoss } from '../../../core/metrics/probability.ts';
import { marginsOf } from '../../../core/models/margins.ts';
import type { DesignBlock } from '../../../core/statistics/gram.ts';
import type { Compute, FitRows, FittedCandidate, FittedPath, HeldRows } from './rows.ts';

/** Fewer rows, or fewer products of features over all rows, are fitted sooner than threads are started. */
const TEAM_ROWS = 20_000;
const TEAM_PRODUCTS = 2_000_000;
/** With more features the products of all pairs of them take longer than descent by coordinates. */
const MAX_NEWTON_FEATURES = 200;

/** Draws the order in which rates of levels are learned. */
const ORDER_SEED = 0;

/** Whether a logistic regression is large enough for a team. */
export function isTeamWork(rows: number, features: number): boolean {
  return rows >= TEAM_ROWS && rows * (features + 1) ** 2 >= TEAM_PRODUCTS;
}

/** Fits with the penalty of `spec.options`. */
export async function fitLinear(
  spec: LogisticSpec,
  rows: FitRows,
  compute: () => Compute,
): Promise<FittedCandidate> {
  const { features, blocks } = designOf(spec, rows);
  const { options, l1Share = 0 } = spec;
  const byDescent = options.standardize && (l1Share > 0 || features.length > MAX_NEWTON_FEATURES);
  if (byDescent) {
    const [fit] = fitLinearPath(blocks, [{ C: options.C, l1Share }]);
    return fittedOf(features, fit as LogisticFit);
  }
  const count = blocks.reduce((sum, block) => sum + block.rows, 0);
  return fittedOf(
    features,
    isTeamWork(count, features.length)
      ? await compute().fitLogistic(blocks, options)
      : fitLogistic(blocks, options),
  );
}

/** Fits every strength of the path. */
export function fitLinearPoints(
  spec: LogisticSpec,
  rows: FitRows,
  held: HeldRows,
  points: readonly LinearPoint[],
): FittedPath {
  const { features, blocks } = designOf(spec, rows);
  const fits = fitLinearPath(blocks, points);
  const columns = createTransform(features, rows.inputs)(held.batch);
  const losses = Float64Array.from(fits, ({ coefficients, intercept, means }) => {
    const margins = new Float64Array(held.batch.rows);
    marginsOf({ kind: 'logistic-regression', coefficients, intercept, means })(
      columns,
      held.batch.rows,
      margins,
    );
    return logLoss(held.labels, margins.map(sigmoid));
  });
  return { losses, at: (point) => fittedOf(features, fits[point] as LogisticFit) };
}

function designOf(
  { recipe, knots }: LogisticSpec,
  { inputs, batches, labels, clients }: FitRows,
): { readonly features: readonly Feature[]; readonly blocks: readonly DesignBlock[] } {
  const features = fitRecipe(fitSources(inputs, batches, { knots, labels }), recipe);
  const columns = trainingColumns(features, inputs, batches, labels, clients, ORDER_SEED);
  const blocks = batches.map((_, index): DesignBlock => {
    const part = labels[index] as Float64Array;
    return { rows: part.length, columns: columns[index] as Float64Array[], labels: part, weights: null };
  });
  return { features, blocks };
}

function fittedOf(features: readonly Feature[], fitted: LogisticFit): FittedCandidate {
  const { coefficients, intercept, means, notes, ...fit } = fitted;
  return {
    features,
    learner: { kind: 'logistic-regression', coefficients, intercept, means },
    fit: { ...fit, notes },
    notes,
  };
}
