import { describe, expect, it } from 'vitest';
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
