/** The confidence bound of each metric on held-out rows, and the limit made of it that new rows are tested against. */

import type { Estimate } from '../../document/document.ts';
import { betaQuantile } from '../../math/incomplete-beta.ts';
import { normalQuantile, twoSidedZ } from '../../math/normal.ts';
import { f1Score } from '../../metrics/classification.ts';
import type { Evaluation } from '../../metrics/evaluate.ts';
import type { ConfusionCounts } from '../../statistics/confusion.ts';

export type MetricName = 'f1' | 'brier' | 'profit';

/** Held-out rows of which a metric is said, below which there is no limit; for F1 those that are not TN. */
export const MIN_ROWS = { f1: 50, brier: 100, profit: 100 } as const;

/** What the held-out rows say of the deployed model, plain data. */
export interface MonitorBaseline {
  readonly counts: ConfusionCounts;
  readonly brier: MeanBaseline | null;
  /** Profit a row with the range that it cannot leave; null where there is no campaign. */
  readonly profit: (MeanBaseline & { readonly lowest: number; readonly highest: number }) | null;
}

export interface MeanBaseline {
  readonly mean: number;
  /** Standard deviation over rows. */
  readonly deviation: number;
  readonly rows: number;
}

/** The baseline bound of one metric and its limit, plain data. */
export interface BaselineBound {
  readonly metric: MetricName;
  /** On held-out rows; null where they do not define it. */
  readonly value: number | null;
  /** Held-out rows with a label. */
  readonly rows: number;
  /** The one-sided confidence bound of the value, on its bad side, at the baseline's part of alpha. */
  readonly bound: number | null;
  readonly tolerance: number;
  /** The bound less (Brier: plus) the tolerance. null: too few rows for a limit. */
  readonly line: number | null;
  /** Held-out rows that would do, where these do not. */
  readonly rowsNeeded: number | null;
}

/** Range of the profit of a row. */
export interface ProfitRange {
  readonly lowest: number;
  readonly highest: number;
}

/**
 * The baseline from the evaluation of the deployed model on rows that it was not trained on. `range`: what the
 * profit of a row cannot leave (see `profitRange`); null: profit is not watched.
 */
export function baselineOf(
  evaluation: Pick<Evaluation, 'confusion' | 'deviations'> & {
    readonly metrics: Pick<Evaluation['metrics'], 'brier' | 'profit'>;
  },
  range: ProfitRange | null = null,
): MonitorBaseline {
  const [[tn, fp], [fn, tp]] = evaluation.confusion;
  const { deviations, metrics } = evaluation;
  const profit = meanBaseline(metrics.profit, deviations?.profit ?? null);
  return {
    counts: { tn, fp, fn, tp },
    brier: meanBaseline(metrics.brier, deviations?.brier ?? null),
    profit: profit === null || range === null ? null : { ...profit, ...range },
  };
}

/**
 * Scores of older versions keep no deviation: then it is read back from the interval, which was symmetric; of a
 * clamped one from the side that is not.
 */
function meanBaseline(estimate: Estimate | null, deviation: number | null): MeanBaseline | null {
  if (estimate === null) return null;
  const { value, low, high, level, rows } = estimate;
  if (deviation !== null) return { mean: value, deviation, rows };
  if (low === null || high === null) return null;
  const half = Math.max(high - value, value - low);
  return { mean: value, deviation: (half * Math.sqrt(rows)) / twoSidedZ(level), rows };
}

/**
 * The bound of F1. TP given TP + FP + FN is binomial with the Jaccard index as its chance, and F1 rises
 * with it, so the exact bound of Clopper and Pearson (1934) maps to F1. `tolerance` is a fall of F1.
 */
export function boundOfF1(counts: ConfusionCounts, alpha: number, tolerance: number): BaselineBound {
  const { tp, fp, fn, tn } = counts;
  const relevant = tp + fp + fn;
  const rows = relevant + tn;
  const jaccard = tp === 0 ? 0 : betaQuantile(alpha, tp, fp + fn + 1);
  const bound = relevant === 0 ? null : (2 * jaccard) / (1 + jaccard);
  const enough = relevant >= MIN_ROWS.f1;
  const line = enough && bound !== null && bound > tolerance ? bound - tolerance : null;
  return {
    metric: 'f1',
    value: relevant === 0 ? null : f1Score(counts),
    rows,
    bound,
    tolerance,
    line,
    rowsNeeded: enough || relevant === 0 ? null : Math.ceil((MIN_ROWS.f1 * rows) / relevant),
  };
}

/**
 * The bound of the Brier score. `tolerance` is a fall of the Brier skill score, so that it means as much on
 * rare as on frequent leaving: it counts times the score of a forecast that gives everyone the base rate.
 */
export function boundOfBrier(baseline: MonitorBaseline, alpha: number, tolerance: number): BaselineBound {
  const { tp, fp, fn, tn } = baseline.counts;
  const baseRate = (tp + fn) / (tp + fp + fn + tn);
  const absolute = tolerance * baseRate * (1 - baseRate) || 0;
  const { brier } = baseline;
  const bound = brier === null ? null : brier.mean + slack(brier, alpha, 1);
  return boundOfMean('brier', brier, bound, absolute, bound === null ? null : bound + absolute, 1);
}

/** The bound of the profit a row. `tolerance` is a share of it. */
export function boundOfProfit(baseline: MonitorBaseline, alpha: number, tolerance: number): BaselineBound {
  const { profit } = baseline;
  if (profit === null) return boundOfMean('profit', null, null, 0, null, 0);
  const { lowest, highest } = profit;
  const absolute = tolerance * Math.abs(profit.mean);
  const bound = profit.mean - slack(profit, alpha, highest - lowest);
  const line = bound - absolute;
  return boundOfMean(
    'profit',
    profit,
    bound,
    absolute,
    line > lowest ? line : null,
    Number.POSITIVE_INFINITY,
  );
}

function boundOfMean(
  metric: 'brier' | 'profit',
  baseline: MeanBaseline | null,
  bound: number | null,
  tolerance: number,
  line: number | null,
  below: number,
): BaselineBound {
  const rows = baseline?.rows ?? 0;
  const enough = rows >= MIN_ROWS[metric];
  return {
    metric,
    value: baseline?.mean ?? null,
    rows,
    bound: bound !== null && Number.isFinite(bound) ? bound : null,
    tolerance,
    line: enough && line !== null && line < below ? line : null,
    rowsNeeded: enough ? null : MIN_ROWS[metric],
  };
}

/**
 * How far the true mean may be on one side: the normal limit and the term of Bernstein's inequality that covers
 * skewness, range ln(1 / alpha) / (3 n), so that it is not 0 where all rows are alike.
 */
function slack({ deviation, rows }: MeanBaseline, alpha: number, range: number): number {
  return (
    (normalQuantile(1 - alpha) * deviation) / Math.sqrt(rows) + (range * Math.log(1 / alpha)) / (3 * rows)
  );
}
