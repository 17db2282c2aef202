import { describe, expect, it } from 'vitest';
import { plainText, serialTime, textField } from './cell-text.ts';
import { isDateFormat } from './styles.ts';

describe('serialTime', () => {
  // What Excel shows for these numbers of days.
  it.each([
    [1, false, '1900-01-01'],
    [59, false, '1900-02-28'],
    [61, false, '1900-03-01'],
    [25_569, false, '1970-01-01'],
    [45_658, false, '2025-01-01'],
    [45_658.75, false, '2025-01-01T18:00:00'],
    [45_658.999_999_999, false, '2025-01-02'],
    [45_658 + 1 / 86_400_000, false, '2025-01-01T00:00:00.001'],
    [2_958_465, false, '9999-12-31'],
    [0, true, '1904-01-01'],
    [44_196, true, '2025-01-01'],
  ])('reads %d (from 1904: %s) as %s', (days, counts1904, text) => {
    expect(serialTime(days, counts1904)).toBe(text);
  });

  it.each([-1, 0, 0.5, 2_958_466, 1e12, Number.NaN, Number.POSITIVE_INFINITY])(
    'reads no date in %d',
    (days) => {
      expect(serialTime(days, false)).toBeNull();
    },
  );
});

describe('isDateFormat', () => {
  it.each([
    'dd/mm/yyyy',
    'd\\.m\\.yy',
    '[$-407]d. mmmm yyyy;@',
    'mmm',
    'yyyy"-Q"',
    'm/d/yy h:mm',
    'e',
    '[Red]dddd',
  ])('takes %s for a date', (code) => expect(isDateFormat(code)).toBe(true));
  it.each([
    'General',
    '0.00',
    '0%',
    '0.00E+00',
    '[h]:mm:ss',
    'h:mm AM/PM',
    'mm:ss.0',
    '"days" 0',
    '0 "year"',
    '\\d0',
    '#,##0;[Red]-#,##0',
    '@',
    '',
  ])('takes %s for none', (code) => expect(isDateFormat(code)).toBe(false));
});

describe('textField', () => {
  it.each(['a', 'a "b" ""', ',', '\n', ' ', '_x', 'ä'])('gives %j back by plainText', (text) => {
    expect(plainText(textField(text))).toBe(text);
  });
  it('undoes escapes of characters, but for those that no text has', () => {
    expect(plainText(textField('_x0009__x0000__xD800_'))).toBe('\t_x0000__xD800_');
    expect(textField('')).toBe('');
  });
});
