/** Fits one candidate: its recipe on the rows given, then its learner on what the recipe makes of them. */
import type { CandidateSpec, EnsembleSpec, SingleSpec } from '../../../core/learners/candidates.ts';
import { fitBaseRate, type LinearPoint } from '../../../core/learners/linear-path.ts';
import { sigmoid } from '../../../core/math/sigmoid.ts';
import { logLoss } from '../../../core/metrics/probability.ts';
import { combineModels } from '../../../core/models/combine.ts';
import { fitLinear, fitLinearPoints } from './linear.ts';
import {
  type Compute,
  type FitRows,
  type FittedCandidate,
  type FittedPath,
  type HeldRows,
  joinLabels,
} from './rows.ts';
import { fitTrees, fitTreesPath } from './trees.ts';

/** Nothing but these rows is looked at, so that a fold cannot leak into another. `onTrees` is called with the number of trees as they grow. */
export async function fitCandidate(
  spec: CandidateSpec,
  rows: FitRows,
  compute: () => Compute,
  onTrees: (grown: number) => void = () => {},
): Promise<FittedCandidate> {
  switch (spec.family) {
    case 'base-rate':
      return fittedBaseRate(rows);
    case 'logistic-regression':
      return fitLinear(spec, rows, compute);
    case 'boosted-trees':
      return fitTrees(spec, rows, compute(), onTrees);
    case 'ensemble':
      return fitEnsemble(spec, rows, compute, onTrees);
  }
}

/**
 * Fits the candidate from its simplest form to its richest, with the loss of each on the held rows.
 * @param points strengths of the penalty of a linear candidate.
 */
export async function fitPath(
  spec: SingleSpec,
  rows: FitRows,
  held: HeldRows,
  points: readonly LinearPoint[],
  compute: () => Compute,
): Promise<FittedPath> {
  switch (spec.family) {
    case 'base-rate': {
      const fitted = fittedBaseRate(rows);
      const margin = fitted.learner.kind === 'logistic-regression' ? fitted.learner.intercept : Number.NaN;
      const losses = [
        logLoss(
          held.labels,
          held.labels.map(() => sigmoid(margin)),
        ),
      ];
      return { losses: Float64Array.from(losses), at: () => fitted };
    }
    case 'logistic-regression':
      return fitLinearPoints(spec, rows, held, points);
    case 'boosted-trees':
      return fitTreesPath(spec, rows, held, compute());
  }
}

function fittedBaseRate({ labels }: FitRows): FittedCandidate {
  return { features: [], learner: fitBaseRate(joinLabels(labels)), fit: {}, notes: [] };
}

async function fitEnsemble(
  { members }: EnsembleSpec,
  rows: FitRows,
  compute: () => Compute,
  onTrees: (grown: number) => void,
): Promise<FittedCandidate> {
  const fitted: FittedCandidate[] = [];
  for (const { spec } of members) fitted.push(await fitCandidate(spec, rows, compute, onTrees));
  return combineFits(
    members.map(({ weight, spec }, index) => ({
      name: spec.name,
      weight,
      fitted: fitted[index] as FittedCandidate,
    })),
  );
}

/** The weighted average of fits on the margin; the weights sum to 1. */
export function combineFits(
  parts: readonly { readonly name: string; readonly weight: number; readonly fitted: FittedCandidate }[],
): FittedCandidate {
  const combined = combineModels(
    parts.map(({ name, weight, fitted: { features, learner } }) => ({ name, weight, features, learner })),
  );
  const fits = new Map(parts.map(({ name, fitted }) => [name, fitted.fit]));
  const notes = [...new Set(parts.flatMap(({ fitted }) => fitted.notes))];
  return { ...combined, fit: { members: Object.fromEntries(fits) }, notes };
}
