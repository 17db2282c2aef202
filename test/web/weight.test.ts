import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CHROMIUM } from './chromium.ts';

describe.skipIf(CHROMIUM === null)('the bundle of the dashboard', () => {
  const assets = 'dist/web/assets';

  it('is less than 60 kB at first load, compressed', () => {
    const files = ['dist/web/index.html', ...readdirSync(assets).map((name) => join(assets, name))];
    const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
    expect(bytes).toBeLessThan(60_000);
  });

  it('has no inline script or style, which the content security policy would refuse', () => {
    const page = readFileSync('dist/web/index.html', 'utf8');
    expect(page).not.toMatch(/<style|style=|<script(?![^>]*\bsrc=)|\son\w+=/);
  });
});
