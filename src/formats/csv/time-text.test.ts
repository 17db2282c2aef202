import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTimeText, parseTimeText } from './time-text.ts';

describe('parseTimeText', () => {
  it.each([
    ['2024-01-31', Date.UTC(2024, 0, 31)],
    ['2024-02-29 09:30', Date.UTC(2024, 1, 29, 9, 30)],
    ['2024-01-31T09:30:05', Date.UTC(2024, 0, 31, 9, 30, 5)],
    ['2024-01-31T09:30:05,25Z', Date.UTC(2024, 0, 31, 9, 30, 5, 250)],
    ['2024-01-31T09:30+02', Date.UTC(2024, 0, 31, 7, 30)],
    ['2024-01-31T09:30:00-0530', Date.UTC(2024, 0, 31, 15, 0)],
    ['2024-01-31T00:15:00.5+05:45', Date.UTC(2024, 0, 30, 18, 30, 0, 500)],
    ['0099-12-31', new Date('0099-12-31').getTime()],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
  ])('reads %s as its moment, in UTC unless it says otherwise', (text, moment) => {
    expect(parseTimeText(text)).toBe(moment);
  });

  it.each(['', '2023-02-29', '2024-13-01', '31.01.2024', '2024-01-31T24:00', '2024-01-31T09:60', '20240131'])(
    'takes "%s" for no time',
    (text) => {
      expect(parseTimeText(text)).toBeNaN();
      expect(isTimeText(text)).toBe(false);
    },
  );

  it('reads back every moment that ISO 8601 is written for', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
        expect(parseTimeText(date.toISOString())).toBeCloseTo(date.getTime(), 3);
      }),
    );
  });
});
