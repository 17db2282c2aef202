import { describe, expect, it } from 'vitest';
import type { ModelInput } from '../columns/source-column.ts';
import { readRow, type SourceRow } from './row-inputs.ts';

const INPUTS: readonly ModelInput[] = [
  { name: 'used', kind: 'numeric' },
  { name: 'since', kind: 'numeric', derived: { kind: 'days_since', from: ['login', 'as_of'] } },
  { name: 'season', kind: 'numeric', derived: { kind: 'month', from: ['login'] } },
  { name: 'share', kind: 'numeric', derived: { kind: 'ratio', from: ['used', 'quota'] } },
];
const NOW = new Date('2024-03-01T22:00:00Z');

function read(row: SourceRow, now: Date | null = NOW): unknown[] {
  return readRow(INPUTS, row, now).columns.map((column) =>
    column.kind === 'numeric' ? column.values[0] : null,
  );
}

describe('a row with raw columns', () => {
  it('has what is made of them', () => {
    expect(read({ used: 3, quota: 4, login: '2024-02-28', as_of: '2024-03-01' })).toEqual([3, 2, 2, 0.75]);
  });

  it('is of the time that is given where it does not tell its own, but not where that is missing', () => {
    const row = { used: 3, quota: 4, login: '2024-02-29' };
    expect(read(row)).toEqual([3, 1, 2, 0.75]);
    expect(read({ ...row, as_of: null })).toEqual([3, Number.NaN, 2, 0.75]);
    expect(() => read(row, null)).toThrow('The row has no column "as_of", which the model reads');
  });

  it('may bring what would be made instead, and what can be made is made', () => {
    expect(read({ used: 3, since: 9, season: 5, share: 0.1 }, null)).toEqual([3, 9, 5, 0.1]);
    const both = {
      used: 3,
      quota: 4,
      login: '2024-02-28',
      as_of: '2024-03-01',
      since: 9,
      season: 5,
      share: 0.1,
    };
    expect(read(both)).toEqual([3, 2, 2, 0.75]);
    // The time of the request is not set against what the row says itself.
    expect(read({ used: 3, quota: 4, login: '2024-02-28', since: 9 })).toEqual([3, 9, 2, 0.75]);
  });

  it('misses what is made of a missing value', () => {
    const row = { used: null, quota: 0, login: ' ', as_of: '2024-03-01' };
    expect(read(row)).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  });

  it.each<[string, SourceRow, string]>([
    [
      'a date in another notation',
      { login: '29.02.2024' },
      'Column login of the row is "29.02.2024": expected a time such as',
    ],
    ['a day that is not', { login: '2023-02-29' }, 'Column login of the row is "2023-02-29"'],
    ['a number as a date', { login: 20240229 }, 'Column login of the row is 20240229: expected a time'],
    ['a text as a number', { quota: 'many' }, 'Column quota of the row is "many": expected a finite number'],
    [
      'a ratio beyond all numbers',
      { used: 1e90, quota: 1e-90 },
      'Column share of the row, made of used and quota, is',
    ],
  ])('refuses %s by its column', (_what, change, message) => {
    const row = { used: 1, quota: 2, login: '2024-01-01', as_of: '2024-03-01', ...change };
    expect(() => read(row)).toThrow(message);
  });

  it('names the raw columns that it lacks, each once, with near names', () => {
    const lacking = () => read({ used: 1, Quota: 2 });
    expect(lacking).toThrow(
      'The row has no columns "login", "quota", which the model reads; did you mean "Quota"',
    );
  });
});
