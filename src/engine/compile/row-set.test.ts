import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowSet } from './row-set.ts';

function distinct(lines: readonly string[], expected = 0): { text: string; set: RowSet } {
  const parts: string[] = [];
  const set = new RowSet((bytes) => parts.push(Buffer.from(bytes).toString()));
  if (expected > 0) set.expect(expected);
  for (const line of lines) {
    const bytes = Buffer.from(line);
    set.reserve(bytes.length);
    set.block.set(bytes, set.position);
    set.add(set.position + bytes.length);
  }
  set.settle();
  return { text: parts.join(''), set };
}

describe('RowSet', () => {
  it('keeps the first of equal lines, in order', () => {
    const line = fc.oneof(
      fc.nat(40).map(String),
      fc.string({ unit: fc.constantFrom('a', 'b', ','), maxLength: 9 }),
      fc.constant('"x\n"'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 300 }), (texts) => {
        const lines = texts.map((text) => `${text}\n`);
        const { text, set } = distinct(lines);
        expect(text).toBe([...new Set(lines)].join(''));
        expect([set.kept, set.duplicates]).toEqual([new Set(lines).size, lines.length - new Set(lines).size]);
      }),
    );
  });

  it('does so over many groups and blocks, with and without knowing how many will come', () => {
    const lines = Array.from(
      { length: 400_000 },
      (_, i) => `client-${(i * 7919) % 300_000},some text to fill,1\n`,
    );
    const wanted = [...new Set(lines)].join('');
    for (const expected of [0, 1000, 400_000]) expect(distinct(lines, expected).text === wanted).toBe(true);
  });

  it('takes a line that is longer than a block', () => {
    const long = `${'x'.repeat(5_000_000)}\n`;
    expect(distinct(['a\n', long, 'b\n', long, 'a\n']).text).toBe(`a\n${long}b\n`);
  });
});
