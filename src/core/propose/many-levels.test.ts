import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { type Proposal, propose } from './proposal.ts';
import { TableTally } from './table-tally.ts';

const WISHES = {
  ...{ target: 'churn', positive: null, id: null, time: null },
  ...{ use: [], leaveOut: [], numeric: [], categorical: [] },
};
const RULES = {
  missing: new Set(['']),
  parseNumber: (text: string) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN),
  isTime: () => false,
};

function proposalOf(rows: number, rowOf: (row: number) => Readonly<Record<string, string>>): Proposal {
  const names = Object.keys(rowOf(0));
  const tally = new TableTally(names, { target: 'churn', rules: RULES, seed: 1 });
  for (let row = 0; row < rows; row++) tally.add(Object.values(rowOf(row)));
  return propose(tally, WISHES);
}

function roleOf({ decisions }: Proposal, name: string): string | undefined {
  const found = decisions.find(({ column }) => column === name);
  return found?.suspect ?? found?.role;
}

describe('a column of many levels', () => {
  it('is a category where levels come again and their outcomes differ, be they 20,000', () => {
    const random = createRandom(2);
    const rates = Array.from({ length: 20_000 }, () => random.uniform() ** 3);
    const proposal = proposalOf(80_000, (row) => {
      const shop = random.below(20_000);
      return {
        customer_id: `c${row}`,
        shop: `shop ${shop}`,
        shop_code: `${10_000 + shop}`,
        idle: `s${random.below(20_000)}`,
        usage: random.normal().toFixed(2),
        churn: random.uniform() < (rates[shop] as number) ? '1' : '0',
      };
    });
    expect(roleOf(proposal, 'shop')).toBe('categorical');
    expect(roleOf(proposal, 'shop_code')).toBe('categorical');
    expect(roleOf(proposal, 'idle')).toBe('no-signal');
  });

  it('is a key where each level is of one client that has many rows', () => {
    const random = createRandom(3);
    const doomed = Array.from({ length: 600 }, () => random.uniform() < 0.3);
    const proposal = proposalOf(3000, (row) => ({
      customer_id: `c${row % 600}`,
      file: `f${((row % 600) * 7919) % 100_003}`,
      usage: random.normal().toFixed(2),
      churn: doomed[row % 600] === true ? '1' : '0',
    }));
    expect(roleOf(proposal, 'file')).toBe('key');
    expect(proposal.columns.categorical).toEqual([]);
  });

  it.each([
    [
      'names',
      (row: number) =>
        `Anna${'abcdefghij'[row % 10]} ${'BCDFGHJKLM'[Math.floor(row / 10) % 10]}${'aeiou'.repeat(1 + Math.floor(row / 100))}`,
      'personal',
    ],
    ['keys', (row: number) => `x-${row * 31}`, 'key'],
    ['sentences', (row: number) => `asked for ${row * 7} things by phone`, 'free-text'],
  ])('of unique %s is called what it is', (_what, value, kind) => {
    const random = createRandom(4);
    const proposal = proposalOf(600, (row) => ({
      customer_id: `c${row}`,
      thing: value(row),
      usage: random.normal().toFixed(2),
      churn: row % 3 === 0 ? '1' : '0',
    }));
    expect(roleOf(proposal, 'thing')).toBe(kind);
  });
});
