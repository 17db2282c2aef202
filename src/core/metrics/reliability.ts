/** Whether predicted probabilities happen as often as they say, in bins of equal mass. */

import type { BoundedEstimate } from '../document/document.ts';
import { twoSidedZ } from '../math/normal.ts';
import { wilsonEstimate } from './interval.ts';
import type { RankedScores } from './ranked-scores.ts';

export interface ReliabilityBin {
  readonly rows: number;
  /** Mean predicted probability. */
  readonly predicted: number;
  /** Share that left, with Wilson's interval. */
  readonly observed: BoundedEstimate;
}

/** Bins unless another number is asked for; fewer where a bin would have under ten rows. */
const DEFAULT_BINS = 15;
const MIN_ROWS = 10;

/**
 * Bins of about equal numbers of rows from low to high probability; equal probabilities share a bin, so bins may
 * be fewer or uneven where there are many ties. Empty where there is no row.
 */
export function reliabilityBins(ranked: RankedScores, level: number, bins = DEFAULT_BINS): ReliabilityBin[] {
  const { scores, truePositives, falsePositives, positives, negatives } = ranked;
  const total = positives + negatives;
  const target = total / Math.max(1, Math.min(bins, Math.floor(total / MIN_ROWS)));
  const result: ReliabilityBin[] = [];
  let [rows, left, sum, done] = [0, 0, 0, 0];
  for (let k = scores.length - 1; k >= 0; k--) {
    const tp = (truePositives[k] as number) - (k === 0 ? 0 : (truePositives[k - 1] as number));
    const fp = (falsePositives[k] as number) - (k === 0 ? 0 : (falsePositives[k - 1] as number));
    rows += tp + fp;
    left += tp;
    sum += (tp + fp) * (scores[k] as number);
    if (done + rows < (result.length + 1) * target - 1e-9 && k > 0) continue;
    const observed = wilsonEstimate(left, rows, level);
    if (observed !== null) result.push({ rows, predicted: sum / rows, observed });
    done += rows;
    [rows, left, sum] = [0, 0, 0];
  }
  return result;
}

/**
 * Calibration error: root of the mean squared gap between predicted and observed share over the bins, less what
 * sampling alone would give (Bröcker 2012; Kumar, Liang and Ma 2019), 0 where that leaves nothing. The interval
 * is that of the squared error, whose variance per bin is 4 gap^2 v + 2 v^2 with v the variance of the observed
 * share. null where there is no row or no bin of two.
 */
export function calibrationError(bins: readonly ReliabilityBin[], level: number): BoundedEstimate | null {
  const usable = bins.filter((bin) => bin.rows > 1);
  const total = usable.reduce((sum, bin) => sum + bin.rows, 0);
  if (total === 0) return null;
  let [squared, variance] = [0, 0];
  for (const { rows, predicted, observed } of usable) {
    const weight = rows / total;
    const gap = observed.value - predicted;
    const noise = (observed.value * (1 - observed.value)) / (rows - 1);
    squared += weight * (gap * gap - noise);
    variance += weight * weight * (4 * gap * gap * noise + 2 * noise * noise);
  }
  const half = twoSidedZ(level) * Math.sqrt(variance);
  const root = (value: number) => Math.sqrt(Math.max(0, Math.min(1, value)));
  return { value: root(squared), low: root(squared - half), high: root(squared + half), level, rows: total };
}
