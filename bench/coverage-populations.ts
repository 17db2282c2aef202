/** Clients without end, of whom every metric is known exactly: what the intervals of samples are held against. */
import type { Random } from '../src/base/random.ts';
import { normalQuantile } from '../src/core/math/normal.ts';
import { sigmoid } from '../src/core/math/sigmoid.ts';

/** Quantiles of the normal that stand for all clients. */
const POINTS = 40_000;
const PLACES = placesOf(POINTS);
/** Fewer, to search a population of about the base rate and AUC asked for: what is true of it is told of all. */
const SEARCHED = placesOf(1_000);

export const TERMS = { value: 100, contactCost: 1, offerCost: 10, successRate: 0.5 } as const;

/** logit P(left) = intercept + slope z, z normal; the model says shift + factor times that. */
export interface Population {
  readonly intercept: number;
  readonly slope: number;
  readonly shift: number;
  readonly factor: number;
  /** Of the highest F1. */
  readonly threshold: number;
  readonly truth: Readonly<Record<string, number>>;
  /** Of reliability bins of equal mass. */
  readonly calibrationError: (bins: number) => number;
}

export interface Sample {
  readonly labels: Float64Array;
  readonly probabilities: Float64Array;
  readonly left: number;
}

/** The population of a base rate and an AUC; the model is calibrated, or says too much. */
export function populationOf(baseRate: number, auc: number, calibrated: boolean): Population {
  const slope = solve(0.01, 12, (at) => aucOf(chancesOf(SEARCHED, interceptOf(at, baseRate), at)) < auc);
  const intercept = interceptOf(slope, baseRate);
  const [shift, factor] = calibrated ? [0, 1] : [0.5, 1.5];
  const chances = chancesOf(PLACES, intercept, slope);
  const said = PLACES.map((z) => sigmoid(shift + factor * (intercept + slope * z)));
  const left = sumOf(chances);
  let [logLoss, brier] = [0, 0];
  for (let k = 0; k < POINTS; k++) {
    const [p, q] = [chances[k] as number, said[k] as number];
    logLoss -= p * Math.log(q) + (1 - p) * Math.log(1 - q);
    brier += p * (1 - q) ** 2 + (1 - p) * q * q;
  }
  let [tp, found, at, best] = [0, 0, 0, 0];
  for (let k = POINTS - 1; k >= 0; k--) {
    const p = chances[k] as number;
    tp += p;
    found += (p * (tp - p / 2)) / (POINTS - k - 0.5);
    const f1 = (2 * tp) / (POINTS - k + left);
    if (f1 > best) [best, at] = [f1, k];
  }
  const caught = sumOf(chances.subarray(at));
  const flagged = POINTS - at;
  const wrong = flagged - caught + left - caught;
  const { value, contactCost, offerCost, successRate } = TERMS;
  const gained = caught * successRate * (value - offerCost) - (flagged - caught) * offerCost;
  return {
    intercept,
    slope,
    shift,
    factor,
    threshold: ((said[at] as number) + (said[at - 1] ?? 0)) / 2,
    truth: {
      f1: best,
      precision: caught / flagged,
      recall: caught / left,
      accuracy: 1 - wrong / POINTS,
      rocAuc: aucOf(chances),
      averagePrecision: found / left,
      logLoss: logLoss / POINTS,
      brier: brier / POINTS,
      baseRate: left / POINTS,
      profit: (gained - flagged * contactCost) / POINTS,
    },
    calibrationError: (bins) => binnedError(chances, said, bins),
  };
}

export function drawSample(
  { intercept, slope, shift, factor }: Population,
  rows: number,
  random: Random,
): Sample {
  const labels = new Float64Array(rows);
  const probabilities = new Float64Array(rows);
  let left = 0;
  for (let row = 0; row < rows; row++) {
    const margin = intercept + slope * random.normal();
    const label = random.uniform() < sigmoid(margin) ? 1 : 0;
    left += label;
    labels[row] = label;
    probabilities[row] = sigmoid(shift + factor * margin);
  }
  return { labels, probabilities, left };
}

function placesOf(points: number): Float64Array {
  return Float64Array.from({ length: points }, (_, k) => normalQuantile((k + 0.5) / points));
}

function chancesOf(places: Float64Array, intercept: number, slope: number): Float64Array {
  return places.map((z) => sigmoid(intercept + slope * z));
}

function interceptOf(slope: number, baseRate: number): number {
  return solve(-30, 30, (at) => sumOf(chancesOf(SEARCHED, at, slope)) / SEARCHED.length < baseRate);
}

/** Where `below` turns false. */
function solve(from: number, to: number, below: (at: number) => boolean): number {
  let [low, high] = [from, to];
  for (let step = 0; step < 32; step++) {
    const middle = (low + high) / 2;
    if (below(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function aucOf(chances: Float64Array): number {
  let [stayed, pairs] = [0, 0];
  for (const p of chances) {
    pairs += p * (stayed + (1 - p) / 2);
    stayed += 1 - p;
  }
  return pairs / (chances.length - stayed) / stayed;
}

function binnedError(chances: Float64Array, said: Float64Array, bins: number): number {
  let squares = 0;
  for (let bin = 0; bin < bins; bin++) {
    const [from, to] = [bin, bin + 1].map((edge) => Math.round((edge * POINTS) / bins)) as [number, number];
    const gap = (sumOf(chances.subarray(from, to)) - sumOf(said.subarray(from, to))) / (to - from);
    squares += (gap * gap * (to - from)) / POINTS;
  }
  return Math.sqrt(squares);
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
