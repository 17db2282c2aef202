import { describe, expect, it } from 'vitest';
import { confusionCounts } from './confusion-counts.ts';

describe('confusion counts', () => {
  const { init, add, read } = confusionCounts({ label: 'left', score: 'risk' }, 0.5);

  it('flag scores above the threshold, not at it, and pass over rows without a label', () => {
    const labels = { kind: 'numeric', values: Float64Array.of(1, 1, 0, 0, Number.NaN, 1) } as const;
    const scores = {
      kind: 'numeric',
      values: Float64Array.of(0.6, 0.5, 0.51, 0.1, 0.9, Number.NaN),
    } as const;
    expect(add(init(), [labels, scores], 6)).toEqual({ tn: 1, fp: 1, fn: 2, tp: 1 });
  });

  it('of an answer without rows are 0', () => {
    expect(read([[null, null, null, null]])).toEqual(init());
  });
});
