import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TidewatchError } from '../base/errors.ts';
import { type DataFolders, resolveDataPath } from './data-path.ts';

let top: string;
let allowed: DataFolders;

beforeAll(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'data-path-')));
  const root = join(top, 'workspace');
  for (const folder of ['testdata/deep', 'testdata/.hidden', 'sourcedata', 'testdata-old', 'models']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  const files = ['testdata/t.csv', 'testdata/deep/d.csv', 'testdata/.part.csv', 'testdata/.hidden/h.csv'];
  for (const name of [...files, 'sourcedata/s.csv', 'testdata-old/o.csv', 'models/m.json', 'config.json']) {
    writeFileSync(join(root, name), name);
  }
  writeFileSync(join(top, 'secret.csv'), 'secret');
  symlinkSync('t.csv', join(root, 'testdata/inside.csv'));
  symlinkSync('../../secret.csv', join(root, 'testdata/outside.csv'));
  symlinkSync('../models/m.json', join(root, 'testdata/model.csv'));
  symlinkSync(top, join(root, 'testdata/up'));
  symlinkSync('loop.csv', join(root, 'testdata/loop.csv'));
  symlinkSync(top, join(root, 'linked'));
  allowed = { root, folders: ['testdata', 'sourcedata', 'linked'].map((name) => join(root, name)) };
});
afterAll(() => rmSync(top, { recursive: true }));

async function codeOf(path: string): Promise<string> {
  const error: unknown = await resolveDataPath(path, allowed).catch((thrown: unknown) => thrown);
  return error instanceof TidewatchError ? error.code : `no error: ${String(error)}`;
}

describe('resolveDataPath', () => {
  it.each([
    ['testdata/t.csv', 'testdata/t.csv'],
    ['/testdata/t.csv', 'testdata/t.csv'],
    ['./testdata//t.csv', 'testdata/t.csv'],
    ['testdata/deep/d.csv', 'testdata/deep/d.csv'],
    ['testdata/inside.csv', 'testdata/t.csv'],
    ['sourcedata/s.csv', 'sourcedata/s.csv'],
  ])('takes %j for the workspace file %s', async (path, real) => {
    expect(await resolveDataPath(path, allowed)).toBe(join(allowed.root, real));
  });

  it.each([
    '../secret.csv',
    '/../secret.csv',
    'testdata/../../secret.csv',
    'testdata/../config.json',
    'testdata/deep/..',
    '/etc/passwd',
    '//etc/passwd',
    'config.json',
    'models/m.json',
    'testdata-old/o.csv',
    '',
    '/',
    'testdata/.part.csv',
    'testdata/.hidden/h.csv',
    'testdata/outside.csv',
    'testdata/model.csv',
    'testdata/up/secret.csv',
    'linked/secret.csv',
    'testdata/t.csv\0',
    'testdata/t.csv\n',
    'testdata\\t.csv',
    '..\\secret.csv',
    'C:/secret.csv',
    'file:///etc/passwd',
  ])('refuses %j as outside', async (path) => {
    expect(await codeOf(path)).toBe('path-outside-workspace');
  });

  it.each(['testdata/none.csv', 'testdata/t.csv/x', 'testdata/loop.csv', `testdata/${'n'.repeat(5000)}`])(
    'finds nothing under %.40s',
    async (path) => {
      expect(await codeOf(path)).toBe('not-found');
    },
  );

  it.each(['testdata', 'testdata/', 'testdata/deep'])('refuses the folder %s', async (path) => {
    expect(await codeOf(path)).toBe('request-invalid');
  });

  it('refuses an absolute path even to a file of the data folders', async () => {
    expect(await codeOf(join(allowed.root, 'testdata/t.csv'))).toBe('path-outside-workspace');
  });

  it('never gives a file outside the data folders, whatever is asked', async () => {
    const segment = fc.constantFrom(
      ...['..', '.', '', 'testdata', 'sourcedata', 'linked', 'up', 'workspace', 't.csv', 'secret.csv'],
      ...['outside.csv', 'deep', '.hidden', '%2e%2e', '\u2024\u2024', '...', '~', '\\', '\0', '..\\', 'etc'],
    );
    const path = fc.array(segment, { maxLength: 7 }).map((segments) => segments.join('/'));
    const inside = [join(allowed.root, 'testdata/'), join(allowed.root, 'sourcedata/')];
    await fc.assert(
      fc.asyncProperty(path, async (asked) => {
        const found: unknown = await resolveDataPath(asked, allowed).catch((error: unknown) => error);
        if (typeof found === 'string') expect(inside.some((folder) => found.startsWith(folder))).toBe(true);
        else expect(found).toBeInstanceOf(TidewatchError);
      }),
      { numRuns: 500 },
    );
  });
});
