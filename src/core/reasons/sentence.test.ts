import { describe, expect, it } from 'vitest';
import type { DerivedColumn } from '../derived/derived-column.ts';
import { reasonSentence, valueText } from './sentence.ts';
import type { Place } from './spread.ts';

const number = (value: number, below: number, above: number, complete = true): Place => ({
  kind: 'number',
  value,
  below,
  equal: 1 - below - above,
  above,
  complete,
});

describe('reasonSentence', () => {
  it.each<[Place, string]>([
    [number(3, 0.07, 0.92), 'n is 3, lower than 92 % of clients'],
    [number(3, 0.995, 0.004), 'n is 3, higher than 99 % of clients'],
    [number(3, 0.004, 0.99), 'n is 3, lower than 99 % of clients'],
    [number(0, 0, 0.16), 'n is 0, as for 84 % of clients'],
    [number(9, 1, 0), 'n is 9, higher than all clients'],
    [number(9, 0, 1), 'n is 9, lower than all clients'],
    [number(3, 0.2, 0.7, false), 'n is 3, lower than 70 % of the clients that have one'],
    [number(3, 1, 0, false), 'n is 3, higher than all the clients that have one'],
    [{ kind: 'level', level: 'Month-to-month', share: 0.5502 }, 'n is Month-to-month (55 % of clients)'],
    [{ kind: 'level', level: 'rare', share: 0.002 }, 'n is rare (under 1 % of clients)'],
    [{ kind: 'level', level: 'new', share: 0 }, 'n is new (no other client)'],
    [{ kind: 'missing', share: 0.013 }, 'n is missing (1 % of clients)'],
  ])('tells %j', (place, sentence) => {
    expect(reasonSentence('n', place)).toBe(sentence);
  });

  const since = { kind: 'days_since', from: ['last_login', 'as_of'] } as const;
  const until = { kind: 'days_until', from: ['end', 'as_of'] } as const;
  const month = { kind: 'month', from: ['signup'] } as const;
  it.each<[DerivedColumn, Place, string]>([
    [since, number(43, 0.91, 0.08), 'last_login was 43 days before, longer than 91 % of clients'],
    [since, number(1, 0.05, 0.9), 'last_login was 1 day before, shorter than 90 % of clients'],
    [since, number(0, 0, 1), 'last_login was on that day, shorter than all clients'],
    [since, number(-2, 0, 0.99), 'last_login is 2 days after, later than 99 % of clients'],
    [since, number(12345, 1, 0), 'last_login was 12,345 days before, longer than all clients'],
    [since, { kind: 'missing', share: 0.1 }, 'last_login is missing (10 % of clients)'],
    [until, number(30, 0.1, 0.85), 'end is in 30 days, sooner than 85 % of clients'],
    [until, number(-1, 0.02, 0.97), 'end was 1 day before, earlier than 97 % of clients'],
    [month, number(3, 0.2, 0.7), 'signup is in March (10 % of clients)'],
    [month, number(12, 0.5, 0.5), 'signup is in December (no other client)'],
    [
      { kind: 'ratio', from: ['used', 'quota'] },
      number(0.5, 0.8, 0.1),
      'used / quota is 0.5, higher than 80 % of clients',
    ],
    [
      { kind: 'difference', from: ['total', 'used'] },
      number(-3, 0.1, 0.8),
      'total less used is -3, lower than 80 % of clients',
    ],
  ])('tells of %j', (derived, place, sentence) => {
    expect(reasonSentence('n', place, derived)).toBe(sentence);
  });

  it('never claims a larger share than is true', () => {
    expect(reasonSentence('n', number(3, 0.899, 0.1))).toBe('n is 3, higher than 89 % of clients');
  });
});

describe('valueText', () => {
  it.each([
    [3, '3'],
    [2024, '2024'],
    [-12345, '-12,345'],
    [1234567.891, '1,234,568'],
    [29.85, '29.85'],
    [0.1 + 0.2, '0.3'],
    [1e21, '1e+21'],
    [-0.000012, '-0.000012'],
  ])('writes %d as %s', (value, text) => {
    expect(valueText(value)).toBe(text);
  });
});
