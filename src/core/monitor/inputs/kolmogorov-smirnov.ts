/** The Kolmogorov-Smirnov test on counts in bins. */
import { createRandom, type Random } from '../../../base/random.ts';
import { kolmogorovTail } from '../../math/kolmogorov-tail.ts';

export interface KolmogorovSmirnov {
  /** Largest gap between the two distribution functions at the ends of the bins. */
  readonly value: number;
  readonly p: number;
}

/** Below this the bound for continuous values is small enough to be the answer. */
const BOUND_ENOUGH = 0.005;
/** Draws of the null distribution; they end early once so many were at least as far. */
const DRAWS = 2_000;
const EXCEEDANCES = 50;
/** Up to so many rows on the smaller side its rows are drawn, above it their normal limit is. */
const DRAWN_ROWS = 2_000;
/** More rows than this to draw from are stood for by so many of the same shares. */
const POOL_ROWS = 200_000;

/**
 * D and its p-value; null where either side has no row. The p-value of continuous values, Kolmogorov's, is too large
 * for binned ones, so it is taken only where it is below 0.005 anyway. Else the null distribution on these very bins is
 * drawn with a fixed seed: rows of the smaller side out of all rows without replacement (a permutation test), or, from
 * 2,000 rows on, the Brownian bridge at the ends of the bins; after Besag and Clifford (Biometrika 78, 1991) the draws
 * end at the 50th as far as the one seen.
 */
export function kolmogorovSmirnovOf(
  reference: readonly number[],
  current: readonly number[],
  seed: number,
): KolmogorovSmirnov | null {
  const kept = [...reference.keys()].filter((bin) => (reference[bin] ?? 0) + (current[bin] ?? 0) > 0);
  const [before, after] = [reference, current].map((counts) =>
    Float64Array.from(kept, (bin) => counts[bin] ?? 0),
  ) as [Float64Array, Float64Array];
  const [n, m] = [sum(before), sum(after)];
  if (n === 0 || m === 0) return null;
  const value = largestGap(before, after, n, m);
  const far = value * Math.sqrt((n * m) / (n + m));
  const bound = kolmogorovTail(far);
  if (bound < BOUND_ENOUGH || value === 0) return { value, p: bound };
  const pooled = before.map((rows, bin) => rows + (after[bin] as number));
  const random = createRandom(seed);
  const draw =
    Math.min(n, m) <= DRAWN_ROWS ? permutedGap(pooled, Math.min(n, m), random) : bridgeGap(pooled, random);
  return { value, p: drawnP(draw, far * (1 - 1e-12)) };
}

function drawnP(draw: () => number, far: number): number {
  let as = 0;
  for (let k = 1; k <= DRAWS; k++) {
    if (draw() >= far) as++;
    if (as === EXCEEDANCES) return as / k;
  }
  return (as + 1) / (DRAWS + 1);
}

function largestGap(before: Float64Array, after: Float64Array, n: number, m: number): number {
  let [f, g, gap] = [0, 0, 0];
  for (let bin = 0; bin < before.length; bin++) {
    f += before[bin] as number;
    g += after[bin] as number;
    gap = Math.max(gap, Math.abs(f / n - g / m));
  }
  return gap;
}

/** Scaled gaps of samples of `size` rows against the rest: bins of all rows, the first `size` of them shuffled anew. */
function permutedGap(all: Float64Array, size: number, random: Random): () => number {
  const pooled = thinned(all);
  const rows = sum(pooled);
  const binOf = new Uint8Array(rows);
  let at = 0;
  pooled.forEach((count, bin) => {
    binOf.fill(bin, at, at + count);
    at += count;
  });
  const rest = rows - size;
  const scale = Math.sqrt((size * rest) / rows);
  const drawn = new Float64Array(pooled.length);
  const left = new Float64Array(pooled.length);
  return () => {
    drawn.fill(0);
    for (let i = 0; i < size; i++) {
      const j = i + random.below(rows - i);
      const bin = binOf[j] as number;
      binOf[j] = binOf[i] as number;
      binOf[i] = bin;
      drawn[bin] = (drawn[bin] as number) + 1;
    }
    for (let bin = 0; bin < left.length; bin++) left[bin] = (pooled[bin] as number) - (drawn[bin] as number);
    return scale * largestGap(drawn, left, size, rest);
  };
}

/** Counts of at most `POOL_ROWS` rows whose shares up to each bin are those of `counts` to within half a row. */
function thinned(counts: Float64Array): Float64Array {
  const ratio = Math.min(1, POOL_ROWS / sum(counts));
  let [upTo, taken] = [0, 0];
  return counts.map((rows) => {
    upTo += rows;
    const before = taken;
    taken = Math.round(upTo * ratio);
    return taken - before;
  });
}

/** Largest size of Brownian bridges at the shares of all rows up to the end of each bin. */
function bridgeGap(pooled: Float64Array, random: Random): () => number {
  const rows = sum(pooled);
  const steps = pooled.map((count) => Math.sqrt(count / rows));
  const walk = new Float64Array(pooled.length);
  return () => {
    let at = 0;
    for (let bin = 0; bin < walk.length; bin++) {
      at += (steps[bin] as number) * random.normal();
      walk[bin] = at;
    }
    let [share, gap] = [0, 0];
    for (let bin = 0; bin < walk.length; bin++) {
      share += (pooled[bin] as number) / rows;
      gap = Math.max(gap, Math.abs((walk[bin] as number) - share * at));
    }
    return gap;
  };
}

function sum(counts: Float64Array): number {
  let total = 0;
  for (let bin = 0; bin < counts.length; bin++) total += counts[bin] as number;
  return total;
}
