/** What may be trained: recipes and learners, from the simplest to the richest. */
import { PLAIN_RECIPE, type RecipeOptions } from '../features/recipe.ts';
import { SMALL_TABLE_GRID } from './boosting/grid.ts';
import type { BoostingOptions } from './boosting/options.ts';
import type { LogisticOptions } from './standard-coordinates.ts';

export type CandidateSpec = {
  readonly name: string;
  readonly recipe: RecipeOptions;
  /** Knots of each numeric column, where the recipe has splines. */
  readonly knots: number;
} & (
  | { readonly family: 'logistic-regression'; readonly options: LogisticOptions }
  | {
      readonly family: 'boosted-trees';
      readonly options: Partial<BoostingOptions>;
      /** Source columns with which the risk may only rise (1) or only fall (-1). */
      readonly monotone: Readonly<Record<string, 1 | -1>>;
      /** Share of the rows, each class in its share, that says when to stop growing; 0: all trees are grown. */
      readonly stopShare: number;
    }
);

export type ModelFamily = 'logistic' | 'boosted' | 'auto';

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
}

export interface CandidateList {
  /** The simplest first. */
  readonly specs: readonly CandidateSpec[];
  /** What the size of the data ruled out, as a sentence; null: nothing. */
  readonly note: string | null;
}

/** Below so many clients, or of the smaller class, nothing richer than a logistic regression is tried. */
const LEAST_CLIENTS = 200;
const LEAST_SMALLER_CLASS = 50;

/** Levels of fewer rows are left to the intercept; missing has a flag of its own. */
const ONE_HOT: RecipeOptions = Object.freeze({
  numeric: 'linear',
  categorical: 'one-hot',
  missingIndicators: true,
  minLevelRows: 5,
  maxLevels: 100,
});
const SPLINES: RecipeOptions = Object.freeze({ ...ONE_HOT, numeric: 'splines' });
const NATIVE: RecipeOptions = Object.freeze({
  numeric: 'native',
  categorical: 'native',
  missingIndicators: false,
  minLevelRows: 1,
  maxLevels: 254,
});
const KNOTS = 5;

/** From so many rows on, trees that grow with the data take the place of those for small tables. */
const LARGE_ROWS = 20_000;
const LARGE_TABLE = {
  name: 'large',
  options: { leaves: 31, trees: 2000, learningRate: 0.05, minRows: 20, l2: 1, patience: 30 },
} as const;
const STOP_SHARE = 0.1;

/** The candidates that the configuration and the size of the data allow. */
export function listCandidates(options: CandidateOptions): CandidateList {
  const { model, logistic } = options;
  const plain: CandidateSpec = {
    name: 'logistic',
    family: 'logistic-regression',
    recipe: PLAIN_RECIPE,
    knots: 0,
    options: logistic,
  };
  if (model === 'logistic') return { specs: [plain], note: null };
  const trees = treeCandidates(options);
  if (model === 'boosted') return { specs: trees, note: null };
  const standardised = { ...logistic, standardize: true };
  const linear: CandidateSpec = {
    name: 'logistic',
    family: 'logistic-regression',
    recipe: ONE_HOT,
    knots: 0,
    options: standardised,
  };
  const splines: CandidateSpec = {
    name: 'logistic-splines',
    family: 'logistic-regression',
    recipe: SPLINES,
    knots: KNOTS,
    options: standardised,
  };
  const { rows, clients, smallerClass } = options;
  if (clients < LEAST_CLIENTS || smallerClass < LEAST_SMALLER_CLASS) {
    const [size, what] =
      clients < rows ? [`${rows} rows of ${clients} clients`, 'clients'] : [`${rows} rows`, 'rows'];
    const note =
      `The data has ${size}, ${smallerClass} of the smaller class: too few for more than a logistic ` +
      `regression (which needs at least ${LEAST_CLIENTS} ${what} and ${LEAST_SMALLER_CLASS} of the smaller class). Mind the intervals.`;
    return { specs: [linear], note };
  }
  return { specs: [linear, splines, ...trees], note: null };
}

function treeCandidates({ rows, monotone, seed }: CandidateOptions): CandidateSpec[] {
  const small =
    rows < LARGE_ROWS ? SMALL_TABLE_GRID : SMALL_TABLE_GRID.filter(({ name }) => name === 'medium');
  const large = rows < LARGE_ROWS ? [] : [LARGE_TABLE];
  return [...small, ...large].map(({ name, options }): CandidateSpec => {
    return {
      name: `trees-${name}`,
      family: 'boosted-trees',
      recipe: NATIVE,
      knots: 0,
      options: { ...options, seed },
      monotone,
      stopShare: name === LARGE_TABLE.name ? STOP_SHARE : 0,
    };
  });
}
