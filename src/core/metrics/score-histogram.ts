/** How the probabilities of those who stayed and of those who left are spread, in bins of equal width. */
import type { RankedScores } from './ranked-scores.ts';

export interface ScoreHistogram {
  /** Rows of each class with a probability from k / bins up to (k + 1) / bins, the last bin with 1 itself. */
  readonly stayed: readonly number[];
  readonly left: readonly number[];
}

export const HISTOGRAM_BINS = 20;

/** Counts in `bins` bins over [0, 1]; all zero without a row. A probability outside counts in the bin at its end. */
export function scoreHistogram(ranked: RankedScores, bins = HISTOGRAM_BINS): ScoreHistogram {
  const { scores, truePositives, falsePositives } = ranked;
  const stayed = new Array<number>(bins).fill(0);
  const left = new Array<number>(bins).fill(0);
  let [tp, fp] = [0, 0];
  for (let k = 0; k < scores.length; k++) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((scores[k] as number) * bins)));
    left[bin] = (left[bin] as number) + (truePositives[k] as number) - tp;
    stayed[bin] = (stayed[bin] as number) + (falsePositives[k] as number) - fp;
    [tp, fp] = [truePositives[k] as number, falsePositives[k] as number];
  }
  return { stayed, left };
}
