/** Counts of scores in equal bins of [0, 1] by class: F1, calibration and drift of any threshold come from it. */

export interface ScoreHistogram {
  /** Rows without a known label. */
  readonly unlabelled: Float64Array;
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

/** No rows seen, `bins` bins: bin k holds k/bins <= score < (k+1)/bins, the last one also score 1. */
export function createScoreHistogram(bins: number): ScoreHistogram {
  return {
    unlabelled: new Float64Array(bins),
    positives: new Float64Array(bins),
    negatives: new Float64Array(bins),
  };
}

/** A histogram with the rows of a batch added; labels null: none is known. Scores must be in [0, 1]. */
export function addScoreHistogram(
  histogram: ScoreHistogram,
  labels: ArrayLike<number> | null,
  scores: ArrayLike<number>,
): ScoreHistogram {
  const bins = histogram.positives.length;
  const part = createScoreHistogram(bins);
  for (let i = 0; i < scores.length; i++) {
    const bin = Math.min(bins - 1, Math.floor((scores[i] as number) * bins));
    const label = labels === null ? Number.NaN : (labels[i] as number);
    const counts = label === 1 ? part.positives : label === 0 ? part.negatives : part.unlabelled;
    counts[bin] = (counts[bin] as number) + 1;
  }
  return mergeScoreHistogram(histogram, part);
}

/** Sums of two histograms of the same bins; counts are whole, so exact and associative. */
export function mergeScoreHistogram(a: ScoreHistogram, b: ScoreHistogram): ScoreHistogram {
  const sum = (x: Float64Array, y: Float64Array) => x.map((count, bin) => count + (y[bin] as number));
  return {
    unlabelled: sum(a.unlabelled, b.unlabelled),
    positives: sum(a.positives, b.positives),
    negatives: sum(a.negatives, b.negatives),
  };
}
