import { expect, it } from 'vitest';
import type { ComputedColumn } from '../columns/computed-column.ts';
import { computedPhrase } from './computed-phrase.ts';
import { reasonSentence } from './sentence.ts';
import type { Place } from './spread.ts';

const logins: ComputedColumn = { kind: 'events', name: 'logins_30', what: 'count', days: 30, type: 'login' };
const place = (value: number, below: number, complete = true): Place => ({
  kind: 'number',
  value,
  below,
  equal: 0,
  above: 1 - below,
  complete,
});

function say(column: ComputedColumn, value: number, below: number): string {
  return reasonSentence(column.name, place(value, below), computedPhrase(column));
}

it.each([
  [3, 0.2, '3 login events in the 30 days before, fewer than 80 % of clients'],
  [1, 1, '1 login event in the 30 days before, more than all clients'],
  [0, 0, 'no login event in the 30 days before, fewer than all clients'],
])('says %d events as a colleague would', (value, below, sentence) => {
  expect(say(logins, value, below)).toBe(sentence);
});

it('says amounts, days and changes in their own words', () => {
  const paid: ComputedColumn = { ...logins, what: 'sum', days: null, type: null };
  expect(say(paid, 12_345.5, 0.9)).toBe('the amount of events before is 12,345.5, more than 90 % of clients');
  const idle: ComputedColumn = { ...logins, what: 'days_since_last', days: null };
  expect(say(idle, 12, 0.7)).toBe('12 days since the last login event, longer than 70 % of clients');
  expect(say(idle, 0.25, 0.1)).toBe('0.25 days since the last login event, more recent than 90 % of clients');
  expect(say(idle, 1, 0.1)).toBe('1 day since the last login event, more recent than 90 % of clients');
  const change: ComputedColumn = { kind: 'change', name: 'c', column: 'seats' };
  expect(say(change, -2, 0.1)).toBe('seats is 2 lower than in the row before, lower than 90 % of clients');
  expect(say(change, 0, 0.6)).toBe('seats is as in the row before, higher than 60 % of clients');
});

it.each([
  [logins, 'login events in the 30 days before are not known'],
  [{ ...logins, what: 'days_since_last', type: null }, 'no event in the 30 days before'],
  [{ ...logins, what: 'sum', days: 1 }, 'the amount of login events in the day before is not known'],
  [{ kind: 'change', name: 'c', column: 'seats' }, 'how seats has changed since the row before is not known'],
] as const)('says what is missing of %o', (column, sentence) => {
  expect(reasonSentence('x', { kind: 'missing', share: 0.5 }, computedPhrase(column))).toBe(
    `${sentence} (50 % of clients)`,
  );
});
