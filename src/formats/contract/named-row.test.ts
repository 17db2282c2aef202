import { describe, expect, it } from 'vitest';
import { rowNamer } from './named-row.ts';

const CONTRACT = {
  columns: [{ name: 'calls', role: 'numeric' as const, aliases: ['Supp_Calls', 'Anrufe'] }],
  positive: '1',
  negative: null,
  missingTexts: [],
};

describe('rowNamer', () => {
  const named = rowNamer(CONTRACT);

  it('renames aliases, and keeps every other name and the order', () => {
    expect(Object.entries(named({ x: 1, Supp_Calls: 2, y: null }))).toEqual([
      ['x', 1],
      ['calls', 2],
      ['y', null],
    ]);
  });

  it('gives the row itself where there is nothing to rename', () => {
    const row = { calls: 1, 'supp calls': 2 };
    expect(named(row)).toBe(row);
  });

  it.each([[{ calls: 1, Anrufe: 1 }], [{ Anrufe: 1, Supp_Calls: null }]])(
    'refuses %j by both names',
    (row) => {
      const [a, b] = Object.keys(row);
      expect(() => named<number | null>(row)).toThrow(`"${a}", "${b}", which are both the column "calls"`);
    },
  );
});
