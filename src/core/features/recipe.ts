/** Chooses the features of a model and gives them their fitted values. */
import type { Feature } from '../document/document.ts';
import type { SourceFit } from './source-fit.ts';
import { fitTargetRate, type TargetRateRule } from './target-rate.ts';

export interface RecipeOptions {
  /**
   * `linear`: the value, the training mean where it is missing; `splines`: that and a hinge at each knot;
   * `native`: the value, missing left to the learner.
   */
  readonly numeric: 'linear' | 'splines' | 'native';
  /** `one-hot`: a feature a level; `native`: one feature with the index of the level. */
  readonly categorical: 'one-hot' | 'native';
  /** Adds a feature that says "missing" for each column that has missing values in training. */
  readonly missingIndicators: boolean;
  /** Levels with fewer training rows count as unseen. */
  readonly minLevelRows: number;
  /** Most levels a column keeps, the most frequent ones. */
  readonly maxLevels: number;
  /**
   * Columns of many levels become the rate of leavers of their level instead; the sources need labels then, and what
   * is learned from are `trainingColumns`. Default: none do.
   */
  readonly targetRate?: TargetRateRule;
}

/** The choices of the original system: numbers as they are, missing replaced by the training mean. */
export const PLAIN_RECIPE: RecipeOptions = Object.freeze({
  numeric: 'linear',
  categorical: 'one-hot',
  missingIndicators: false,
  minLevelRows: 1,
  maxLevels: 100,
});

/**
 * Features in the order of the sources, those of one source together. A column without a value imputes 0. Error
 * `value-invalid` where a rate of leavers is due and the sources were fitted without labels.
 */
export function fitRecipe(sources: readonly SourceFit[], options: RecipeOptions): Feature[] {
  return sources.flatMap((source) => [
    ...(source.kind === 'numeric' ? numericFeatures(source, options) : categoricalFeatures(source, options)),
    ...indicator(source, options),
  ]);
}

function numericFeatures(
  { name, moments, knots }: Extract<SourceFit, { kind: 'numeric' }>,
  options: RecipeOptions,
): Feature[] {
  if (options.numeric === 'native') return [{ kind: 'number', source: name, missing: null }];
  const missing = moments.mean;
  const value: Feature = { kind: 'number', source: name, missing };
  if (options.numeric === 'linear') return [value];
  return [value, ...knots.map((knot): Feature => ({ kind: 'hinge', source: name, knot, missing }))];
}

function categoricalFeatures(
  source: Extract<SourceFit, { kind: 'categorical' }>,
  options: RecipeOptions,
): Feature[] {
  const { targetRate } = options;
  if (targetRate !== undefined && source.levels.length > targetRate.moreThanLevels) {
    return [fitTargetRate(source, targetRate)];
  }
  const levels = source.levels
    .filter(({ rows }) => rows >= options.minLevelRows)
    .slice(0, options.maxLevels)
    .map(({ level }) => level)
    .sort();
  if (options.categorical === 'native') return [{ kind: 'category', source: source.name, levels }];
  return levels.map((level) => ({ kind: 'level', source: source.name, level }));
}

function indicator(source: SourceFit, options: RecipeOptions): Feature[] {
  const missing = source.kind === 'numeric' ? source.moments.missing : source.missing;
  return options.missingIndicators && missing > 0 ? [{ kind: 'missing', source: source.name }] : [];
}
