import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceColumn } from '../columns/source-column.ts';
import { type ColumnSpread, createSpreads, placeOf } from './spread.ts';

const N = { name: 'n', kind: 'numeric' } as const;
const C = { name: 'c', kind: 'categorical' } as const;
const numeric = (...values: number[]): SourceColumn => ({
  kind: 'numeric',
  values: Float64Array.from(values),
});
const flags = (length: number) => new Uint8Array(length).fill(1);

function spreadOf(values: readonly number[], cut = values.length): ColumnSpread {
  const builder = createSpreads([N], values.length, 0);
  for (const part of [values.slice(0, cut), values.slice(cut)]) {
    builder.add(
      { rows: part.length, columns: [{ kind: 'numeric', values: Float64Array.from(part) }] },
      flags(part.length),
    );
  }
  return builder.finish()[0] as ColumnSpread;
}

describe('the spread of a column', () => {
  it('places a number exactly, however the rows come in batches', () => {
    const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(Number.NaN));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), fc.nat(), (values, cut) => {
        const spread = spreadOf(values, cut % (values.length + 1));
        const known = values.filter((each) => !Number.isNaN(each));
        expect(spread).toMatchObject({ clients: values.length, missing: values.length - known.length });
        for (const each of known) {
          const share = (fits: (other: number) => boolean) => known.filter(fits).length / known.length;
          expect(placeOf(spread, numeric(each), 0)).toEqual({
            kind: 'number',
            value: each,
            below: share((other) => other < each),
            equal: share((other) => other === each),
            above: share((other) => other > each),
            complete: known.length === values.length,
          });
        }
      }),
    );
  });

  it('counts levels, missing ones apart, and passes over rows that are no clients', () => {
    const builder = createSpreads([N, C], 4, 0);
    const codes = Int32Array.of(0, 1, -1, 0, 0);
    const column: SourceColumn = { kind: 'categorical', codes, levels: ['a', 'b'] };
    builder.add(
      { rows: 5, columns: [numeric(9, 1, 2, 3, Number.NaN), column] },
      Uint8Array.of(0, 1, 1, 1, 1),
    );
    const [n, c] = builder.finish() as [ColumnSpread, ColumnSpread];
    expect(placeOf(n, numeric(9), 0)).toMatchObject({ below: 1, equal: 0, above: 0, complete: false });
    expect(placeOf(n, numeric(Number.NaN), 0)).toEqual({ kind: 'missing', share: 0.25 });
    expect(placeOf(c, column, 0)).toEqual({ kind: 'level', level: 'a', share: 0.5 });
    expect(placeOf(c, column, 2)).toEqual({ kind: 'missing', share: 0.25 });
    const unseen: SourceColumn = { kind: 'text', values: ['z', null] };
    expect(placeOf(c, unseen, 0)).toEqual({ kind: 'level', level: 'z', share: 0 });
    expect(placeOf(c, unseen, 1)).toEqual({ kind: 'missing', share: 0.25 });
  });

  it.each([65_537, 100_000, 400_000])(
    'of %d clients is within 0.65 of a point, in bounded memory',
    (rows) => {
      const values = Array.from({ length: rows }, (_, row) => (row * 7919) % rows);
      const spread = spreadOf(values, 30_000);
      expect(spread.kind === 'numeric' && spread.sorted.length).toBeLessThanOrEqual(65_536);
      expect(spread.kind === 'numeric' && spread.sorted.length).toBeGreaterThan(65_000);
      for (const share of [0.001, 0.1, 0.25, 0.5, 0.9, 0.999]) {
        const place = placeOf(spread, numeric(share * rows), 0);
        expect(place.kind === 'number' && Math.abs(place.below - share)).toBeLessThan(0.0065);
      }
    },
  );
});
