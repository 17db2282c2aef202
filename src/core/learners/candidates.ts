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
  | { readonly family: 'boosted-trees'; readonly options: Partial<BoostingOptions> }
);

export type ModelFamily = 'logistic' | 'boosted' | 'auto';

export interface CandidateOptions {
  readonly model: ModelFamily;
  /** The logistic regression of the configuration. */
  readonly logistic: LogisticOptions;
  readonly seed: number;
  /** Rows to train on, and those of the smaller class among them. */
  readonly rows: number;
  readonly smallerClass: number;
}

export interface CandidateList {
  /** The simplest first. */
  readonly specs: readonly CandidateSpec[];
  /** What the size of the data ruled out, as a sentence; null: nothing. */
  readonly note: string | null;
}

/** Below so many rows, or rows of the smaller class, nothing richer than a logistic regression is tried. */
const LEAST_ROWS = 200;
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

/** The candidates that the configuration and the size of the data allow. */
export function listCandidates(options: CandidateOptions): CandidateList {
  const { model, logistic, seed } = options;
  const plain: CandidateSpec = {
    name: 'logistic',
    family: 'logistic-regression',
    recipe: PLAIN_RECIPE,
    knots: 0,
    options: logistic,
  };
  if (model === 'logistic') return { specs: [plain], note: null };
  const trees = SMALL_TABLE_GRID.map((candidate): CandidateSpec => {
    return {
      name: `trees-${candidate.name}`,
      family: 'boosted-trees',
      recipe: NATIVE,
      knots: 0,
      options: { ...candidate.options, seed },
    };
  });
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
  if (options.rows < LEAST_ROWS || options.smallerClass < LEAST_SMALLER_CLASS) {
    const note =
      `The data has ${options.rows} rows, ${options.smallerClass} of the smaller class: too few for more than a logistic ` +
      `regression (which needs at least ${LEAST_ROWS} rows and ${LEAST_SMALLER_CLASS} of the smaller class). Mind the intervals.`;
    return { specs: [linear], note };
  }
  return { specs: [linear, splines, ...trees], note: null };
}
