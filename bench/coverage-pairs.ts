/** Two models on the same clients, of whom the differences are known exactly. */
import type { Random } from '../src/base/random.ts';
import { normalQuantile } from '../src/core/math/normal.ts';
import { sigmoid } from '../src/core/math/sigmoid.ts';

const POINTS = 300;
/** Fewer, to search the intercept; what is true is told of all. */
const SEARCHED = 60;

/** logit P(left) = intercept + a + b of two normal facts; each model sees more of one of them. */
export interface PairPopulation {
  readonly intercept: number;
  /** How much the challenger knows less: 0, the two are as good. */
  readonly gap: number;
  readonly threshold: number;
  readonly truth: Readonly<Record<'f1' | 'rocAuc' | 'brier', number>>;
}

export interface PairSample {
  readonly labels: Float64Array;
  readonly champion: Float64Array;
  readonly challenger: Float64Array;
  readonly left: number;
}

const marginsOf = (intercept: number, gap: number, a: number, b: number) => ({
  truth: intercept + a + b,
  champion: intercept + 1.1 * a + 0.6 * b,
  challenger: intercept + (0.6 - gap) * a + 1.1 * b,
});

export function pairPopulation(baseRate: number, gap: number): PairPopulation {
  const [places, searched] = [POINTS, SEARCHED].map((points) =>
    Array.from({ length: points }, (_, k) => normalQuantile((k + 0.5) / points)),
  ) as [number[], number[]];
  let [low, high] = [-30, 30];
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    let sum = 0;
    for (const a of searched) for (const b of searched) sum += sigmoid(middle + a + b);
    if (sum / SEARCHED ** 2 < baseRate) low = middle;
    else high = middle;
  }
  const intercept = (low + high) / 2;
  const clients = places.flatMap((a) => places.map((b) => marginsOf(intercept, gap, a, b)));
  const threshold = Math.min(0.5, 1.5 * baseRate);
  const measure = (who: 'champion' | 'challenger') => {
    let [brier, tp, flagged, left, stayedBelow, pairs] = [0, 0, 0, 0, 0, 0];
    for (const client of clients.toSorted((x, y) => x[who] - y[who])) {
      const [p, q] = [sigmoid(client.truth), sigmoid(client[who])];
      brier += p * (1 - q) ** 2 + (1 - p) * q * q;
      pairs += p * (stayedBelow + (1 - p) / 2);
      stayedBelow += 1 - p;
      left += p;
      if (q > threshold) [tp, flagged] = [tp + p, flagged + 1];
    }
    return {
      f1: (2 * tp) / (flagged + left),
      rocAuc: pairs / left / stayedBelow,
      brier: brier / clients.length,
    };
  };
  const [champion, challenger] = [measure('champion'), measure('challenger')];
  const difference = (name: keyof typeof champion) => challenger[name] - champion[name];
  return {
    intercept,
    gap,
    threshold,
    truth: { f1: difference('f1'), rocAuc: difference('rocAuc'), brier: difference('brier') },
  };
}

export function drawPair({ intercept, gap }: PairPopulation, rows: number, random: Random): PairSample {
  const labels = new Float64Array(rows);
  const champion = new Float64Array(rows);
  const challenger = new Float64Array(rows);
  let left = 0;
  for (let row = 0; row < rows; row++) {
    const margins = marginsOf(intercept, gap, random.normal(), random.normal());
    const label = random.uniform() < sigmoid(margins.truth) ? 1 : 0;
    left += label;
    labels[row] = label;
    champion[row] = sigmoid(margins.champion);
    challenger[row] = sigmoid(margins.challenger);
  }
  return { labels, champion, challenger, left };
}
