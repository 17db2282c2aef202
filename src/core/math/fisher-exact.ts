/** Tests of two shares against each other that hold however few rows there are. */
import { twoSidedTail } from './normal-tail.ts';

/** Successes among trials. */
export interface Share {
  readonly successes: number;
  readonly trials: number;
}

/** From this expected count in the smallest cell on, the normal limit is as good. */
const NORMAL_FROM = 5_000;
/** Weights below this, of a largest one of 1, cannot change a sum. */
const NEGLIGIBLE = 1e-25;
/** Tables whose chance is equal but for rounding count as equal. */
const EQUAL = 1 + 1e-7;

/**
 * Two-sided p-value of Fisher's exact test: the chance, given all successes, of a table at most as likely as the one
 * seen. With 5,000 expected in each cell or more, that of the
 * score test, which differs from it by a hundredth or so. 1 where
 * either side has no trials.
 */
export function fisherTest(a: Share, b: Share): number {
  const table = tableOf(a, b);
  if (table === null) return 1;
  if (table.smallest >= NORMAL_FROM) return twoSidedTail(table.z);
  const { at, weights, low } = weightsOf(a, b, table.mode);
  const seen = at(a.successes) * EQUAL;
  let [total, part] = [0, 0];
  for (let k = 0; k < weights.length; k++) {
    const weight = weights[k] as number;
    total += weight;
    if (weight <= seen || low + k === a.successes) part += weight;
  }
  return Math.min(1, part / total);
}

/** One-sided: the chance, given all successes, that `a` has at least as many as it has. Exact at any size. */
export function fisherGreater(a: Share, b: Share): number {
  const table = tableOf(a, b);
  if (table === null) return 1;
  const { weights, low } = weightsOf(a, b, table.mode);
  let [total, part] = [0, 0];
  // From the small end, so that no small weight is lost.
  for (let k = weights.length - 1; k >= 0; k--) {
    total += weights[k] as number;
    if (low + k === a.successes) part = total;
  }
  return a.successes < low ? 1 : Math.min(1, part / total);
}

function tableOf(a: Share, b: Share): { mode: number; smallest: number; z: number } | null {
  if (a.trials === 0 || b.trials === 0) return null;
  const trials = a.trials + b.trials;
  const successes = a.successes + b.successes;
  if (successes === 0 || successes === trials) return null;
  const share = successes / trials;
  const spread = Math.sqrt(share * (1 - share) * (1 / a.trials + 1 / b.trials));
  return {
    mode: Math.floor(((successes + 1) * (a.trials + 1)) / (trials + 2)),
    smallest: Math.min(share, 1 - share) * Math.min(a.trials, b.trials),
    z: (a.successes / a.trials - b.successes / b.trials) / spread,
  };
}

/** Chances of each count of successes in `a`, of the largest; from the mode out until they vanish past what was seen. */
function weightsOf(a: Share, b: Share, mode: number) {
  const successes = a.successes + b.successes;
  const least = Math.max(0, successes - b.trials);
  const most = Math.min(a.trials, successes);
  const up: number[] = [];
  for (let k = mode, weight = 1; k <= most && (weight > NEGLIGIBLE || k <= a.successes); k++) {
    up.push(weight);
    weight *= ((successes - k) / (k + 1)) * ((a.trials - k) / (b.trials - successes + k + 1));
  }
  const down: number[] = [];
  for (let k = mode, weight = 1; k > least && (weight > NEGLIGIBLE || k > a.successes); k--) {
    weight *= (k / (successes - k + 1)) * ((b.trials - successes + k) / (a.trials - k + 1));
    down.push(weight);
  }
  const low = mode - down.length;
  const weights = Float64Array.from([...down.reverse(), ...up]);
  return { weights, low, at: (count: number) => weights[count - low] ?? 0 };
}
