import { describe, expect, it } from 'vitest';
import { columnsSchema, configSchema } from './schema.ts';

type Columns = Parameters<typeof columnsSchema.parse>[0];

const BASE = {
  id: 'client',
  target: 'left',
  numeric: ['used', 'quota'],
  categorical: ['plan'],
  value: 'fee',
  segment: 'region',
  time: 'as_of',
};

function faultsOf(columns: Columns): string[] {
  const { error } = columnsSchema.safeParse(columns);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('columns.derived', () => {
  it('takes every kind over raw columns that are used and that are not', () => {
    const derived = {
      since: { days_since: 'login' },
      until: { days_until: 'end' },
      season: { month: 'as_of' },
      share: { ratio: ['used', 'limit'] as [string, string] },
      rest: { difference: ['fee', 'used'] as [string, string] },
    };
    expect(faultsOf({ ...BASE, derived })).toEqual([]);
  });

  it('is enough to learn from, and may have ranges and a direction', () => {
    const derived = { since: { days_since: 'login' } };
    const columns = { ...BASE, numeric: [], categorical: [], derived, ranges: { since: { min: 0 } } };
    expect(faultsOf(columns)).toEqual([]);
    const folders = {
      input_folder_path: 'a',
      output_folder_path: 'b',
      test_data_path: 'c',
      output_model_path: 'd',
      prod_deployment_path: 'e',
    };
    const parsed = configSchema.safeParse({ ...folders, columns: { ...columns, monotone: { since: 1 } } });
    expect(parsed.error?.issues ?? []).toEqual([]);
  });

  it.each<[string, object]>([
    ['nothing', {}],
    ['two ways at once', { ratio: ['used', 'quota'], month: 'as_of' }],
    ['an unknown way', { product: ['used', 'quota'] }],
    ['one column of two', { ratio: ['used'] }],
  ])('made of %s is told the ways that there are', (_what, made) => {
    const derived = { share: made } as never;
    expect(faultsOf({ ...BASE, derived })).toEqual([
      expect.stringMatching(
        /^derived\.share: expected one way to make it: .*"days_since".*"ratio".*"events"/,
      ),
    ]);
  });

  it.each<[string, Columns, RegExp]>([
    [
      'a name that is taken',
      { derived: { used: { month: 'login' } } },
      /derived\.used: has the name .*columns\.numeric/,
    ],
    ['the name of the target', { derived: { left: { month: 'login' } } }, /derived\.left: has the name/],
    ['the target', { derived: { x: { ratio: ['left', 'used'] } } }, /"left", the target/],
    [
      'the id',
      { derived: { x: { difference: ['client', 'used'] } } },
      /"client", which "columns\.id" names; expected a column of numbers/,
    ],
    [
      'a text as a number',
      { derived: { x: { ratio: ['used', 'plan'] } } },
      /"plan".*expected a column of numbers/,
    ],
    ['a number as a date', { derived: { x: { days_since: 'used' } } }, /"used".*expected a column of dates/],
    [
      'a date as a number',
      { derived: { x: { ratio: ['used', 'as_of'] } } },
      /"as_of".*expected a column of numbers/,
    ],
    ['a segment as a date', { derived: { x: { month: 'region' } } }, /"region".*expected a column of dates/],
    [
      'days without a time of the row',
      { time: null, derived: { x: { days_until: 'end' } } },
      /columns\.time/,
    ],
    ['days between the time and itself', { derived: { x: { days_since: 'as_of' } } }, /always 0/],
    [
      'a row time that is a number',
      { numeric: ['as_of'], derived: { x: { days_since: 'login' } } },
      /"as_of".*expected a column of dates/,
    ],
    ['one column twice', { derived: { x: { ratio: ['used', 'used'] } } }, /takes "used" twice/],
    [
      'a derived column',
      { derived: { x: { month: 'login' }, y: { ratio: ['x', 'used'] } } },
      /"x", which is derived itself/,
    ],
    ['two kinds at once', { derived: { x: { month: 'login', days_since: 'login' } as never } }, /derived\.x/],
  ])('refuses %s', (_what, change, fault) => {
    const faults = faultsOf({ ...BASE, ...(change as object) });
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.join('\n')).toMatch(fault);
  });
});
