/** Validates candidates within a budget of time: those of the list, then trees, then what an average of the best gains. */

import { takeValues } from '../../core/columns/take-rows.ts';
import {
  type CandidateList,
  type EnsembleSpec,
  type ModelFamily,
  type SingleSpec,
  treesSpec,
} from '../../core/learners/candidates.ts';
import {
  averageMargins,
  crossFittedLosses,
  type FoldMargins,
  greedyWeights,
} from '../../core/learners/ensemble-weights.ts';
import type { FoldPlan } from '../../core/learners/plan-folds.ts';
import { type Choice, chooseByOneStandardError } from '../../core/learners/selection.ts';
import { nextShape } from '../../core/learners/tree-search.ts';
import { sigmoid } from '../../core/math/sigmoid.ts';
import { logLoss } from '../../core/metrics/probability.ts';
import { joinScores, tune, type Validated, type ValidationRows } from './cross-validate.ts';
import { combineFits, complexityOf } from './fit/families.ts';
import type { FittedCandidate } from './fit/rows.ts';
import type { TrainDeps, TrainOptions } from './train-options.ts';

export interface Search {
  /** The simplest first; an ensemble comes last. */
  readonly validated: readonly Validated[];
  readonly choice: Choice;
  /** What is chosen of single candidates. */
  readonly simpler: string;
  /** What was not tried for want of time, as a sentence; null: nothing. */
  readonly note: string | null;
}

type SearchOptions = Pick<TrainOptions, 'model' | 'monotone' | 'seed'> & { readonly budgetSeconds: number };

/** Choices of the configuration that leave open what kind of learner it is. */
const MAY_AVERAGE: ReadonlySet<ModelFamily> = new Set(['auto', 'ensemble']);

/** Share of the budget that is kept for fitting what is chosen on all rows. */
const SEARCH_SHARE = 0.8;

/**
 * Standard errors by which the best of linear models must be better than a simpler one, where rows are too few for trees.
 * There an error is as large as what there is to gain: of 50 and 100 rows of public sets a whole one loses .007 of log
 * loss against half of one, which is worse by .001 where there is nothing to learn (labels dealt anew).
 */
const ERRORS_OF_FEW_ROWS = 0.5;

/**
 * Validates the candidates of the list and shapes of trees, one after another, as long as the next one is expected to
 * end within the budget; the first is validated in any case. Of them one is chosen by one standard error. An average of
 * the best is chosen where it is better than that one by more than one standard error, or was asked for.
 */
export async function search(
  deps: Pick<TrainDeps, 'clock' | 'progress' | 'compute'>,
  list: CandidateList,
  data: ValidationRows,
  plan: FoldPlan,
  options: SearchOptions,
): Promise<Search> {
  const singles = new Singles(deps, data, plan, options);
  for (const spec of list.specs) if (!(await singles.add(spec))) break;
  const tried = () =>
    singles.validated.flatMap(({ spec, losses }) =>
      spec.family === 'boosted-trees' ? [{ shape: spec.shape, loss: mean(losses) }] : [],
    );
  const walk = { trees: list.trees, symmetric: Object.keys(options.monotone).length === 0 };
  for (let shape = nextShape([], walk); shape !== null; shape = nextShape(tried(), walk)) {
    if (!(await singles.add(treesSpec(shape, options)))) break;
  }
  const ordered = [...singles.validated].sort((a, b) => complexityOf(a.spec) - complexityOf(b.spec));
  const single = list.trees === 'any' ? choose(ordered, plan) : chooseOfFewRows(ordered, plan);
  const ensemble =
    !MAY_AVERAGE.has(options.model) || ordered.length < 2 ? null : averaged(ordered, data, plan);
  if (ensemble === null)
    return { validated: ordered, choice: single, simpler: single.chosen, note: singles.note };
  const validated = [...ordered, ensemble];
  const choice = withEnsemble(single, ensemble, ordered, plan, options);
  return { validated, choice, simpler: single.chosen, note: singles.note };
}

/** Candidates as they are validated, with the time that they take. */
class Singles {
  readonly validated: Validated<SingleSpec>[] = [];
  note: string | null = null;
  private readonly deps: Pick<TrainDeps, 'clock' | 'progress' | 'compute'>;
  private readonly data: ValidationRows;
  private readonly plan: FoldPlan;
  private readonly options: SearchOptions;
  private readonly from: number;
  private last = 0;

  constructor(
    deps: Pick<TrainDeps, 'clock' | 'progress' | 'compute'>,
    data: ValidationRows,
    plan: FoldPlan,
    options: SearchOptions,
  ) {
    this.deps = deps;
    this.data = data;
    this.plan = plan;
    this.options = options;
    this.from = deps.clock.elapsedMs();
  }

  /** Whether there was time for it. */
  async add(spec: SingleSpec): Promise<boolean> {
    const { clock, progress, compute } = this.deps;
    const begun = clock.elapsedMs();
    const limit = SEARCH_SHARE * 1000 * this.options.budgetSeconds;
    if (this.validated.length > 0 && begun - this.from + this.last > limit) {
      this.note =
        `The budget of ${this.options.budgetSeconds} s was spent before ${spec.name} and what might have come after it; ` +
        'a larger "train.budget_seconds" tries more.';
      return false;
    }
    const label = `cross-validating ${spec.name}`;
    const total = this.plan.folds.length;
    const onFold = (done: number) => progress({ label, done, total, unit: 'fits' });
    this.validated.push(await tune(spec, this.data, this.plan, compute, onFold));
    this.last = clock.elapsedMs() - begun;
    return true;
  }
}

function choose(validated: readonly Validated[], plan: FoldPlan, errors: 1 | 0.5 = 1): Choice {
  const candidates = validated.map(({ spec, losses }) => ({ name: spec.name, losses }));
  return chooseByOneStandardError(candidates, plan.testShare, errors);
}

/**
 * The best linear model, or small trees where these are better than it by more than one standard error: half of one would
 * take them for 100 clients of whom nothing can be learned.
 */
function chooseOfFewRows(ordered: readonly Validated<SingleSpec>[], plan: FoldPlan): Choice {
  const areTrees = ({ spec }: Validated<SingleSpec>) => spec.family === 'boosted-trees';
  const linear = choose(
    ordered.filter((each) => !areTrees(each)),
    plan,
    ERRORS_OF_FEW_ROWS,
  );
  if (!ordered.some(areTrees)) return linear;
  const rivals = ordered.filter((each) => areTrees(each) || each.spec.name === linear.chosen);
  const { chosen, reason } = choose(rivals, plan);
  const { candidates } = choose(ordered, plan);
  return { chosen, candidates, reason: chosen === linear.chosen ? linear.reason : reason };
}

/** The average of the candidates that greedy selection takes; null where it takes one alone. */
function averaged(
  singles: readonly Validated<SingleSpec>[],
  data: ValidationRows,
  plan: FoldPlan,
): Validated<EnsembleSpec> | null {
  const folds = plan.folds.map(
    ({ test }, index): FoldMargins => ({
      margins: singles.map(({ foldMargins }) => foldMargins[index] as Float64Array),
      labels: takeValues(data.labels, test),
    }),
  );
  const weights = greedyWeights(folds);
  const members = singles.flatMap(({ spec, models }, index) => {
    const weight = weights[index] as number;
    return weight > 0 ? [{ weight, spec, models }] : [];
  });
  if (members.length < 2) return null;
  const repeats = Array.from({ length: Math.ceil(folds.length / plan.firstRepeat) }, (_, repeat) =>
    folds.slice(repeat * plan.firstRepeat, (repeat + 1) * plan.firstRepeat),
  );
  const losses = crossFittedLosses(repeats);
  const scores = folds.map(({ margins, labels }) => {
    const own = averageMargins(margins, weights);
    return { margins: own, loss: logLoss(labels, own.map(sigmoid)) };
  });
  const models = Array.from({ length: plan.firstRepeat }, (_, fold) =>
    combineFits(
      members.map(({ weight, spec, models: own }) => ({
        name: spec.name,
        weight,
        fitted: own[fold] as FittedCandidate,
      })),
    ),
  );
  const spec: EnsembleSpec = {
    name: 'ensemble',
    family: 'ensemble',
    members: members.map(({ weight, spec: own }) => ({ weight, spec: own })),
  };
  return {
    spec,
    ...joinScores(scores, data, plan),
    losses,
    models,
    members: members.map((member) => member.models),
  };
}

/** The choice among single candidates, or the ensemble where it is better than that by more than one standard error. */
function withEnsemble(
  single: Choice,
  ensemble: Validated,
  singles: readonly Validated[],
  plan: FoldPlan,
  { model }: SearchOptions,
): Choice {
  const { candidates } = choose([...singles, ensemble], plan);
  if (model === 'ensemble') {
    return { chosen: ensemble.spec.name, candidates, reason: 'The configuration asks for an ensemble.' };
  }
  const simpler = singles.filter(({ spec }) => spec.name === single.chosen);
  const { chosen, reason } = choose([...simpler, ensemble], plan);
  if (chosen === ensemble.spec.name) return { chosen, candidates, reason };
  const gain = mean((simpler[0] as Validated).losses) - mean(ensemble.losses);
  const compared =
    gain > 0
      ? `is better by ${gain.toFixed(5)}, but by less than one standard error, so that the simpler one is taken`
      : 'is no better';
  return { chosen, candidates, reason: `${single.reason} An average of the best ${compared}.` };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
