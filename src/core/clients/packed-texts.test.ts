import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTextPacker, type PackedTexts } from './packed-texts.ts';

function pack(texts: readonly string[]): PackedTexts {
  const packer = createTextPacker(texts.length);
  for (const text of texts) packer.push(text);
  return packer.finish();
}

/** Texts without lone surrogates, which UTF-8 cannot hold; often equal ones. */
const texts = fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', 'a', 'ab', 'é', '𝄞')));

describe('packed texts', () => {
  it('give back every text, in the order of its bytes', () => {
    fc.assert(
      fc.property(texts, (given) => {
        const packed = pack(given);
        expect(packed.length).toBe(given.length);
        expect(given.map((_, i) => packed.text(i))).toEqual(given);
        for (let i = 1; i < given.length; i++) {
          const wanted = Buffer.compare(Buffer.from(given[i - 1] ?? ''), Buffer.from(given[i] ?? ''));
          expect(Math.sign(packed.compare(i - 1, i))).toBe(wanted);
        }
      }),
    );
  });

  it('find the last place of a text, and know which texts are the last of their kind', () => {
    fc.assert(
      fc.property(texts, (given) => {
        const packed = pack(given);
        const flags = packed.lastOfEach();
        for (const [i, text] of given.entries()) {
          expect(packed.lastIndexOf(text)).toBe(given.lastIndexOf(text));
          expect(flags[i]).toBe(given.lastIndexOf(text) === i ? 1 : 0);
        }
      }),
    );
    expect(pack(['a', 'b']).lastIndexOf('c')).toBe(-1);
  });

  it('are searched for a part, whatever the case of ASCII letters', () => {
    const packed = pack(['7590-VHVEG', 'vhveg', 'VHVE', 'Ünal']);
    const matches = (part: string) => [0, 1, 2, 3].filter(packed.containing(part));
    expect(matches('vhveg')).toEqual([0, 1]);
    expect(matches('ÜN')).toEqual([3]);
    expect(matches('')).toEqual([0, 1, 2, 3]);
    expect(matches('7590-vhvegx')).toEqual([]);
  });

  it('grow beyond their first block', () => {
    const given = Array.from({ length: 20_000 }, (_, i) => `client ${i} ${'x'.repeat(i % 7)}`);
    const packed = pack(given);
    expect(packed.text(19_999)).toBe(given[19_999]);
    expect(packed.lastIndexOf('client 12345 xxxx')).toBe(12_345);
  });
});
