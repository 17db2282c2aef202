/** What contacting the flagged clients is worth. */
import type { Estimate } from '../models/document.ts';
import { meanEstimate } from './interval.ts';

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
): Estimate | null {
  let [rows, sum, squares] = [0, 0, 0];
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label !== 1 && label !== 0) continue;
    rows++;
    if (!((probabilities[i] as number) > threshold)) continue;
    const gained = label === 1 ? terms.successRate * (valueAt(terms, i) - terms.offerCost) : -terms.offerCost;
    const profit = gained - terms.contactCost;
    sum += profit;
    squares += profit * profit;
  }
  if (rows === 0) return null;
  const mean = sum / rows;
  const deviation = rows > 1 ? Math.sqrt(Math.max(0, squares - sum * mean) / (rows - 1)) : 0;
  return meanEstimate(mean, deviation, rows, level);
}

function valueAt({ value }: CampaignTerms, row: number): number {
  if (typeof value === 'number') return value;
  const own = value[row] as number;
  return Number.isNaN(own) ? 0 : own;
}
