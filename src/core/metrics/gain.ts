/** Gain and lift: whom one reaches by contacting the clients at highest risk first. */
import type { RankedScores } from './ranked-scores.ts';

export interface GainPoint {
  /** Share of all rows contacted, highest scores first. */
  readonly share: number;
  /** Share of those who left that is among them. */
  readonly gain: number;
  /** gain / share: how many times better than contacting at random. */
  readonly lift: number;
}

/**
 * Gain at the given shares (0 < share <= 1). Where a share ends inside a group of equal scores, that group counts
 * in proportion, the expectation over every order of it. null where there is no positive row.
 */
export function gainPoints(ranked: RankedScores, shares: readonly number[]): GainPoint[] | null {
  const { truePositives, falsePositives, positives, negatives } = ranked;
  if (positives === 0) return null;
  const rows = positives + negatives;
  let k = 0;
  return shares.map((share) => {
    const contacted = share * rows;
    const flagged = (at: number) =>
      at < 0 ? 0 : (truePositives[at] as number) + (falsePositives[at] as number);
    while (k < truePositives.length - 1 && flagged(k) < contacted) k++;
    const before = k === 0 ? 0 : (truePositives[k - 1] as number);
    const inGroup = (contacted - flagged(k - 1)) / (flagged(k) - flagged(k - 1));
    const found = before + ((truePositives[k] as number) - before) * Math.min(1, inGroup);
    const gain = found / positives;
    return { share, gain, lift: gain / share };
  });
}

/** The ten tenths. */
export const DECILES: readonly number[] = Object.freeze(Array.from({ length: 10 }, (_, k) => (k + 1) / 10));
