/** What may be trained: recipes and learners, and how far each may go in cross-validation. */
import { PLAIN_RECIPE, type RecipeOptions } from '../features/recipe.ts';
import { MANY_LEVELS } from '../features/target-rate.ts';
import type { BoostingOptions } from './boosting/options.ts';
import type { LogisticOptions } from './standard-coordinates.ts';
import { shapeName, type TreeShape, type TreeWalk } from './tree-search.ts';

interface Named {
  readonly name: string;
}

/** The same risk for every client: the share of those who left. */
export interface BaseRateSpec extends Named {
  readonly family: 'base-rate';
}

export interface LogisticSpec extends Named {
  readonly family: 'logistic-regression';
  readonly recipe: RecipeOptions;
  /** Knots of each numeric column, where the recipe has splines. */
  readonly knots: number;
  readonly options: LogisticOptions;
  /** Share of the penalty that is on absolute values, as the elastic net has it; absent: none. */
  readonly l1Share?: number;
  /** Whether cross-validation chooses the strength of the penalty. */
  readonly tuned: boolean;
}

export interface TreesSpec extends Named {
  readonly family: 'boosted-trees';
  readonly shape: TreeShape;
  readonly recipe: RecipeOptions;
  readonly options: Partial<BoostingOptions>;
  /** Source columns with which the risk may only rise (1) or only fall (-1). */
  readonly monotone: Readonly<Record<string, 1 | -1>>;
  /**
   * What says how many trees are grown: `folds`: cross-validation, one number for all folds; `share`: a tenth of the
   * clients, which is not learned from, but no fewer than `minTrees`; `options`: `options.trees`.
   */
  readonly stop: 'folds' | 'share' | 'options';
  /** Absent: 0. */
  readonly minTrees?: number;
}

/** A weighted average of others on the margin. */
export interface EnsembleSpec extends Named {
  readonly family: 'ensemble';
  /** The weights sum to 1. */
  readonly members: readonly { readonly weight: number; readonly spec: SingleSpec }[];
}

export type SingleSpec = BaseRateSpec | LogisticSpec | TreesSpec;
export type CandidateSpec = SingleSpec | EnsembleSpec;

export type ModelFamily = 'logistic' | 'boosted' | 'ensemble' | 'auto';

export interface CandidateOptions {
  readonly model: ModelFamily;
  /** The logistic regression of the configuration. */
  readonly logistic: LogisticOptions;
  readonly monotone: Readonly<Record<string, 1 | -1>>;
  readonly seed: number;
  /** Rows to train on, and the clients that they are of. */
  readonly rows: number;
  readonly clients: number;
  /** Clients of the smaller class. */
  readonly smallerClass: number;
  /** Numeric columns that are learned from. */
  readonly numericColumns: number;
}

export interface CandidateList {
  /** The simplest first. */
  readonly specs: readonly SingleSpec[];
  /** Which boosted trees are searched for after these. */
  readonly trees: TreeWalk;
  /** What the size of the data ruled out, as a sentence; null: nothing. */
  readonly note: string | null;
}

/**
 * Below so many clients, or of the smaller class, no trees are grown: of 50 rows of public sets trees of 4 leaves were
 * worse than the base rate. Splines are tried at any size: their mean log loss was below that of a line by .005 of 50
 * rows, .015 of 100, .024 of 200 and .033 of 400, and on no set above it by more than .005.
 */
const MIN_CLIENTS = 100;
const MIN_SMALLER_CLASS = 20;
/**
 * From so many clients, and of the smaller class, trees of any shape are tried; of fewer the smallest symmetric ones
 * and what pays beyond, where each row is a client of its own: with these among the candidates the log loss of what was
 * chosen was lower by .005 at 100 and at 150 rows (five public sets, six draws each; on the worst set higher by .002), and
 * higher by .001 where labels were dealt anew.
 */
const MANY_CLIENTS = 200;
const MANY_SMALLER_CLASS = 50;

/** Levels of fewer rows are left to the intercept; missing has a flag of its own. */
const ONE_HOT: RecipeOptions = Object.freeze({
  numeric: 'linear',
  categorical: 'one-hot',
  missingIndicators: true,
  minLevelRows: 5,
  maxLevels: 100,
  targetRate: MANY_LEVELS,
});
const SPLINES: RecipeOptions = Object.freeze({ ...ONE_HOT, numeric: 'splines' });
const NATIVE: RecipeOptions = Object.freeze({
  numeric: 'native',
  categorical: 'native',
  missingIndicators: false,
  minLevelRows: 1,
  maxLevels: 254,
  targetRate: MANY_LEVELS,
});
const KNOTS = 5;
/** Of more numeric columns splines have too many features to be fitted soon; stumps bend as well. */
const MAX_SPLINE_COLUMNS = 60;
/** From more numeric columns on, many of them may say nothing, so that leaving some out is tried. */
const MIN_NET_COLUMNS = 30;

export const BASE_RATE: BaseRateSpec = Object.freeze({ name: 'base-rate', family: 'base-rate' });

/** The candidates that the configuration and the size of the data allow, but for trees. */
export function listCandidates(options: CandidateOptions): CandidateList {
  const { model, logistic } = options;
  if (model === 'logistic') {
    const plain = { recipe: PLAIN_RECIPE, knots: 0, options: logistic, tuned: false };
    return {
      specs: [{ name: 'logistic', family: 'logistic-regression', ...plain }],
      trees: 'none',
      note: null,
    };
  }
  if (model === 'boosted') return { specs: [], trees: 'any', note: null };
  const tuned = { options: { ...logistic, standardize: true }, tuned: true } as const;
  const linear: LogisticSpec = {
    name: 'logistic',
    family: 'logistic-regression',
    recipe: ONE_HOT,
    knots: 0,
    ...tuned,
  };
  const splines: LogisticSpec = { ...linear, name: 'logistic-splines', recipe: SPLINES, knots: KNOTS };
  const { rows, clients, smallerClass, numericColumns } = options;
  const nets = numericColumns > MIN_NET_COLUMNS ? [{ ...linear, name: 'elastic-net', l1Share: 0.5 }] : [];
  const specs = [BASE_RATE, linear, ...(numericColumns > MAX_SPLINE_COLUMNS ? [] : [splines]), ...nets];
  if (clients >= MANY_CLIENTS && smallerClass >= MANY_SMALLER_CLASS)
    return { specs, trees: 'any', note: null };
  // Of clients with many rows a leaf of ten may be one client, whom the trees then know by heart.
  const isPanel = clients < rows;
  if (!isPanel && clients >= MIN_CLIENTS && smallerClass >= MIN_SMALLER_CLASS)
    return { specs, trees: 'small', note: null };
  const needed = isPanel
    ? `${MANY_CLIENTS} clients and ${MANY_SMALLER_CLASS}`
    : `${MIN_CLIENTS} rows and ${MIN_SMALLER_CLASS}`;
  const note =
    `The data has ${isPanel ? `${rows} rows of ${clients} clients` : `${rows} rows`}, ${smallerClass} of the smaller class: ` +
    `too few for boosted trees, which need at least ${needed} of the smaller class. Mind the intervals.`;
  return { specs, trees: 'none', note };
}

/**
 * What trees have in common, by five-fold cross-validation on six public sets: a small penalty, and levels split off
 * singly, since sorting them overfits. A rate of .1 is as good as .05 once models are averaged, with half as many trees.
 */
const COMMON = {
  trees: 2000,
  patience: 50,
  learningRate: 0.1,
  l2: 1,
  minRows: 10,
  oneAgainstRest: 255,
} as const;
/**
 * Newton steps to the values of symmetric trees: with three the average of the folds lost less than with one on four of
 * five public sets (by .0005 to .002), and ten were no better. For free trees they were better on two and worse on two.
 */
const SYMMETRIC_STEPS = 3;
/** Seven columns in ten for each free tree: better for small ones and no worse for large ones. */
const FREE_COLUMNS = 0.7;

/** Trees of this shape, as many as cross-validation says. */
export function treesSpec(
  shape: TreeShape,
  { monotone, seed }: Pick<CandidateOptions, 'monotone' | 'seed'>,
): TreesSpec {
  const own = shape.symmetric
    ? { columnSample: 1, leafSteps: SYMMETRIC_STEPS }
    : { columnSample: FREE_COLUMNS };
  return {
    name: shapeName(shape),
    family: 'boosted-trees',
    shape,
    recipe: NATIVE,
    options: { ...COMMON, ...shape, ...own, seed },
    monotone,
    stop: 'folds',
  };
}

/**
 * Trees that grow with the data, for a last fit on many more rows than were cross-validated: more rows carry more trees,
 * so no fewer than the folds chose.
 */
export function growing(spec: TreesSpec): TreesSpec {
  const { trees: minTrees = 0 } = spec.options;
  return { ...spec, stop: 'share', minTrees, options: { ...spec.options, trees: COMMON.trees } };
}
