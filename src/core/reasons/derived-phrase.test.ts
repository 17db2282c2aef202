import { describe, expect, it } from 'vitest';
import type { DerivedColumn } from '../derived/derived-column.ts';
import { derivedPhrase } from './derived-phrase.ts';
import { reasonSentence } from './sentence.ts';
import type { Place } from './spread.ts';

const number = (value: number, below: number, above: number): Place => ({
  kind: 'number',
  value,
  below,
  equal: 1 - below - above,
  above,
  complete: true,
});

describe('the sentence on a derived column', () => {
  const since = { kind: 'days_since', from: ['last_login', 'as_of'] } as const;
  const until = { kind: 'days_until', from: ['end', 'as_of'] } as const;
  const month = { kind: 'month', from: ['signup'] } as const;
  const ratio = { kind: 'ratio', from: ['used', 'quota'] } as const;
  const difference = { kind: 'difference', from: ['total', 'used'] } as const;

  it.each<[DerivedColumn, Place, string]>([
    [since, number(43, 0.91, 0.08), '43 days since last_login, longer than 91 % of clients'],
    [since, number(1, 0.05, 0.9), '1 day since last_login, more recent than 90 % of clients'],
    [since, number(0, 0, 1), 'last_login is on the day of the row, more recent than all clients'],
    [since, number(-2, 0, 0.99), '2 days until last_login, more recent than 99 % of clients'],
    [since, number(12345, 1, 0), '12,345 days since last_login, longer than all clients'],
    [since, { kind: 'missing', share: 0.1 }, 'last_login is missing (10 % of clients)'],
    [until, number(30, 0.1, 0.85), '30 days until end, sooner than 85 % of clients'],
    [until, number(-1, 0.02, 0.97), '1 day since end, sooner than 97 % of clients'],
    [month, number(3, 0.2, 0.7), 'signup is in March (10 % of clients)'],
    [month, number(12, 0.5, 0.5), 'signup is in December (no other client)'],
    [ratio, number(0.5, 0.8, 0.1), 'used / quota is 0.5, higher than 80 % of clients'],
    [ratio, { kind: 'missing', share: 0 }, 'used / quota is missing (no other client)'],
    [difference, number(-3, 0.1, 0.8), 'total less used is -3, lower than 80 % of clients'],
  ])('of %j', (derived, place, sentence) => {
    expect(reasonSentence('n', place, derivedPhrase(derived))).toBe(sentence);
  });
});
