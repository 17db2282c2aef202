import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fontPaths } from '../fonts.ts';
import { charactersOf } from './font-characters.ts';

describe.each([...fontPaths()])('the characters of %s', (path) => {
  const has = charactersOf(readFileSync(path));
  const hasAll = (text: string) => [...text].map((each) => has(each.codePointAt(0) ?? 0));

  it('are those of European languages and the marks of the report', () => {
    expect(hasAll('AzéßŁżőčğΩжЯіћა–…•±→≥ 0%\u00a0')).not.toContain(false);
  });

  it('are not those of East and South Asia, nor what nothing is written with', () => {
    expect(hasAll('東京のカ한ไทयத\u{20000}\u{10ffff}\uffff')).not.toContain(true);
  });
});

it('are not guessed where a file is no such font', () => {
  expect(() => charactersOf(Buffer.alloc(12))).toThrow('the font has no table cmap');
});
