/** Values of the configuration as the code below names them. */
import type { Config } from '../config/schema.ts';
import type { Campaign } from '../core/metrics/campaign.ts';
import type { OutcomeRule } from '../engine/rows/history.ts';

/** When the outcome of a row is known. */
export function outcomeRuleOf({ labels }: Pick<Config, 'labels'>): Omit<OutcomeRule, 'now'> {
  const { horizon_days: horizonDays, meaning } = labels;
  return { horizonDays, meaning };
}

/** The terms of the campaign; null: there is none. */
export function campaignOf({ campaign }: Pick<Config, 'campaign'>): Campaign | null {
  if (campaign === null) return null;
  return {
    contactCost: campaign.contact_cost,
    offerCost: campaign.offer_cost,
    successRate: campaign.success_rate,
    clientValue: campaign.client_value,
    contactShare: campaign.contact_share,
  };
}
