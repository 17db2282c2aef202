import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTextIndex, type TextIndex } from './text-index.ts';

function indexOf(texts: readonly string[]): TextIndex {
  const index = createTextIndex();
  for (const text of texts) index.add(text);
  return index;
}

/** Texts without lone surrogates, which UTF-8 cannot hold; often equal ones. */
const texts = fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', 'a', 'ab', 'é', '𝄞')));

describe('an index of texts', () => {
  it('numbers each text once, in the order of its first coming, and gives it back', () => {
    fc.assert(
      fc.property(texts, (given) => {
        const index = createTextIndex();
        const distinct = [...new Set(given)];
        expect(given.map((text) => index.add(text))).toEqual(given.map((text) => distinct.indexOf(text)));
        expect(index.length).toBe(distinct.length);
        expect(distinct.map((_, code) => index.text(code))).toEqual(distinct);
        expect(distinct.map((text) => index.codeOf(text))).toEqual(distinct.map((_, code) => code));
      }),
    );
    expect(indexOf(['a', 'b']).codeOf('c')).toBe(-1);
    expect(indexOf([]).codeOf('')).toBe(-1);
  });

  it('orders texts by their bytes', () => {
    fc.assert(
      fc.property(texts, (given) => {
        const index = indexOf(given);
        for (let code = 1; code < index.length; code++) {
          const wanted = Buffer.compare(Buffer.from(index.text(code - 1)), Buffer.from(index.text(code)));
          expect(Math.sign(index.compare(code - 1, code))).toBe(wanted);
        }
      }),
    );
  });

  it('is searched for a part, whatever the case of ASCII letters', () => {
    const index = indexOf(['7590-VHVEG', 'vhveg', 'VHVE', 'Ünal']);
    const matches = (part: string) => [0, 1, 2, 3].filter(index.containing(part));
    expect(matches('vhveg')).toEqual([0, 1]);
    expect(matches('ÜN')).toEqual([3]);
    expect(matches('')).toEqual([0, 1, 2, 3]);
    expect(matches('7590-vhvegx')).toEqual([]);
    index.add('VHVEG 2');
    expect([0, 1, 2, 3, 4].filter(index.containing('vhveg'))).toEqual([0, 1, 4]);
  });

  it('grows beyond its first block and its first slots', () => {
    const given = Array.from({ length: 20_000 }, (_, i) => `client ${i} ${'x'.repeat(i % 7)}`);
    const index = indexOf([...given, ...given]);
    expect(index.length).toBe(20_000);
    expect(index.text(19_999)).toBe(given[19_999]);
    expect(given.every((text, code) => index.codeOf(text) === code)).toBe(true);
  });
});
