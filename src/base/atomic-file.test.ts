import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeUnfinished, temporaryName, writeFileAtomic } from './atomic-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atomic-file-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('writeFileAtomic', () => {
  it('makes the folder, replaces the file, and leaves nothing beside it', () => {
    const path = join(folder, 'new', 'a.txt');
    writeFileAtomic(path, 'one');
    writeFileAtomic(path, 'two');
    expect(readFileSync(path, 'utf8')).toBe('two');
    expect(readdirSync(dirname(path))).toEqual(['a.txt']);
  });

  it('leaves nothing behind where the name cannot be taken', () => {
    mkdirSync(join(folder, 'taken'));
    expect(() => writeFileAtomic(join(folder, 'taken'), 'text')).toThrow();
    expect(readdirSync(folder)).toEqual(['taken']);
  });
});

describe('removeUnfinished', () => {
  it('removes temporary files at any depth, and nothing else', () => {
    const kept = ['a.csv', '.hidden', '.b.part', 'deep/c.part', '.engine/t1.csv'];
    const left = ['a.csv', 'deep/b.json'].map((name) => temporaryName(join(folder, name)));
    for (const path of [...kept.map((name) => join(folder, name)), ...left]) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, '');
    }
    removeUnfinished(folder);
    for (const path of left) expect(existsSync(path)).toBe(false);
    for (const name of kept) expect(existsSync(join(folder, name))).toBe(true);
  });

  it('takes a folder that is not there', () => {
    expect(() => removeUnfinished(join(folder, 'absent'))).not.toThrow();
  });
});
