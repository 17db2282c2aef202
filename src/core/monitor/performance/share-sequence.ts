/** A confidence sequence for a share: an interval that holds at every look at once, from two counts. */
import { logBeta } from '../../math/log-gamma.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The prior of Jeffreys; any fixed one gives a valid sequence. */
const PRIOR = 0.5;
const STEPS = 60;

/**
 * All shares p that the counts do not refute: B(k + 1/2, n - k + 1/2) / B(1/2, 1/2) / (p^k (1 - p)^(n - k)) is a
 * martingale under p, so it ever reaches 1 / alpha with chance at most alpha (Robbins 1970; the beta-binomial
 * mixture of Howard, Ramdas, McAuliffe and Sekhon, Annals of Statistics 49, 2021). [0, 1] without a trial.
 */
export function shareSequence(successes: number, trials: number, alpha: number): Interval {
  const failures = trials - successes;
  const mixture = logBeta(successes + PRIOR, failures + PRIOR) - logBeta(PRIOR, PRIOR);
  const refuted = (p: number): boolean => {
    const likelihood =
      (successes === 0 ? 0 : successes * Math.log(p)) + (failures === 0 ? 0 : failures * Math.log1p(-p));
    return mixture - likelihood >= -Math.log(alpha);
  };
  const centre = trials === 0 ? 0.5 : successes / trials;
  return {
    low: refuted(0) ? border(refuted, 0, centre) : 0,
    high: refuted(1) ? border(refuted, 1, centre) : 1,
  };
}

/** The point between a refuted and a kept share where that changes, on the refuted side. */
function border(refuted: (p: number) => boolean, outside: number, inside: number): number {
  let [out, kept] = [outside, inside];
  for (let step = 0; step < STEPS; step++) {
    const middle = (out + kept) / 2;
    if (refuted(middle)) out = middle;
    else kept = middle;
  }
  return out;
}
