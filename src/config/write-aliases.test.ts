import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadWorkspace } from './load.ts';
import { writeAliases } from './write-aliases.ts';

const FOLDERS = {
  input_folder_path: 'in',
  output_folder_path: 'out',
  test_data_path: 'test',
  output_model_path: 'models',
  prod_deployment_path: 'live',
};
const COLUMNS = { id: 'client', target: 'left', numeric: ['calls', 'fee'], categorical: ['plan'] };

let root: string;
let path: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'aliases-'));
  path = join(root, 'config.json');
  write(COLUMNS);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(columns: object): void {
  writeFileSync(path, `${JSON.stringify({ ...FOLDERS, columns, seed: 5 }, null, 2)}\n`, { mode: 0o640 });
}

describe('writeAliases', () => {
  it('adds to config.json what is new, and keeps the rest, its order and its rights', () => {
    const before = readFileSync(path, 'utf8');
    const mode = statSync(path).mode;
    expect(writeAliases(root, [{ alias: 'Supp Calls', column: 'calls' }])).toHaveLength(1);
    expect(loadWorkspace(root).config.columns.aliases).toEqual({ 'Supp Calls': 'calls' });
    const after = readFileSync(path, 'utf8');
    expect(after.replace(/,\n {4}"aliases": \{[^}]*\}/, '')).toBe(before);
    expect(statSync(path).mode).toBe(mode);
    expect(writeAliases(root, [{ alias: 'Supp Calls', column: 'calls' }])).toEqual([]);
    writeAliases(root, [
      { alias: 'Fee €', column: 'fee' },
      { alias: 'Tarif', column: 'plan' },
    ]);
    expect(loadWorkspace(root).config.columns.aliases).toEqual({
      'Supp Calls': 'calls',
      'Fee €': 'fee',
      Tarif: 'plan',
    });
  });

  it.each([
    [
      'of a column that there is none of',
      'X',
      'cals',
      /"cals", which no other key of "columns" names; did you mean "calls"\?/,
    ],
    [
      'that is a column itself',
      'fee',
      'calls',
      /"fee" is a column itself, by "columns.numeric", so it cannot stand for "calls"/,
    ],
    ['that is its own name', 'fee', 'fee', /"fee" is a column itself/],
    ['of no letters', '', 'fee', /nothing was written/],
  ])('refuses an alias %s and writes nothing', (_what, alias, column, reason) => {
    const before = readFileSync(path, 'utf8');
    expect(() => writeAliases(root, [{ alias, column }])).toThrow(reason);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('refuses an alias that stands for another column, in the file or in the same call', () => {
    writeAliases(root, [{ alias: 'A', column: 'fee' }]);
    expect(() => writeAliases(root, [{ alias: 'A', column: 'calls' }])).toThrow(
      /"A" stands for "fee" already/,
    );
    expect(() =>
      writeAliases(root, [
        { alias: 'B', column: 'fee' },
        { alias: 'B', column: 'calls' },
      ]),
    ).toThrow(/"B" stands for "fee" already/);
  });

  it('lets an alias stand for what a derived column is made of, and not for the derived one', () => {
    write({ ...COLUMNS, time: 'as_of', derived: { age: { days_since: 'signup' } } });
    writeAliases(root, [{ alias: 'Sign-up', column: 'signup' }]);
    expect(() => writeAliases(root, [{ alias: 'Alter', column: 'age' }])).toThrow(
      /"age", which "columns.derived" makes of other columns/,
    );
  });
});
