/** The rate of leavers of each level of a column, shrunk towards that of all rows, as log-odds: a number for the level. */
import { TidewatchError } from '../../base/errors.ts';
import type { Feature } from '../document/document.ts';
import { logit } from '../math/sigmoid.ts';
import type { SourceFit } from './source-fit.ts';

export type TargetRateFeature = Extract<Feature, { kind: 'target-rate' }>;

/** Which columns become rates, and which of their levels have one of their own. */
export interface TargetRateRule {
  /** A column with more levels than this in the training rows becomes a rate. */
  readonly moreThanLevels: number;
  /** Levels with fewer training rows count as unseen. */
  readonly minLevelRows: number;
  /** Most levels a column keeps, the most frequent ones. */
  readonly maxLevels: number;
}

/**
 * Columns of more than 30 levels, and all levels that a document has room for. With rates in place of a category the
 * log loss of boosted trees was lower by 0.000 to 0.002 on public sets with surnames and places of 50 to 1,600 levels,
 * by 0.005 and 0.022 on made ones of 40 and 1,000 levels that matter, and higher by 0.001 where they do not.
 */
export const MANY_LEVELS: TargetRateRule = Object.freeze({
  moreThanLevels: 30,
  minLevelRows: 1,
  maxLevels: 5000,
});

/** Rows that the base rate counts for beside those of a level. From 3 to 30 the log loss is the same within noise. */
export const PRIOR_ROWS = 10;

/** The rate of `left` leavers of `rows` rows, with half a row more of each class so that it has log-odds; 0.5 of none. */
export function baseRateOf(left: number, rows: number): number {
  return (left + 0.5) / (rows + 1);
}

/** The rate of `left` leavers of `rows` rows with PRIOR_ROWS rows more at the base rate. */
export function shrunkRate(left: number, rows: number, baseRate: number): number {
  return (left + PRIOR_ROWS * baseRate) / (rows + PRIOR_ROWS);
}

/**
 * The rate of `left` leavers of `rows` rows with PRIOR_ROWS rows more at the base rate, as log-odds; those of the base
 * rate where there are no rows. On this scale a linear learner takes it as it is: measured on made columns of 40 to
 * 1,000 levels, its log loss is lower by up to 0.007 than with the rate itself. To trees the two say the same.
 */
export function levelLogOdds(left: number, rows: number, baseRate: number): number {
  return logit(shrunkRate(left, rows, baseRate));
}

/**
 * The feature for scoring, by the rates of all training rows. Missing is a level of its own; levels that are rare, or
 * beyond the most frequent ones, count as unseen and get the base rate. Learn from `trainingColumns` instead: here the
 * outcome of a row is in its own rate. Error `value-invalid` when the column was fitted without labels.
 *
 * Micci-Barreca 2001; with a fixed weight of the prior as in Prokhorenkova et al. 2018 (CatBoost).
 */
export function fitTargetRate(
  source: Extract<SourceFit, { kind: 'categorical' }>,
  rule: TargetRateRule,
): TargetRateFeature {
  const { name, levels, missing, outcomes } = source;
  if (outcomes === null) {
    throw new TidewatchError(
      'value-invalid',
      `Column ${name} is to be a rate of leavers but was fitted without labels: give fitSources the labels.`,
    );
  }
  const total = levels.reduce((sum, { rows }) => sum + rows, missing);
  const left = outcomes.levels.reduce((sum, count) => sum + count, outcomes.missing);
  const baseRate = baseRateOf(left, total);
  const kept = levels
    .map(({ level, rows }, index) => ({ level, rows, left: outcomes.levels[index] as number }))
    .filter(({ rows }) => rows >= rule.minLevelRows)
    .slice(0, rule.maxLevels)
    .sort((a, b) => (a.level < b.level ? -1 : 1));
  return {
    kind: 'target-rate',
    source: name,
    levels: kept.map(({ level }) => level),
    rates: kept.map(({ left: leavers, rows }) => levelLogOdds(leavers, rows, baseRate)),
    missing: levelLogOdds(outcomes.missing, missing, baseRate),
    unseen: logit(baseRate),
  };
}
