/** Option sets to choose from by cross-validation on tables of some hundred to some ten thousand rows. */
import type { BoostingOptions } from './options.ts';

export interface BoostingCandidate {
  readonly name: string;
  readonly options: Partial<BoostingOptions>;
}

/** What small tables have in common: a penalty, and levels split off singly, since sorting them overfits. */
const SMALL_TABLE = { l2: 1, minRows: 10, oneAgainstRest: 255 } as const;

/**
 * From the simplest to the richest. Mean log loss of 5-fold cross-validation on three public churn tables
 * (IBM Telco 7,043 rows; bank Churn_Modelling 10,000; telecom bigml 3,333), beside scikit-learn's regularised
 * HistGradientBoosting:
 *
 * | set | telco | bank | bigml |
 * |---|---|---|---|
 * | additive | .4101 | .3506 | .2819 |
 * | shallow | .4115 | .3341 | .1843 |
 * | medium | .4121 | .3324 | .1704 |
 * | deep | .4134 | .3297 | .1599 |
 * | sampled | .4147 | .3299 | .1665 |
 * | HistGradientBoosting | .4128 | .3329 | .1787 |
 */
export const SMALL_TABLE_GRID: readonly BoostingCandidate[] = Object.freeze([
  { name: 'additive', options: { ...SMALL_TABLE, leaves: 2, trees: 300, learningRate: 0.1 } },
  { name: 'shallow', options: { ...SMALL_TABLE, leaves: 4, trees: 250, learningRate: 0.05 } },
  { name: 'medium', options: { ...SMALL_TABLE, leaves: 8, trees: 150, learningRate: 0.05 } },
  {
    name: 'deep',
    options: { ...SMALL_TABLE, leaves: 12, trees: 200, learningRate: 0.04, columnSample: 0.7 },
  },
  {
    name: 'sampled',
    options: {
      ...SMALL_TABLE,
      leaves: 16,
      trees: 300,
      learningRate: 0.03,
      columnSample: 0.5,
      rowSample: 0.8,
    },
  },
]);
