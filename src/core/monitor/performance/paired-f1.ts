/** The difference of two F1 scores on the same rows, by the paired bootstrap. */
import type { Random } from '../../../base/random.ts';
import { f1Score } from '../../metrics/classification.ts';
import { drawMultinomial } from './binomial-draw.ts';
import { countsOf, type JointOutcomes } from './joint-outcomes.ts';

/** Replicates of the bootstrap. */
export const REPLICATES = 2000;

export interface PairedDifference {
  readonly champion: number;
  readonly challenger: number;
  /** Challenger less champion. */
  readonly difference: number;
  /** Interval of the difference of level 1 - alpha; null where a class has too few rows for one (`tooFewOf`). */
  readonly low: number | null;
  readonly high: number | null;
  /** Two-sided: the least alpha whose interval leaves 0 out. */
  readonly pValue: number;
}

/**
 * F1 of both and the percentile interval of their difference (Efron and Tibshirani 1993, chapter 13). Rows of the
 * same kind are alike, so a replicate is one multinomial draw of the eight kinds, not a pass over rows. The
 * p-value counts a replicate without a difference half for either side and adds the sample itself (Davison and
 * Hinkley 1997, 4.2), so it is at least 1 / (replicates + 1). null where neither F1 is defined.
 */
export function pairedF1(cells: JointOutcomes, alpha: number, random: Random): PairedDifference | null {
  const [champion, challenger] = [f1Of(cells, 'champion'), f1Of(cells, 'challenger')];
  if (champion === null || challenger === null) return null;
  const differences = new Float64Array(REPLICATES);
  let [below, above] = [0.5, 0.5];
  for (let k = 0; k < REPLICATES; k++) {
    const drawn = drawMultinomial(cells, random);
    const difference = (f1Of(drawn, 'challenger') ?? 0) - (f1Of(drawn, 'champion') ?? 0);
    differences[k] = difference;
    if (difference <= 0) below += difference === 0 ? 0.5 : 1;
    if (difference >= 0) above += difference === 0 ? 0.5 : 1;
  }
  differences.sort();
  const at = (share: number): number => differences[Math.round(share * (REPLICATES - 1))] as number;
  return {
    champion,
    challenger,
    difference: challenger - champion,
    low: at(alpha / 2),
    high: at(1 - alpha / 2),
    pValue: Math.min(1, (2 * Math.min(below, above)) / (REPLICATES + 1)),
  };
}

function f1Of(cells: JointOutcomes, who: 'champion' | 'challenger'): number | null {
  const counts = countsOf(cells, who);
  return counts.tp + counts.fp + counts.fn === 0 ? null : f1Score(counts);
}
