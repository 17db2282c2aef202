/** What contacting the flagged clients is worth. */
import type { BoundedEstimate } from '../document/document.ts';
import { meanEstimate } from './interval.ts';
import {
  addToMoments,
  type MomentSums,
  readMoments,
  type SampleMoments,
  startMoments,
} from './sample-moments.ts';

/** Terms of a retention campaign; money in one unit. */
export interface CampaignTerms {
  /** Value kept when a client who would have left stays; one number, or one a row (NaN counts 0). */
  readonly value: number | Float64Array;
  /** Cost of contacting a client. */
  readonly contactCost: number;
  /** Cost of the offer, borne when a client takes it. */
  readonly offerCost: number;
  /** Chance that the offer keeps a client who would have left (0 to 1). */
  readonly successRate: number;
}

/**
 * Profit a row, over all rows, of contacting those whose probability is greater than `threshold`: a client who
 * would have left brings successRate (value - offerCost), one who would have stayed takes the offer and brings
 * -offerCost, each contact costs contactCost (Verbraken, Verbeke and Baesens 2013, with a fixed success rate).
 * null where there is no labelled row.
 */
export function expectedProfit(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  threshold: number,
  terms: CampaignTerms,
  level: number,
): BoundedEstimate | null {
  const moments = profitMoments(labels, probabilities, threshold, terms);
  return moments.rows === 0 ? null : meanEstimate(moments, level);
}

/** Mean, spread and skewness over rows of the profit of a row, as `expectedProfit` says. */
export function profitMoments(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  threshold: number,
  terms: CampaignTerms,
): SampleMoments {
  const moments = startMoments();
  addProfits(moments, labels, probabilities, threshold, terms);
  return readMoments(moments);
}

/** Adds the profits of a batch of rows in place; `terms.value` of many values has one a row of the batch. */
export function addProfits(
  moments: MomentSums,
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  threshold: number,
  terms: CampaignTerms,
): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label !== 1 && label !== 0) continue;
    const flagged = (probabilities[i] as number) > threshold;
    addToMoments(moments, flagged ? profitOf(label, i, terms) : 0);
  }
}

/** Of contacting the client of a row. */
function profitOf(label: number, row: number, terms: CampaignTerms): number {
  const { successRate, offerCost, contactCost } = terms;
  return (label === 1 ? successRate * (valueAt(terms, row) - offerCost) : -offerCost) - contactCost;
}

function valueAt({ value }: CampaignTerms, row: number): number {
  if (typeof value === 'number') return value;
  const own = value[row] as number;
  return Number.isNaN(own) ? 0 : own;
}
