import { describe, expect, it } from 'vitest';
import { ColumnTally } from './column-tally.ts';

const RULES = {
  missing: new Set(['NA']),
  parseNumber: (text: string) => (text === '' ? Number.NaN : Number(text)),
  isTime: () => false,
};

describe('ColumnTally', () => {
  it('counts rows, gaps and numbers, and knows a counter', () => {
    const tally = new ColumnTally(RULES, 100, 0);
    for (const text of ['3', '4', '5']) tally.add(text, []);
    expect(tally).toMatchObject({
      counter: true,
      rows: 3,
      numbers: 3,
      min: 3,
      max: 5,
      distinct: 3,
      complete: true,
    });
    for (const text of [' ', '', 'NA', 'x', '5.5']) tally.add(text, []);
    expect(tally).toMatchObject({ counter: false, rows: 8, numbers: 4, empty: 2, integers: false });
    expect([...tally.missingTexts]).toEqual([['NA', 1]]);
    expect([...tally.oddTexts]).toEqual([['x', 1]]);
  });

  it('keeps the exact counts of frequent values of a column that has no end of them', () => {
    const tally = new ColumnTally(RULES, 50, 1);
    for (let row = 0; row < 3000; row++) tally.add(row % 3 === 0 ? '-999' : `${row}.25`, [row % 2]);
    expect(tally.values.get('-999')).toMatchObject({ rows: 1000, byClass: [500, 500] });
    expect(tally.values.size).toBe(1);
    expect(tally.firstTexts).toEqual(['-999', '1.25', '2.25']);
    expect(tally.complete).toBe(false);
    expect(Math.abs(tally.distinct / 2001 - 1)).toBeLessThan(0.1);
  });

  it('remembers that a value it dropped had rows of both classes', () => {
    const [mixed, pure] = [new ColumnTally(RULES, 50, 1), new ColumnTally(RULES, 50, 1)];
    for (let row = 0; row < 3000; row++) {
      const client = Math.floor(row / 2);
      mixed.add(`c${client}`, [row % 2]);
      pure.add(`c${client}`, [client % 2]);
    }
    expect([mixed.values.size, pure.values.size]).toEqual([0, 0]);
    expect([mixed.isMixed(0), pure.isMixed(0)]).toEqual([true, false]);
  });
});
