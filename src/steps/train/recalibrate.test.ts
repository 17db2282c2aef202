import { describe, expect, it } from 'vitest';
import type { ModelDocument } from '../../core/document/document.ts';
import { sigmoid } from '../../core/math/sigmoid.ts';
import type { ThresholdRule } from './decide.ts';
import { thresholdOf } from './recalibrate.ts';

const CAMPAIGN = { contactCost: 1, offerCost: 5, successRate: 0.3, clientValue: 60, contactShare: 0.2 };
const BREAK_EVEN = 6 / (0.3 * 55 + 5);
const SHIFT = -2;

function live(threshold: number, rule: string): Pick<ModelDocument, 'version' | 'threshold' | 'certificate'> {
  const certificate = { threshold: { rule, reason: 'test' } } as ModelDocument['certificate'];
  return { version: 'abc', threshold, certificate };
}

/** So many rows with risks from 0 to 1, of which every fourth left. */
function scored(rows: number, value: number | null = null) {
  return {
    probabilities: Float64Array.from({ length: rows }, (_, row) => (row + 0.5) / rows),
    labels: Float64Array.from({ length: rows }, (_, row) => Number(row % 4 === 3)),
    values: value === null ? null : new Float64Array(rows).fill(value),
  };
}

function thresholdBy(
  rule: ThresholdRule,
  rows: ReturnType<typeof scored>,
  model = live(0.3, String(rule)),
): number {
  const options = { threshold: rule, calibration: 'none', campaign: CAMPAIGN, seed: 1 } as const;
  return thresholdOf(model, rows, SHIFT, options).threshold;
}

describe('the threshold of a model whose risks are moved', () => {
  it('stays where a contact begins to pay, however few the rows are', () => {
    for (const rows of [1, 40, 400]) expect(thresholdBy('cost', scored(rows))).toBe(BREAK_EVEN);
    // Of clients of different value it was drawn on rows, and stays where these are too few.
    expect(thresholdBy('cost', scored(40, 60))).toBe(0.3);
    expect(thresholdBy('cost', scored(400, 60))).toBeCloseTo(BREAK_EVEN, 2);
  });

  it('moves along with the risks where the rows are too few to draw it by its rule', () => {
    const moved = sigmoid(Math.log(0.3 / 0.7) + SHIFT);
    expect(thresholdBy('f1', scored(76))).toBeCloseTo(moved, 12);
    expect(thresholdBy('budget', scored(99))).toBeCloseTo(moved, 12);
    expect(thresholdBy('cost', scored(40, 60), live(0.3, 'f1'))).toBeCloseTo(moved, 12);
  });

  it('is drawn by its rule where there are rows enough, and is a fixed one whatever there is', () => {
    expect(thresholdBy('budget', scored(100))).toBeCloseTo(sigmoid(Math.log(0.8 / 0.2) + SHIFT), 3);
    expect(thresholdBy('f1', scored(80))).not.toBeCloseTo(sigmoid(Math.log(0.3 / 0.7) + SHIFT), 6);
    expect(thresholdBy(0.4, scored(3))).toBe(0.4);
  });
});
