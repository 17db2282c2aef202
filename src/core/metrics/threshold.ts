/** Where to draw the line: the probability above which a client counts as leaving. */
import { sortAscending } from '../math/sort-ascending.ts';
import type { RankedScores } from './ranked-scores.ts';

export interface ThresholdChoice {
  /** A row is flagged when its probability is greater than this. */
  readonly threshold: number;
  /** What was maximised, at this threshold: F1, or expected gain over all rows. */
  readonly value: number;
  /** Rows flagged. */
  readonly flagged: number;
}

/** A threshold that flags `score` and above but not `below`: half-way, and exact where no double lies between. */
function between(score: number, below: number): number {
  const middle = below + (score - below) / 2;
  return middle < score ? middle : below;
}

/**
 * The threshold of the highest F1, half-way between neighbouring scores. Of thresholds with equal F1 the highest
 * is taken, which flags fewest. null where there is no positive row.
 */
export function thresholdByF1(ranked: RankedScores): ThresholdChoice | null {
  const { scores, truePositives, falsePositives, positives } = ranked;
  let best: ThresholdChoice | null = null;
  for (let k = 0; k < scores.length; k++) {
    const [tp, score] = [truePositives[k] as number, scores[k] as number];
    const flagged = tp + (falsePositives[k] as number);
    const value = (2 * tp) / (flagged + positives);
    if (positives > 0 && score > 0 && value > (best?.value ?? 0)) {
      best = { threshold: between(score, scores[k + 1] ?? 0), value, flagged };
    }
  }
  return best;
}

/** Terms of a contact; money in one unit. */
export interface ContactTerms {
  readonly contactCost: number;
  readonly offerCost: number;
  /** Chance that the offer keeps a client who would have left (0 to 1). */
  readonly successRate: number;
}

/** What contacting a client is expected to bring: p g (V - d) - (1 - p) d - f. */
export function expectedGain(probability: number, value: number, terms: ContactTerms): number {
  const { contactCost, offerCost, successRate } = terms;
  return probability * successRate * (value - offerCost) - (1 - probability) * offerCost - contactCost;
}

/**
 * The probability from which contacting a client of this value pays, the zero of `expectedGain`; 1, so that none
 * is contacted, where it never pays. 0 where it pays for everyone.
 */
export function breakEvenThreshold(value: number, terms: ContactTerms): number {
  const { contactCost, offerCost, successRate } = terms;
  const slope = successRate * (value - offerCost) + offerCost;
  return slope > 0 ? Math.min(1, (offerCost + contactCost) / slope) : 1;
}

/**
 * The one threshold that brings most over clients of different value: the highest sum of expected gains of those
 * above it. Of equal sums the highest threshold is taken. Where no contact pays the threshold is 1.
 * @param probabilities calibrated. @param values money at stake, NaN counts 0.
 */
export function thresholdByCost(
  probabilities: Float64Array,
  values: Float64Array,
  terms: ContactTerms,
): ThresholdChoice {
  const order = Uint32Array.from(probabilities, (_, row) => row).sort(
    (a, b) => (probabilities[b] as number) - (probabilities[a] as number) || a - b,
  );
  let best: ThresholdChoice = { threshold: 1, value: 0, flagged: 0 };
  let sum = 0;
  for (let k = 0; k < order.length; k++) {
    const row = order[k] as number;
    const p = probabilities[row] as number;
    const value = values[row] as number;
    sum += expectedGain(p, Number.isNaN(value) ? 0 : value, terms);
    const next = k + 1 < order.length ? (probabilities[order[k + 1] as number] as number) : 0;
    const cutHere = next < p;
    if (cutHere && sum > best.value) best = { threshold: between(p, next), value: sum, flagged: k + 1 };
  }
  return best;
}

/**
 * The threshold that flags the `share` (0 to 1) of clients at highest risk, rounded down to whole clients. Clients
 * tied at the border are left out together, so that the budget holds. `value` is the share flagged.
 */
export function thresholdByBudget(probabilities: Float64Array, share: number): ThresholdChoice {
  const rows = probabilities.length;
  const most = Math.min(rows, Math.floor(share * rows + 1e-9));
  if (most === 0) return { threshold: 1, value: 0, flagged: 0 };
  const sorted = sortAscending(probabilities);
  let first = rows - most;
  const below = first > 0 ? (sorted[first - 1] as number) : 0;
  while (first < rows && (sorted[first] as number) <= below) first++;
  if (first === rows) return { threshold: below, value: 0, flagged: 0 };
  return {
    threshold: between(sorted[first] as number, below),
    value: (rows - first) / rows,
    flagged: rows - first,
  };
}
