/** Worlds of the simulation of alarms: a true risk of a given ROC AUC and base rate, models of it, and what changes. */
import type { Random } from '../src/base/random.ts';
import { sigmoid } from '../src/core/math/sigmoid.ts';

/** Clients whose true log-odds are normal; so many of them leave. */
export interface Population extends Spread {
  readonly base: number;
}

interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

/** What the deployed model says of a client whose true log-odds are l: `slope` l + `shift`. */
export interface DeployedModel {
  readonly slope: number;
  readonly shift: number;
}

export const CALIBRATED: DeployedModel = { slope: 1, shift: 0 };

/** How outcomes follow the log-odds l: as `slope` l + `shift`, but for the share `independent`, where they follow nothing. */
export interface World {
  readonly slope: number;
  readonly shift: number;
  /** Share of rows whose outcome has the base rate whatever the inputs are. */
  readonly independent: number;
  /** By how many standard deviations the clients' log-odds lie higher, their outcomes with them. */
  readonly clients: number;
}

export const UNCHANGED: World = { slope: 1, shift: 0, independent: 0, clients: 0 };

export interface LabelledRows {
  readonly labels: Float64Array;
  readonly probabilities: Float64Array;
}

/** Points of the normal density that integrals are taken over, from -8 to 8 standard deviations. */
const POINTS = 2001;

interface Point {
  readonly margin: number;
  readonly weight: number;
}

function pointsOf({ mean, deviation }: Spread): readonly Point[] {
  const points: { margin: number; weight: number }[] = [];
  let total = 0;
  for (let k = 0; k < POINTS; k++) {
    const z = -8 + (16 * k) / (POINTS - 1);
    const weight = Math.exp(-z * z * 0.5);
    total += weight;
    points.push({ margin: mean + deviation * z, weight });
  }
  return points.map(({ margin, weight }) => ({ margin, weight: weight / total }));
}

function baseRateOf(spread: Spread, outcome: (margin: number) => number): number {
  let sum = 0;
  for (const { margin, weight } of pointsOf(spread)) sum += weight * sigmoid(outcome(margin));
  return sum;
}

/** ROC AUC of the true risk: the chance that a leaver has the higher one of a leaver and a stayer. */
function aucOf(spread: Spread): number {
  let [stayersBelow, leavers, wins] = [0, 0, 0];
  for (const { margin, weight } of pointsOf(spread)) {
    const left = weight * sigmoid(margin);
    const stayed = weight - left;
    wins += left * (stayersBelow + stayed / 2);
    stayersBelow += stayed;
    leavers += left;
  }
  return wins / (leavers * stayersBelow);
}

/** Where a rising function reaches a value. */
function solve(rising: (x: number) => number, value: number, low: number, high: number): number {
  let [below, above] = [low, high];
  for (let step = 0; step < 60; step++) {
    const middle = (below + above) / 2;
    if (rising(middle) < value) below = middle;
    else above = middle;
  }
  return (below + above) / 2;
}

/** The population whose true risk has this ROC AUC and base rate. */
export function populationOf(auc: number, base: number): Population {
  const withDeviation = (deviation: number): Population => ({
    base,
    mean: solve((mean) => baseRateOf({ mean, deviation }, (margin) => margin), base, -20, 20),
    deviation,
  });
  return withDeviation(solve((deviation) => aucOf(withDeviation(deviation)), auc, 0.01, 6));
}

/** Outcomes whose odds are so many times those of before, whatever the inputs. */
export function oddsTimes(factor: number): World {
  return { ...UNCHANGED, shift: Math.log(factor) };
}

/** Outcomes that follow the risk less steeply, at the base rate of before. */
export function flatter(population: Population, slope: number): World {
  const rate = (shift: number): number => baseRateOf(population, (margin) => slope * margin + shift);
  return { ...UNCHANGED, slope, shift: solve(rate, population.base, -10, 10) };
}

/** Draws clients with their outcomes, and what the model says of them. */
export function drawClients(
  rows: number,
  population: Population,
  { slope, shift, independent, clients }: World,
  model: DeployedModel,
  random: Random,
): LabelledRows {
  const labels = new Float64Array(rows);
  const probabilities = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const margin = population.mean + population.deviation * (random.normal() + clients);
    const follows = random.uniform() >= independent;
    const risk = follows ? sigmoid(slope * margin + shift) : population.base;
    labels[i] = random.uniform() < risk ? 1 : 0;
    probabilities[i] = sigmoid(model.slope * margin + model.shift);
  }
  return { labels, probabilities };
}

/** The threshold of the highest expected F1 of a calibrated model, told as this model's probability. */
export function thresholdOf(population: Population, model: DeployedModel): number {
  const points = pointsOf(population);
  let [hits, flagged, best, threshold] = [0, 0, 0, 0.5];
  for (const { margin, weight } of points.toReversed()) {
    hits += weight * sigmoid(margin);
    flagged += weight;
    const f1 = (2 * hits) / (flagged + population.base);
    if (f1 > best) [best, threshold] = [f1, sigmoid(model.slope * margin + model.shift)];
  }
  return threshold;
}
