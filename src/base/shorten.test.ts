import { expect, it } from 'vitest';
import { quoted, shorten } from './shorten.ts';

it('leaves short texts, and tells how long the others were', () => {
  expect(shorten('x'.repeat(80))).toBe('x'.repeat(80));
  expect(shorten('x'.repeat(81))).toBe(`${'x'.repeat(80)}... (81 characters)`);
  expect(shorten('abc', 2)).toBe('ab... (3 characters)');
});

it('cuts no character in two', () => {
  expect(shorten('ab\u{1F600}c', 3)).toBe('ab... (5 characters)');
});

it('escapes what is quoted', () => {
  expect(quoted('a"\n\u001b')).toBe('"a\\"\\n\\u001b"');
});
