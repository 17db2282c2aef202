import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder } from './make-folder.ts';

describe('makeFolder', () => {
  let home = '';
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'make-folder-'));
  });
  afterAll(() => rmSync(home, { recursive: true }));

  it('makes what is absent, and leaves what is there', () => {
    makeFolder(join(home, 'a/b/c'));
    writeFileSync(join(home, 'a/b/c/kept'), 'kept');
    makeFolder(join(home, 'a/b/c'));
    makeFolder(join(home, 'a/b'));
    makeFolder('/');
    expect(readFileSync(join(home, 'a/b/c/kept'), 'utf8')).toBe('kept');
  });

  it('follows a link to a folder', () => {
    mkdirSync(join(home, 'real'));
    symlinkSync('real', join(home, 'link'));
    makeFolder(join(home, 'link/below'));
    makeFolder(join(home, 'link'));
    expect(statSync(join(home, 'real/below')).isDirectory()).toBe(true);
  });

  it('refuses a file, what lies below one, and a link that leads nowhere', () => {
    writeFileSync(join(home, 'file'), '');
    symlinkSync('gone', join(home, 'dangling'));
    for (const path of ['file', 'file/below', 'dangling', 'dangling/below'])
      expect(() => makeFolder(join(home, path)), path).toThrow(/E(?:EXIST|NOTDIR|NOENT)/);
  });

  it.runIf(existsSync('/proc/self'))('ends where no folder can be made', () => {
    for (const path of ['/proc/tidewatch', '/proc/tidewatch/below'])
      expect(() => makeFolder(path), path).toThrow(
        'The folder /proc/tidewatch cannot be made: /proc is a place of the system that takes no folders.',
      );
  });
});
