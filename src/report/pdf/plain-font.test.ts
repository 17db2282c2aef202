import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fontPaths } from '../fonts.ts';
import { readPlainFont } from './plain-font.ts';

const folder = mkdtempSync(join(tmpdir(), 'font-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Tables of a TrueType file by their tags. */
function tablesOf(font: Buffer): Map<string, Buffer> {
  return new Map(
    Array.from({ length: font.readUInt16BE(4) }, (_, index) => {
      const at = 12 + 16 * index;
      const from = font.readUInt32BE(at + 8);
      return [font.toString('latin1', at, at + 4), font.subarray(from, from + font.readUInt32BE(at + 12))];
    }),
  );
}

describe.each([...fontPaths()])('the plain font of %s', (path) => {
  it('has every table of the font but those of layout, byte for byte', () => {
    const [whole, plain] = [tablesOf(readFileSync(path)), tablesOf(readPlainFont(path))];
    expect([...plain.keys()]).toEqual(
      [...whole.keys()].filter((tag) => !/^(GDEF|GPOS|GSUB|kern)$/.test(tag)),
    );
    expect(plain.size).toBeLessThan(whole.size);
    for (const [tag, table] of plain) expect(table.equals(whole.get(tag) ?? Buffer.alloc(0)), tag).toBe(true);
  });
});

it('leaves a file that is no TrueType font as it is', () => {
  for (const content of ['', 'OTTO and more than twelve bytes']) {
    const path = join(folder, 'other');
    writeFileSync(path, content);
    expect(readPlainFont(path).toString()).toBe(content);
  }
});
