import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FONT_FAMILY, FONT_FILES, fontPaths } from './fonts.ts';

describe('fontPaths', () => {
  it('finds the regular and the bold face, both of the family that charts ask for', () => {
    const paths = fontPaths();
    expect(paths.map((path) => basename(path))).toEqual(FONT_FILES);
    // A TrueType file holds its names as UTF-16, big end first.
    const family = Buffer.from(FONT_FAMILY, 'utf16le').swap16();
    for (const path of paths) expect(readFileSync(path).includes(family)).toBe(true);
  });
});
