/** A retention campaign as it is planned. */
import type { CampaignTerms } from './profit.ts';
import type { ContactTerms } from './threshold.ts';

/** Terms of a campaign; money in one unit. */
export interface Campaign extends ContactTerms {
  /** Value of a client where the data does not tell it. */
  readonly clientValue: number;
  /** Share of the clients that can be contacted (0 to 1). */
  readonly contactShare: number;
}

/** The terms that profit is reckoned by. `values`: money at stake, one a row, NaN where not known; null: not told. */
export function termsOf(campaign: Campaign, values: Float64Array | null): CampaignTerms {
  const { contactCost, offerCost, successRate, clientValue } = campaign;
  const value = values === null ? clientValue : values.map((own) => (Number.isNaN(own) ? clientValue : own));
  return { contactCost, offerCost, successRate, value };
}
