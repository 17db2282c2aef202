/** What each labelled row says of each metric: how much worse than the limit it was. */
import { TidewatchError } from '../../../base/errors.ts';
import type { Campaign } from '../../metrics/campaign.ts';
import type { ConfusionCounts } from '../../statistics/confusion.ts';
import type { ProfitRange } from './baseline-bound.ts';

/** Rows in the order in which they are to be looked at; it must not depend on labels or probabilities. */
export interface MonitorRows {
  /** 1 or 0; a row with another (NaN: not known yet) is left out and counts nowhere. */
  readonly labels: Float64Array;
  /** Calibrated probabilities, in [0, 1]. */
  readonly probabilities: Float64Array;
  /** A row is flagged when its probability is greater. */
  readonly threshold: number;
  /** Money at stake, NaN where not known; absent or null: the campaign's client value for all. */
  readonly values?: Float64Array | null;
}

/** A campaign whose profit is watched. */
export interface WatchedCampaign extends Campaign {
  /** The money at stake is cut to this, so that the profit of a row is bounded. */
  readonly mostValue: number;
}

/** The range that the profit of a row cannot leave. */
export function profitRange(campaign: WatchedCampaign): ProfitRange {
  const { successRate, mostValue, offerCost, contactCost } = campaign;
  const gained = successRate * (mostValue - offerCost);
  return {
    lowest: -offerCost - contactCost,
    highest: Math.max(gained - contactCost, 0),
  };
}

/** What a decision turned out to be, by its label and its flag. */
export const OUTCOME = { tn: 0, fp: 1, fn: 2, tp: 3 } as const;

/** Labelled rows in their order: all arrays have `rows` values. */
export interface LabelledRows {
  readonly rows: number;
  /** One of `OUTCOME`. */
  readonly outcomes: Float64Array;
  /** (probability - label) squared. */
  readonly losses: Float64Array;
  /** Profit as a place in its range, 0 to 1; null without a campaign. */
  readonly profits: Float64Array | null;
}

/**
 * Takes the labelled rows out. Errors: `value-invalid` where lengths differ or a labelled row has a probability
 * outside [0, 1].
 */
export function takeLabelled(given: MonitorRows, campaign: WatchedCampaign | null): LabelledRows {
  checkLengths(given);
  const { labels, probabilities, threshold } = given;
  const outcomes = new Float64Array(labels.length);
  const losses = new Float64Array(labels.length);
  const profits = campaign === null ? null : new Float64Array(labels.length);
  const placeOf = campaign === null ? null : profitPlaces(campaign, given.values ?? null);
  let rows = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label !== 1 && label !== 0) continue;
    const p = probabilities[i] as number;
    if (!(p >= 0 && p <= 1)) refuse(p, i);
    const flagged = p > threshold;
    outcomes[rows] = 2 * label + (flagged ? 1 : 0);
    losses[rows] = (p - label) * (p - label);
    if (profits !== null && placeOf !== null) profits[rows] = placeOf(i, label, flagged);
    rows++;
  }
  return { rows, outcomes, losses, profits };
}

export function countOutcomes(outcomes: Float64Array): ConfusionCounts {
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < outcomes.length; i++) {
    const kind = outcomes[i] as number;
    counts[kind] = (counts[kind] as number) + 1;
  }
  const [tn = 0, fp = 0, fn = 0, tp = 0] = counts;
  return { tn, fp, fn, tp };
}

/** Profit of a row as `expectedProfit` reckons it, scaled to its range. */
function profitPlaces(
  campaign: WatchedCampaign,
  values: Float64Array | null,
): (row: number, label: number, flagged: boolean) => number {
  const { lowest, highest } = profitRange(campaign);
  const { contactCost, offerCost, successRate, clientValue, mostValue } = campaign;
  const place = (profit: number): number =>
    highest > lowest ? Math.min(1, Math.max(0, (profit - lowest) / (highest - lowest))) : 0;
  const [nothing, wasted] = [place(0), place(-offerCost - contactCost)];
  return (row, label, flagged) => {
    if (!flagged) return nothing;
    if (label === 0) return wasted;
    const own = values === null ? clientValue : (values[row] as number);
    const value = Math.min(mostValue, Number.isNaN(own) ? clientValue : own);
    return place(successRate * (value - offerCost) - contactCost);
  };
}

function checkLengths({ labels, probabilities, values }: MonitorRows): void {
  if (labels.length === probabilities.length && labels.length === (values?.length ?? labels.length)) return;
  throw new TidewatchError(
    'value-invalid',
    `${labels.length} labels came with ${probabilities.length} probabilities` +
      `${values ? ` and ${values.length} values` : ''}: expected one of each a row.`,
  );
}

function refuse(probability: number, row: number): never {
  throw new TidewatchError(
    'value-invalid',
    `The probability of row ${row + 1} is ${probability}: expected a number from 0 to 1. The features of that ` +
      'row may be missing.',
  );
}
