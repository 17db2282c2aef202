import { describe, expect, it } from 'vitest';
import { binReader } from './binned-column.ts';

describe('bins of a column', () => {
  it('of levels follow the level, whatever its code in a batch', () => {
    const bins = { kind: 'categorical', bins: 2, binOf: Uint8Array.of(0, 1, 1) } as const;
    const read = binReader({ name: 'plan', bins, levels: ['a', 'b', 'c'] });
    const codes = {
      kind: 'categorical',
      codes: Int32Array.of(0, 1, 2, -1, 3),
      levels: ['c', 'new', 'a', ''],
    } as const;
    expect([...read(codes)]).toEqual([1, 255, 0, 255, 255]);
    expect([...read({ kind: 'text', values: ['b', null, 'a', ''] })]).toEqual([1, 255, 0, 255]);
    expect(() => read({ kind: 'numeric', values: Float64Array.of(1) })).toThrow(/expected levels/);
  });

  it('of numbers end at the cuts', () => {
    const read = binReader({
      name: 'x',
      bins: { kind: 'numeric', bins: 3, cuts: Float64Array.of(1, 2) },
      levels: [],
    });
    expect([...read({ kind: 'numeric', values: Float64Array.of(1, 1.5, 9, Number.NaN) })]).toEqual([
      0, 1, 2, 255,
    ]);
  });
});
