/** Fits what was chosen for good: on all rows, or as the average of the models of the folds. */
import {
  type CandidateSpec,
  type EnsembleSpec,
  growing,
  type SingleSpec,
} from '../../../core/learners/candidates.ts';
import type { FoldPlan } from '../../../core/learners/plan-folds.ts';
import type { Validated } from '../cross-validate.ts';
import type { TrainDeps } from '../train-options.ts';
import { combineFits, fitCandidate } from './candidate.ts';
import type { FitRows, FittedCandidate } from './rows.ts';

/** Trees of an ensemble, those of all folds counted, with which a client is still scored and explained at once. */
const MAX_TREES = 2500;
const MAX_LEAVES = 40_000;

/**
 * The candidate on all rows. Trees of an ensemble are those of the folds, averaged, which no single fit on all rows is as
 * good as (bagging, Breiman 1996), as long as there are not too many of them; linear members are fitted on all rows,
 * since their average is nearly that. Where the folds were of a sample of the rows, trees grow with all of them.
 */
export async function fitFinal(
  deps: Pick<TrainDeps, 'compute' | 'progress'>,
  chosen: CandidateSpec,
  winner: Validated | undefined,
  plan: FoldPlan | null,
  training: FitRows & { readonly rows: number },
): Promise<{ readonly spec: CandidateSpec; readonly fitted: FittedCandidate }> {
  const fit = (spec: CandidateSpec) => {
    const label = `fitting ${spec.name} on all rows`;
    deps.progress({ label, done: training.rows, unit: 'rows' });
    return fitCandidate(spec, training, deps.compute, (done) =>
      deps.progress({ label, done, unit: 'trees' }),
    );
  };
  if (
    chosen.family === 'ensemble' &&
    winner?.members !== undefined &&
    isBagged(chosen, winner, plan, training.rows)
  ) {
    return { spec: chosen, fitted: await fitBag(chosen, winner.members, fit) };
  }
  const spec = plan === null || plan.rows >= training.rows ? chosen : grown(chosen);
  return { spec, fitted: await fit(spec) };
}

function isBagged(
  { members }: EnsembleSpec,
  { models }: Validated,
  plan: FoldPlan | null,
  rows: number,
): boolean {
  if (plan === null || plan.kind !== 'stratified' || plan.rows < rows) return false;
  const sizes = members.map(({ spec }) =>
    spec.family === 'boosted-trees' ? { trees: spec.options.trees ?? 0, leaves: spec.shape.leaves } : null,
  );
  const trees = sizes.reduce((sum, size) => sum + (size?.trees ?? 0), 0) * models.length;
  const leaves = sizes.reduce((sum, size) => sum + (size === null ? 0 : size.trees * size.leaves), 0);
  return trees > 0 && trees <= MAX_TREES && leaves * models.length <= MAX_LEAVES;
}

async function fitBag(
  { members }: EnsembleSpec,
  ofFolds: readonly (readonly FittedCandidate[])[],
  fit: (spec: SingleSpec) => Promise<FittedCandidate>,
): Promise<FittedCandidate> {
  const parts: Parameters<typeof combineFits>[0][number][] = [];
  for (const [index, { weight, spec }] of members.entries()) {
    const models = spec.family === 'boosted-trees' ? (ofFolds[index] ?? []) : [await fit(spec)];
    for (const fitted of models) parts.push({ name: spec.name, weight: weight / models.length, fitted });
  }
  return combineFits(parts);
}

function grown(spec: CandidateSpec): CandidateSpec {
  const own = (single: SingleSpec) => (single.family === 'boosted-trees' ? growing(single) : single);
  if (spec.family !== 'ensemble') return own(spec);
  return { ...spec, members: spec.members.map((member) => ({ ...member, spec: own(member.spec) })) };
}
