import { describe, expect, it } from 'vitest';
import { termsOf } from '../../core/metrics/campaign.ts';
import { profitMoments } from '../../core/metrics/profit.ts';
import { profitSums } from './profit-sums.ts';

describe('profit sums', () => {
  const campaign = { contactCost: 1, offerCost: 20, successRate: 0.3, clientValue: 500, contactShare: 0.1 };
  const labels = { kind: 'numeric', values: Float64Array.of(1, 0, Number.NaN, 1, 0) } as const;
  const scores = { kind: 'numeric', values: Float64Array.of(0.9, 0.8, 0.7, 0.6, 0.1) } as const;
  const values = { kind: 'numeric', values: Float64Array.of(100, 200, 300, Number.NaN, 500) } as const;

  it('are those of the kernel, with the value of the campaign where a row has none', () => {
    const { init, add, answer } = profitSums({ label: 'left', score: 'risk', value: 'worth' }, 0.5, campaign);
    const found = answer(add(init(), [labels, scores, values], 5));
    expect(found).toEqual(profitMoments(labels.values, scores.values, 0.5, termsOf(campaign, values.values)));
    expect(found.mean * 4).toBeCloseTo(0.3 * 80 - 1 + (-20 - 1) + 0.3 * 480 - 1, 10);
  });

  it('count every client at the value of the campaign where the data does not tell it', () => {
    const { init, add, answer } = profitSums({ label: 'left', score: 'risk', value: null }, 0.5, campaign);
    const found = answer(add(init(), [labels, scores], 5));
    expect(found).toEqual(profitMoments(labels.values, scores.values, 0.5, termsOf(campaign, null)));
  });
});
