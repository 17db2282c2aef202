import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceColumn } from '../columns/source-column.ts';
import { createRowHasher } from './row-hasher.ts';

function hash(rows: number, ...columns: SourceColumn[]): bigint[] {
  const hasher = createRowHasher(rows);
  for (const column of columns) hasher.add(column);
  return [...hasher.finish()];
}

const numbers = (...values: number[]): SourceColumn => ({
  kind: 'numeric',
  values: Float64Array.from(values),
});
const texts = (...values: (string | null)[]): SourceColumn => ({ kind: 'text', values });

describe('createRowHasher', () => {
  it('gives these keys on every machine and in every version', () => {
    const keys = hash(
      3,
      numbers(1, -2.5, Number.NaN),
      texts('acme', 'ÜÑ 😀', null),
      numbers(0, 1e300, 5e-324),
    );
    expect(keys).toEqual([17077363298079881250n, 1948227399164272395n, 14913788259467412012n]);
  });

  it('gives a million rows of a few small numbers keys of their own', () => {
    const side = 100;
    const of = (step: number): SourceColumn => ({
      kind: 'numeric',
      values: Float64Array.from({ length: side ** 3 }, (_, i) => Math.floor(i / step) % side),
    });
    expect(new Set(hash(side ** 3, of(1), of(side), of(side * side))).size).toBe(side ** 3);
  });

  it('turns about half of the bits of a key with any bit of a value', () => {
    const words = new BigUint64Array(64).map((_, bit) => 0x3ff0000000000000n ^ (1n << BigInt(bit)));
    const flipped = new Float64Array(words.buffer).map((value) => (Number.isNaN(value) ? 0 : value));
    const one = hash(1, numbers(1), numbers(7))[0] ?? 0n;
    const keys = hash(64, { kind: 'numeric', values: flipped }, numbers(...Array(64).fill(7)));
    const turned = keys.map((key) => (key ^ one).toString(2).replaceAll('0', '').length);
    expect(Math.min(...turned)).toBeGreaterThan(12);
    expect(turned.reduce((sum, count) => sum + count, 0) / 64).toBeCloseTo(32, -0.5);
  });

  it('takes the same text as equal and another as different, whatever their characters', () => {
    const text = fc.option(fc.string({ unit: 'binary', maxLength: 12 }));
    fc.assert(
      fc.property(text, text, text, text, (a, b, c, d) => {
        const [left, right] = hash(2, texts(a, c), texts(b, d));
        expect(left === right).toBe(a === c && b === d);
      }),
      { numRuns: 500 },
    );
  });

  it('takes a category by its text, not by its code', () => {
    const codes = Int32Array.of(1, 0, -1);
    const [coded, plain] = [
      hash(3, { kind: 'categorical', codes, levels: ['b', 'a'] }),
      hash(3, texts('a', 'b', null)),
    ];
    expect(coded).toEqual(plain);
  });

  it('tells a text that ends in NUL, and a number from its text', () => {
    expect(new Set(hash(5, texts('a', 'a\0', 'a\0\0', '', '\0'))).size).toBe(5);
    expect(hash(1, numbers(5))).not.toEqual(hash(1, texts('5')));
  });
});
