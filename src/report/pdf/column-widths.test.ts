import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ColumnNeed, shareWidth } from './column-widths.ts';

const number: ColumnNeed = { natural: 40, least: 40, wide: false };
const text: ColumnNeed = { natural: 200, least: 50, wide: false };
const sentences: ColumnNeed = { natural: 900, least: 60, wide: true };

const needs = fc.array(
  fc
    .record({
      least: fc.integer({ min: 1, max: 150 }),
      more: fc.integer({ min: 0, max: 900 }),
      wide: fc.boolean(),
    })
    .map(({ least, more, wide }) => ({ natural: least + more, least, wide })),
  { minLength: 1, maxLength: 9 },
);

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('the widths of columns', () => {
  it('are natural where they fit, and sentences take the rest', () => {
    expect(shareWidth([number, { natural: 100, least: 30, wide: true }], 400)).toEqual([40, 360]);
    expect(shareWidth([number, { ...text, natural: 100 }], 400)).toEqual([40, 100]);
  });

  it('keep numbers whole while texts wrap and sentences keep a third', () => {
    const widths = shareWidth([text, number, number, text, sentences], 500) ?? [];
    expect(widths.slice(1, 3)).toEqual([40, 40]);
    expect(widths[4]).toBeCloseTo(170);
    expect(widths[0]).toBeGreaterThan(100);
    expect(sum(widths)).toBeCloseTo(500);
  });

  it('are none where not all of the least fits', () => {
    expect(shareWidth([number, number, number], 119)).toBeNull();
    expect(shareWidth([number, number, number], 120)).toEqual([40, 40, 40]);
  });

  it('never are less than the least, nor more than there is', () => {
    fc.assert(
      fc.property(needs, fc.integer({ min: 50, max: 600 }), (columns, available) => {
        const widths = shareWidth(columns, available);
        if (widths === null) return;
        expect(sum(widths)).toBeLessThanOrEqual(available + 1e-6);
        columns.forEach(({ least, natural, wide }, k) => {
          expect(widths[k]).toBeGreaterThanOrEqual(least - 1e-6);
          if (!wide) expect(widths[k]).toBeLessThanOrEqual(natural + 1e-6);
        });
      }),
    );
  });

  it('are found wherever the page is wide enough for the least and a quarter of sentences', () => {
    fc.assert(
      fc.property(needs, (columns) => {
        expect(shareWidth(columns, sum(columns.map(({ natural }) => natural)))).not.toBeNull();
      }),
    );
  });
});
