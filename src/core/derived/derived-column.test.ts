import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTimeText } from '../values/iso-time.ts';
import { dayOf, derive, derivedWords, isSameDerived, rowTimeOf } from './derived-column.ts';

const day = (text: string) => dayOf(parseTimeText(text));

describe('derive', () => {
  it.each<[string, string, number]>([
    ['2024-01-31', '2024-01-31', 0],
    ['2024-02-28', '2024-03-01', 2],
    ['2023-02-28', '2023-03-01', 1],
    ['2000-02-28', '2000-03-01', 2],
    ['1900-02-28', '1900-03-01', 1],
    ['2023-12-31', '2024-12-31', 366],
    ['1969-12-31', '1970-01-01', 1],
    ['1969-12-31T23:59:59.999Z', '1970-01-01T00:00:00Z', 1],
    // A day of the calendar, however many hours lie between.
    ['2024-05-01T23:59:00Z', '2024-05-02T00:01:00Z', 1],
    ['2024-05-01T00:01:00Z', '2024-05-01T23:59:00Z', 0],
    // In UTC, whatever the zone says.
    ['2024-05-01T23:30:00-01:00', '2024-05-02', 0],
    ['2024-05-02T00:30:00+01:00', '2024-05-02', 1],
    // Across a change to summer time in any zone.
    ['2024-03-31T01:30:00+01:00', '2024-04-01T03:30:00+02:00', 1],
    ['2024-06-30', '2024-06-01', -29],
    ['0001-01-01', '9999-12-31', 3_652_058],
  ])('counts days from %s to %s: %d', (date, time, days) => {
    expect(derive('days_since', [day(date), day(time)])).toBe(days);
    expect(derive('days_until', [day(date), day(time)])).toBe(days === 0 ? 0 : -days);
  });

  it.each<[string, number]>([
    ['2024-01-01', 1],
    ['2024-02-29', 2],
    ['2024-12-31', 12],
    ['2024-12-31T23:30:00-01:00', 1],
    ['1969-12-31T23:59:59Z', 12],
  ])('takes the month of %s as %d', (date, month) => {
    expect(derive('month', [day(date)])).toBe(month);
  });

  it('divides and subtracts, and has nothing for a divisor of 0', () => {
    expect(derive('ratio', [1, 3])).toBe(1 / 3);
    expect(derive('ratio', [1, 0])).toBeNaN();
    expect(derive('ratio', [0, 0])).toBeNaN();
    expect(derive('ratio', [1, -0])).toBeNaN();
    expect(derive('ratio', [1e300, 1e-300])).toBe(Number.POSITIVE_INFINITY);
    expect(derive('difference', [0.3, 0.1])).toBe(0.3 - 0.1);
  });

  it('has no -0, and is missing where a raw value is', () => {
    const raw = fc.oneof(
      fc.constantFrom(0, -0, Number.NaN),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    const kind = fc.constantFrom('days_since', 'days_until', 'ratio', 'difference' as const);
    fc.assert(
      fc.property(kind, raw, raw, (of, first, second) => {
        const value = derive(of, [first, second]);
        expect(Object.is(value, -0)).toBe(false);
        if (Number.isNaN(first) || Number.isNaN(second)) expect(value).toBeNaN();
      }),
    );
    expect(derive('month', [Number.NaN])).toBeNaN();
  });
});

describe('a derived column', () => {
  const since = { kind: 'days_since', from: ['login', 'as_of'] } as const;

  it('knows the column with the time of the row', () => {
    expect(rowTimeOf(since)).toBe('as_of');
    expect(rowTimeOf({ kind: 'month', from: ['login'] })).toBeNull();
  });

  it('is the same as another one made alike, and not as one of other columns or none', () => {
    expect(isSameDerived(since, { kind: 'days_since', from: ['login', 'as_of'] })).toBe(true);
    expect(isSameDerived(since, { ...since, kind: 'days_until' })).toBe(false);
    expect(isSameDerived(since, { ...since, from: ['login', 'seen'] })).toBe(false);
    expect(isSameDerived(since, undefined)).toBe(false);
    expect(isSameDerived(undefined, undefined)).toBe(true);
  });

  it('is told in words', () => {
    expect(derivedWords(since)).toBe('days from login to the time of the row (as_of)');
    expect(derivedWords({ kind: 'ratio', from: ['used', 'quota'] })).toBe('used divided by quota');
  });
});
