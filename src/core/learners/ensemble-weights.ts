/** Weights of an ensemble, chosen greedily on out-of-fold margins. */
import { softplus } from '../math/sigmoid.ts';

/** What every candidate says of the rows of one fold, which it has not seen. */
export interface FoldMargins {
  /** One array a candidate, all of the same rows in the same order. */
  readonly margins: readonly Float64Array[];
  /** 1 and 0. */
  readonly labels: Float64Array;
}

/** Weights are whole multiples of one over this. */
const MAX_STEPS = 25;
/** Candidates that have a weight at most, so that a model stays small. */
const MAX_MEMBERS = 4;
/** A longer selection must lower the loss by this share of it. */
const MIN_GAIN = 1e-5;

/**
 * Weights, one a candidate, that sum to 1: beginning with none, the candidate is added that makes the mean log loss of
 * the averaged margins least, again and again, with replacement; of all selections so far the best one counts (Caruana,
 * Niculescu-Mizil, Crew and Ksikes, ICML 2004). Of equal ones the first is taken, so the simplest should come first.
 */
export function greedyWeights(folds: readonly FoldMargins[]): Float64Array {
  const picks = new Float64Array(folds[0]?.margins.length ?? 0);
  const sums = folds.map(({ labels }) => new Float64Array(labels.length));
  let best = { loss: Number.POSITIVE_INFINITY, weights: picks };
  for (let steps = 1; steps <= MAX_STEPS && picks.length > 0; steps++) {
    const full = picks.filter((times) => times > 0).length >= MAX_MEMBERS;
    const losses = Array.from(picks, (times, candidate) =>
      full && times === 0 ? Number.POSITIVE_INFINITY : lossWith(folds, sums, candidate, steps),
    );
    const loss = Math.min(...losses);
    const taken = losses.indexOf(loss);
    if (taken < 0) break;
    folds.forEach(({ margins }, fold) => {
      addTo(sums[fold] as Float64Array, margins[taken] as Float64Array);
    });
    picks[taken] = (picks[taken] as number) + 1;
    if (loss < best.loss * (1 - MIN_GAIN)) best = { loss, weights: picks.map((times) => times / steps) };
  }
  return best.weights;
}

/**
 * Log loss of each fold by the weights that the other folds of its repeat choose, so that no fold has a say in the
 * weights that it is judged by; a fold that is alone has.
 * @param repeats the folds of each repeat.
 */
export function crossFittedLosses(repeats: readonly (readonly FoldMargins[])[]): number[] {
  return repeats.flatMap((folds) =>
    folds.map((fold, index) => {
      const others = folds.filter((_, other) => other !== index);
      const weights = greedyWeights(others.length === 0 ? folds : others);
      return meanLogLoss(averageMargins(fold.margins, weights), fold.labels);
    }),
  );
}

/** The weighted sum of margins, row by row; candidates without weight are not looked at. */
export function averageMargins(margins: readonly Float64Array[], weights: Float64Array): Float64Array {
  const sum = new Float64Array(margins[0]?.length ?? 0);
  margins.forEach((own, candidate) => {
    const weight = weights[candidate] as number;
    if (weight === 0) return;
    for (let row = 0; row < sum.length; row++)
      sum[row] = (sum[row] as number) + weight * (own[row] as number);
  });
  return sum;
}

function addTo(sum: Float64Array, margins: Float64Array): void {
  for (let row = 0; row < sum.length; row++) sum[row] = (sum[row] as number) + (margins[row] as number);
}

function lossWith(
  folds: readonly FoldMargins[],
  sums: readonly Float64Array[],
  candidate: number,
  steps: number,
): number {
  const losses = folds.map(({ margins, labels }, fold) => {
    const [sum, own] = [sums[fold] as Float64Array, margins[candidate] as Float64Array];
    let loss = 0;
    for (let row = 0; row < labels.length; row++) {
      const margin = ((sum[row] as number) + (own[row] as number)) / steps;
      loss += softplus(labels[row] === 1 ? -margin : margin);
    }
    return loss / labels.length;
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

function meanLogLoss(margins: Float64Array, labels: Float64Array): number {
  let loss = 0;
  for (let row = 0; row < labels.length; row++) {
    const margin = margins[row] as number;
    loss += softplus(labels[row] === 1 ? -margin : margin);
  }
  return loss / labels.length;
}
