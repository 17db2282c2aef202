import { describe, expect, it } from 'vitest';
import { columnCounts } from './column-counts.ts';

describe('counts of a column', () => {
  it('see what is missing in vectors of each kind', () => {
    const { init, add } = columnCounts('x', 'categorical');
    expect(add(init(), [{ kind: 'numeric', values: Float64Array.of(1, Number.NaN, 0) }], 3)).toEqual({
      rows: 3,
      missing: 1,
    });
    const codes = { kind: 'categorical', codes: Int32Array.of(-1, 0, -1), levels: ['a'] } as const;
    expect(add(init(), [codes], 3)).toEqual({ rows: 3, missing: 2 });
    expect(add(init(), [{ kind: 'text', values: [null, ''] }], 2)).toEqual({ rows: 2, missing: 1 });
  });
});
