import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { directionOf, noteOddSigns } from './plausibility.ts';
import { TableTally } from './table-tally.ts';
import { chooseTarget } from './target-choice.ts';

const RULES = {
  missing: new Set(['']),
  parseNumber: (text: string) => (text === '' ? Number.NaN : Number(text)),
  isTime: () => false,
};

/** Shift of each column, in standard deviations, for clients that left. */
function notesOf(shifts: Readonly<Record<string, number>>, { rows = 400, seed = 1 } = {}): string[] {
  const names = [...Object.keys(shifts), 'churned'];
  const wishes = { target: 'churned', positive: null };
  const tally = new TableTally(names, { target: 'churned', rules: RULES, seed: 1 });
  const random = createRandom(seed);
  for (let row = 0; row < rows; row++) {
    const left = row % 4 === 0 ? 1 : 0;
    const numbers = Object.values(shifts).map((shift) => (random.normal() + shift * left).toFixed(3));
    tally.add([...numbers, String(left)]);
  }
  return noteOddSigns(tally, chooseTarget(tally, wishes));
}

describe('noteOddSigns', () => {
  it('notes signs that all point the wrong way, and how to turn the target round', () => {
    expect(notesOf({ support_calls: -1, tenure: 1 })).toEqual([
      'The signs look odd: in this file those with more "support_calls" leave less often, those with more "tenure" leave ' +
        'more often. Does "1" really mean left? Where it means stayed, say --positive "0".',
    ]);
  });

  it.each([
    ['the right signs', { support_calls: 1, tenure: -1 }],
    ['one wrong sign alone', { support_calls: -1, noise: 1 }],
    ['a right sign beside wrong ones', { support_calls: -1, tenure: 1, logins: -1 }],
    ['names that say nothing', { weight: -1, height: 1 }],
    ['shares, changes and prices of such things', { usage_change: 1, price_per_session: 1, tenure_ratio: 1 }],
  ])('says nothing about %s', (_, shifts) => {
    expect(notesOf(shifts)).toEqual([]);
  });

  it('takes no chance for a sign', () => {
    for (let seed = 0; seed < 200; seed++) {
      expect(notesOf({ support_calls: 0, tenure: 0, logins: 0, complaints: 0 }, { rows: 80, seed })).toEqual(
        [],
      );
    }
  });
});

describe('directionOf', () => {
  it.each([
    ['Customer service calls', 1],
    ['CustomerCareCalls', 1],
    ['late_payments', 1],
    ['days_since_last_login', 1],
    ['tenure', -1],
    ['Tenureinmonths ', -1],
    ['IsActiveMember', -1],
    ['NumOfProducts', -1],
    ['last_login', 0],
    ['usage_change_pct', 0],
    ['Total day calls', 0],
  ])('knows of %s: %i', (name, direction) => expect(directionOf(name)).toBe(direction));
});
