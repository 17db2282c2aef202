/** All that is said of a model's scores on labelled rows, from one sort. */
import { TidewatchError } from '../../base/errors.ts';
import type { Estimate } from '../document/document.ts';
import {
  addConfusion,
  type ConfusionCounts,
  type ConfusionMatrix,
  confusionMatrix,
  createConfusion,
} from '../statistics/confusion.ts';
import {
  accuracyEstimate,
  f1Estimate,
  f1Score,
  precisionEstimate,
  recallEstimate,
} from './classification.ts';
import { type PrecisionRecallCurve, precisionRecallCurve, type RocCurve, rocCurve } from './curves.ts';
import { DECILES, type GainPoint, gainPoints } from './gain.ts';
import { DEFAULT_LEVEL, meanEstimate, wilsonEstimate, withoutFalseInterval } from './interval.ts';
import { lossEstimates, rowLosses } from './probability.ts';
import { type CampaignTerms, profitMoments } from './profit.ts';
import { type RankedScores, rankScores } from './ranked-scores.ts';
import { averagePrecisionEstimate, rocAucEstimate } from './ranking.ts';
import { calibrationError, type ReliabilityBin, reliabilityBins } from './reliability.ts';
import { type ScoreHistogram, scoreHistogram } from './score-histogram.ts';
import type { TestWindow } from './test-window.ts';

/** How the labelled rows of one segment were predicted. */
export interface SegmentCounts {
  readonly segment: string;
  /** [[tn, fp], [fn, tp]], rows are true classes. */
  readonly confusion: ConfusionMatrix;
}

export interface EvaluationOptions {
  /** Confidence level of the intervals. */
  readonly level?: number;
  /** About how many points a curve keeps. */
  readonly curvePoints?: number;
  /** Terms of a campaign, where profit is asked for. */
  readonly campaign?: CampaignTerms;
}

/**
 * Metrics by name; null where the rows do not define one, with the reason in `undefinedBecause`. Where a class has
 * fewer than `MIN_OF_CLASS` rows they have no interval (see `tooFew`), but for the share that left.
 */
export interface Evaluation {
  /** Which test rows they are; absent for new data, and in scores of older versions. */
  readonly window?: TestWindow;
  /** The largest segments of test rows, each by itself; absent for new data, where the data does not tell, and in scores of older versions. */
  readonly segments?: readonly SegmentCounts[];
  /** Rows with a label; those without are left out of everything. */
  readonly rows: number;
  readonly positives: number;
  readonly unlabelled: number;
  readonly threshold: number;
  readonly level: number;
  /** [[tn, fp], [fn, tp]], rows are true classes. */
  readonly confusion: ConfusionMatrix;
  /** F1 as a bare number for latestscore.txt; 0 where it is 0/0. */
  readonly f1Score: number;
  readonly metrics: {
    readonly f1: Estimate | null;
    readonly precision: Estimate | null;
    readonly recall: Estimate | null;
    readonly accuracy: Estimate | null;
    readonly rocAuc: Estimate | null;
    readonly averagePrecision: Estimate | null;
    readonly logLoss: Estimate | null;
    readonly brier: Estimate | null;
    readonly calibrationError: Estimate | null;
    /** Share of rows that left. */
    readonly baseRate: Estimate | null;
    /** Profit a row; null also where no campaign is given. */
    readonly profit: Estimate | null;
  };
  /** Standard deviation over rows of the loss and the profit of a row; absent from scores of older versions. */
  readonly deviations?: { readonly brier: number; readonly profit: number | null };
  readonly undefinedBecause: Readonly<Record<string, string>>;
  readonly curves: {
    readonly roc: RocCurve | null;
    readonly precisionRecall: PrecisionRecallCurve | null;
    readonly reliability: readonly ReliabilityBin[];
    /** Gain and lift at the ten deciles. */
    readonly gain: readonly GainPoint[] | null;
    /** Absent from scores of versions before it was counted. */
    readonly histogram?: ScoreHistogram;
  };
}

const DEFAULT_CURVE_POINTS = 200;

/**
 * Evaluates probabilities against labels (1, 0; another: unknown). Cost: one sort, then passes in O(n).
 * Errors: `value-invalid` where the lengths differ or a probability of a labelled row is NaN.
 */
export function evaluate(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  threshold: number,
  options: EvaluationOptions = {},
): Evaluation {
  checkLengths(labels, probabilities);
  const level = options.level ?? DEFAULT_LEVEL;
  const ranked = rankScores(labels, probabilities);
  const counts = addConfusion(createConfusion(), labels, probabilities, threshold);
  const rows = ranked.positives + ranked.negatives;
  const reliability = reliabilityBins(ranked, level);
  const losses = rowLosses(labels, probabilities);
  const { logLoss, brier } = lossEstimates(losses, level);
  const profits = options.campaign ? profitMoments(labels, probabilities, threshold, options.campaign) : null;
  const known = (estimate: Estimate | null) =>
    withoutFalseInterval(estimate, ranked.positives, ranked.negatives);
  const metrics = {
    f1: known(f1Estimate(counts, level)),
    precision: known(precisionEstimate(counts, level)),
    recall: known(recallEstimate(counts, level)),
    accuracy: known(accuracyEstimate(counts, level)),
    rocAuc: known(rocAucEstimate(ranked, level)),
    averagePrecision: known(averagePrecisionEstimate(ranked, level)),
    logLoss: known(logLoss),
    brier: known(brier),
    calibrationError: known(calibrationError(reliability, level)),
    baseRate: wilsonEstimate(ranked.positives, rows, level),
    profit: profits === null || rows === 0 ? null : known(meanEstimate(profits, level)),
  };
  return {
    rows,
    positives: ranked.positives,
    unlabelled: labels.length - rows,
    threshold,
    level,
    confusion: confusionMatrix(counts),
    f1Score: f1Score(counts),
    metrics,
    deviations: { brier: losses.brier.deviation, profit: profits?.deviation ?? null },
    undefinedBecause: reasonsOf(metrics, counts, ranked),
    curves: curvesOf(ranked, reliability, options.curvePoints ?? DEFAULT_CURVE_POINTS),
  };
}

function curvesOf(
  ranked: RankedScores,
  reliability: readonly ReliabilityBin[],
  points: number,
): Evaluation['curves'] {
  return {
    roc: rocCurve(ranked, points),
    precisionRecall: precisionRecallCurve(ranked, points),
    reliability,
    gain: gainPoints(ranked, DECILES),
    histogram: scoreHistogram(ranked),
  };
}

function checkLengths(labels: ArrayLike<number>, probabilities: ArrayLike<number>): void {
  if (labels.length === probabilities.length) return;
  throw new TidewatchError(
    'value-invalid',
    `${labels.length} labels came with ${probabilities.length} probabilities: expected one of each a row.`,
  );
}

function reasonsOf(
  metrics: Evaluation['metrics'],
  { tp, fp }: ConfusionCounts,
  { positives, negatives }: RankedScores,
): Record<string, string> {
  const why =
    positives + negatives === 0
      ? 'There is no labelled row.'
      : positives === 0
        ? 'No row left.'
        : negatives === 0
          ? 'Every row left.'
          : tp + fp === 0
            ? 'No row is flagged at this threshold.'
            : 'There are too few rows.';
  const absent = Object.entries(metrics).filter(([name, value]) => value === null && name !== 'profit');
  return Object.fromEntries(absent.map(([name]) => [name, why]));
}
