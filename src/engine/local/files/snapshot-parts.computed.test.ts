import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { pruneSnapshots, SNAPSHOT_FOLDER } from './snapshot-file.ts';
import { computedPartOf, hasParts, partListPath, partPathsOf, writePartList } from './snapshot-parts.ts';

const home = mkdtempSync(join(tmpdir(), 'computed-parts-'));
afterAll(() => rmSync(home, { recursive: true }));

it('keeps the computed columns of a snapshot with the files that they belong to, and the list of these', () => {
  const folder = join(home, SNAPSHOT_FOLDER);
  mkdirSync(folder);
  const file = (name: string) => {
    writeFileSync(join(folder, name), '');
    return join(folder, name);
  };
  const parts = [file('base.parquet'), file('base-9.parquet')];
  writePartList(partListPath(folder, 'base'), parts);
  const path = file('made-computed.parquet');
  const list = partListPath(folder, 'made');
  writePartList(list, parts, { path, of: 'base', met: null });
  file('old-computed.parquet');
  writePartList(partListPath(folder, 'old'), parts, {
    path: join(folder, 'old-computed.parquet'),
    of: 'base',
    met: null,
  });
  expect(partPathsOf(list)).toEqual(parts);
  expect(computedPartOf(list)).toEqual({ name: 'made-computed.parquet', path, of: 'base', met: null });
  pruneSnapshots(home, ['made']);
  expect(readdirSync(folder).sort()).toEqual([
    ...['base-9.parquet', 'base.json', 'base.parquet', 'made-computed.parquet', 'made.json'],
  ]);
  expect(hasParts(list)).toBe(true);
  rmSync(path);
  expect(hasParts(list)).toBe(false);
});
