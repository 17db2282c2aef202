/** Fits what was chosen for good: on all rows, or as the average of the models of the folds. */
import { type CandidateSpec, growing, type SingleSpec } from '../../../core/learners/candidates.ts';
import type { FoldPlan } from '../../../core/learners/plan-folds.ts';
import type { Validated } from '../cross-validate.ts';
import type { TrainDeps } from '../train-options.ts';
import { combineFits, fitCandidate } from './families.ts';
import type { FitRows, FittedCandidate } from './rows.ts';

/** Clients below which trees are the average of those of the folds. */
const FEW_CLIENTS = 1500;

/**
 * So many times the rows of the folds, trees grow with the rows; of fewer the number that the folds chose is better known
 * than what a tenth of the clients says, which took 35 to 168 trees on five splits of one set.
 */
const MANY_MORE_ROWS = 2;

/**
 * The candidate on all rows; where the folds were of a small part of the rows, trees grow with all of them.
 *
 * Of few clients, trees that are fitted once are too sure, so that the average of those of the folds takes their place
 * (bagging, Breiman 1996): on five public sets the log loss was lower by 0.02 to 0.15 at 100 rows, by 0.003 to 0.06 at
 * 200. Of many it gains nothing for an ensemble: over 25 splits of 2,500 rows and more by 0.0000 +- 0.0003, with five
 * times as many trees to score by. Linear members are fitted on all rows at any size; their average is nearly that.
 */
export async function fitFinal(
  deps: Pick<TrainDeps, 'compute' | 'progress'>,
  chosen: CandidateSpec,
  winner: Validated | undefined,
  plan: FoldPlan | null,
  training: FitRows & { readonly rows: number },
): Promise<{ readonly spec: CandidateSpec; readonly fitted: FittedCandidate }> {
  const isSmallPart = plan !== null && training.rows >= MANY_MORE_ROWS * plan.rows;
  const spec = isSmallPart ? grown(chosen) : chosen;
  const fitOn = (own: CandidateSpec): Promise<FittedCandidate> => {
    const label = `fitting ${own.name} on all rows`;
    deps.progress({ label, done: training.rows, unit: 'rows' });
    const onTrees = (done: number) => deps.progress({ label, done, unit: 'trees' });
    return fitCandidate(own, training, deps.compute, onTrees);
  };
  const isFew = plan !== null && plan.kind === 'stratified' && plan.clients < FEW_CLIENTS;
  if (winner === undefined || !isFew || !hasTrees(chosen)) return { spec, fitted: await fitOn(spec) };
  return { spec, fitted: await fitAverage(chosen, winner, fitOn) };
}

function hasTrees(spec: CandidateSpec): boolean {
  return spec.family === 'ensemble'
    ? spec.members.some((member) => hasTrees(member.spec))
    : spec.family === 'boosted-trees';
}

/** Trees of the folds, averaged; linear members on all rows. */
async function fitAverage(
  chosen: CandidateSpec,
  { models, members }: Validated,
  fitOn: (spec: CandidateSpec) => Promise<FittedCandidate>,
): Promise<FittedCandidate> {
  const own =
    chosen.family === 'ensemble'
      ? chosen.members.map(({ weight, spec }, index) => ({ weight, spec, models: members?.[index] ?? [] }))
      : [{ weight: 1, spec: chosen, models }];
  const parts: Parameters<typeof combineFits>[0][number][] = [];
  for (const { weight, spec, models: ofFolds } of own) {
    const fits = hasTrees(spec) ? ofFolds : [await fitOn(spec)];
    for (const fitted of fits) parts.push({ name: spec.name, weight: weight / fits.length, fitted });
  }
  const average = combineFits(parts);
  const { learner } = average;
  // An average of trees is trees with smaller leaves.
  return chosen.family === 'boosted-trees' && learner.kind === 'ensemble' && learner.trees !== null
    ? { ...average, learner: learner.trees }
    : average;
}

function grown(spec: CandidateSpec): CandidateSpec {
  const own = (single: SingleSpec) => (single.family === 'boosted-trees' ? growing(single) : single);
  if (spec.family !== 'ensemble') return own(spec);
  return { ...spec, members: spec.members.map((member) => ({ ...member, spec: own(member.spec) })) };
}
