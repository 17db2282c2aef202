import { Cron } from 'croner';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCronExpression } from './cron-expression.ts';

describe('a cron expression', () => {
  it('is read into the values of its fields', () => {
    expect(parseCronExpression('*/20  6-8\t1,15 jan-mar/2 mon,SUN')).toEqual({
      text: '*/20 6-8 1,15 jan-mar/2 mon,SUN',
      minutes: [0, 20, 40],
      hours: [6, 7, 8],
      days: [1, 15],
      months: [1, 3],
      weekdays: [0, 1],
      anyDay: false,
      anyWeekday: false,
    });
  });

  it('may be a nickname', () => {
    expect(parseCronExpression('@Daily').text).toBe('0 0 * * *');
    expect(parseCronExpression('@weekly').weekdays).toEqual([0]);
  });

  it('takes both 0 and 7 for Sunday', () => {
    expect(parseCronExpression('0 0 * * 7').weekdays).toEqual([0]);
    expect(parseCronExpression('0 0 * * 5-7').weekdays).toEqual([0, 5, 6]);
    expect(parseCronExpression('0 0 * * *').weekdays).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it.each([
    ['', 'no fields'],
    ['* * * *', '4 fields'],
    ['* * * * * *', '6 fields'],
    ['60 * * * *', 'minute is "60"'],
    ['* 24 * * *', 'hour is "24"'],
    ['* * 0 * *', 'day of the month is "0"'],
    ['* * * 13 *', 'month is "13"'],
    ['* * * * 8', 'weekday is "8"'],
    ['* * * foo *', 'month is "foo"'],
    ['*/0 * * * *', 'minute is "*/0"'],
    ['*/90 * * * *', 'minute is "*/90"'],
    ['5/10 * * * *', 'minute is "5/10"'],
    ['30-10 * * * *', 'minute is "30-10"'],
    ['1,,2 * * * *', 'minute is ""'],
    ['-1 * * * *', 'minute is "-1"'],
    ['@reboot', '1 fields'],
    ['0 0 30 2 *', 'day of the month 30 never comes'],
    ['0 0 31 4,6 *', 'day of the month 31 never comes'],
  ])('"%s" is refused since %s', (expression, place) => {
    expect(() => parseCronExpression(expression)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(place) }),
    );
  });

  it('means to the clock what its values say', () => {
    const field = (from: number, to: number) =>
      fc.oneof(
        fc.constant('*'),
        fc.integer({ min: 2, max: 5 }).map((step) => `*/${step}`),
        fc.uniqueArray(fc.integer({ min: from, max: to }), { minLength: 1, maxLength: 3 }).map(String),
        fc
          .tuple(fc.integer({ min: from, max: to }), fc.integer({ min: from, max: to }))
          .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
      );
    const expressions = fc
      .tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6))
      .map((fields) => fields.join(' '));
    fc.assert(
      fc.property(expressions, (expression) => {
        const parsed = parseCronExpression(expression);
        const times = new Cron(expression, { mode: '5-part' }).nextRuns(4, new Date(2026, 0, 1));
        expect(times.length).toBe(4);
        for (const time of times) {
          expect(parsed.minutes).toContain(time.getMinutes());
          expect(parsed.hours).toContain(time.getHours());
          expect(parsed.months).toContain(time.getMonth() + 1);
          const day = parsed.days.includes(time.getDate());
          const weekday = parsed.weekdays.includes(time.getDay());
          expect(parsed.anyDay || parsed.anyWeekday ? day && weekday : day || weekday).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});
