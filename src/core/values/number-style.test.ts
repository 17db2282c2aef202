import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberFault } from './number-fault.ts';
import { type NumberStyle, numberReader, PLAIN_STYLE } from './number-style.ts';
import { STYLES } from './style-tally.ts';

const read = (text: string, style: Partial<NumberStyle> = {}): number =>
  numberReader({ ...PLAIN_STYLE, ...style })(text);

const EURO = { decimal: ',', thousands: '.', unit: '€' } as const;
const DOLLAR = { decimal: '.', thousands: ',', unit: '$' } as const;
const SWISS = { decimal: '.', thousands: "'", unit: 'CHF' } as const;
const FRENCH = { decimal: ',', thousands: ' ', unit: 'EUR' } as const;
const PERCENT = { unit: '%' } as const;

describe('numberReader', () => {
  it.each<[string, Partial<NumberStyle>, number]>([
    ['1234.5', {}, 1234.5],
    ['(1234.50)', {}, -1234.5],
    ['123-', {}, -123],
    ['\u2212123', {}, -123],
    ['- 5', {}, -5],
    ['+7', {}, 7],
    ['.5', {}, 0.5],
    ['5.', {}, 5],
    ['1e3', {}, 1000],
    ['TRUE', {}, 1],
    ['1,5', { decimal: ',' }, 1.5],
    ['1,5E+3', { decimal: ',' }, 1500],
    [',5', { decimal: ',' }, 0.5],
    ['1.234', { decimal: ',', thousands: '.' }, 1234],
    ['1.234.567,89', { decimal: ',', thousands: '.' }, 1234567.89],
    ['1234567,89', { decimal: ',', thousands: '.' }, 1234567.89],
    ['1.234,50 €', EURO, 1234.5],
    ['€ 1.234,50', EURO, 1234.5],
    ['€1.234,50', EURO, 1234.5],
    ['1.234,50\u00a0€', EURO, 1234.5],
    ['-1.234,50 €', EURO, -1234.5],
    ['1.234,50- €', EURO, -1234.5],
    ['1.234,50 €-', EURO, -1234.5],
    ['(1.234,50 €)', EURO, -1234.5],
    ['12 EUR', EURO, 12],
    ['7,5', EURO, 7.5],
    ['$1,234.50', DOLLAR, 1234.5],
    ['-$1,234.50', DOLLAR, -1234.5],
    ['$-1,234.50', DOLLAR, -1234.5],
    ['($1,234.50)', DOLLAR, -1234.5],
    ['$ 12', DOLLAR, 12],
    ["CHF 1'234.50", SWISS, 1234.5],
    ['1\u2019234.50 CHF', SWISS, 1234.5],
    ['1 234,50 EUR', FRENCH, 1234.5],
    ['1\u00a0234,50 EUR', FRENCH, 1234.5],
    ['1\u202f234\u202f567 €', FRENCH, 1234567],
    ['1\u2009234', FRENCH, 1234],
    ['12 %', PERCENT, 0.12],
    ['12.34%', PERCENT, 0.1234],
    ['-5 %', PERCENT, -0.05],
    ['%12', PERCENT, 0.12],
    ['(5%)', PERCENT, -0.05],
    ['12,5 %', { ...PERCENT, decimal: ',' }, 0.125],
    ['1e2 %', PERCENT, 1],
    ['12 GB', { unit: 'GB' }, 12],
    ['12GB', { unit: 'GB' }, 12],
    ['1 month', { unit: 'months' }, 1],
    ['3 Monate', { unit: 'Monat' }, 3],
    ['199 kr.', { unit: 'kr.' }, 199],
    ['kr 199', { unit: 'kr' }, 199],
    ['49,90 zł', { decimal: ',', unit: 'zł' }, 49.9],
    ['₹500', { unit: '₹' }, 500],
    ['ja', { unit: 'yes/no' }, 1],
    ['NO', { unit: 'yes/no' }, 0],
    ['いいえ', { unit: 'yes/no' }, 0],
    ['1', { unit: 'yes/no' }, 1],
  ])('reads %j in %j as %d', (text, style, value) => {
    expect(read(text, style)).toBe(value);
  });

  it.each<[string, Partial<NumberStyle>]>([
    ['1,234', {}],
    ['1.234.5', { decimal: ',', thousands: '.' }],
    ['12.34', { decimal: ',', thousands: '.' }],
    ['1234.567', { decimal: ',', thousands: '.' }],
    ['0.123', { decimal: ',', thousands: '.' }],
    ['012.345', { decimal: ',', thousands: '.' }],
    ['1,23,456', { thousands: ',' }],
    ['1.5,234', { thousands: ',' }],
    ['1,234e3', { thousands: ',' }],
    ['1  234', { thousands: ' ' }],
    ['$5', EURO],
    ['US$5', DOLLAR],
    ['$5$', DOLLAR],
    ['(-5)', {}],
    ['-5-', {}],
    ['()', {}],
    ['-', {}],
    ['$', DOLLAR],
    ['12', PERCENT],
    ['12 %%', PERCENT],
    ['12 gb', { unit: 'GB' }],
    ['12 GBs2', { unit: 'GB' }],
    ['maybe', { unit: 'yes/no' }],
    ['2', { unit: 'yes/no' }],
    ['yes', {}],
    ['0x10', {}],
    ['1.234,5.6', EURO],
    ['١٢', {}],
  ])('takes %j for no number in %j', (text, style) => {
    expect(read(text, style)).toBeNaN();
  });

  it('reads back every number as it is written in every style', () => {
    const style = fc.constantFrom(...STYLES);
    const unit = fc.constantFrom(null, '€', '$', 'CHF', 'GB', 'months', '%');
    const form = fc.record({
      isBefore: fc.boolean(),
      gap: fc.constantFrom('', ' ', '\u00a0', '\u202f'),
      minus: fc.constantFrom('-', '\u2212', '()', 'behind'),
    });
    const value = fc.oneof(
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.double({ min: -1e15, max: 1e15, noNaN: true }).filter((number) => !String(number).includes('e')),
    );
    fc.assert(
      fc.property(value, style, unit, form, (number, marks, sign, how) => {
        const text = rendered(number, { ...marks, unit: sign }, how);
        const expected = sign === '%' ? Number(`${number}e-2`) : number;
        // A zero has no sign that counts.
        expect(numberReader({ ...marks, unit: sign })(text) + 0, text).toBe(expected + 0);
      }),
      { numRuns: 3000 },
    );
  });
});

/** A number as people of the style write it. */
function rendered(
  value: number,
  { decimal, thousands, unit }: NumberStyle,
  { isBefore, gap, minus }: { isBefore: boolean; gap: string; minus: string },
): string {
  const [whole = '', fraction] = String(Math.abs(value)).split('.');
  const grouped = thousands === null ? whole : whole.replace(/\B(?=(\d{3})+$)/g, thousands);
  const digits = fraction === undefined ? grouped : `${grouped}${decimal}${fraction}`;
  const bare = unit === null ? digits : isBefore ? `${unit}${gap}${digits}` : `${digits}${gap}${unit}`;
  if (value >= 0) return bare;
  if (minus === '()') return `(${bare})`;
  return minus === 'behind' ? `${bare}-` : `${minus}${bare}`;
}

describe('numberFault', () => {
  it.each<[string, Partial<NumberStyle>, RegExp]>([
    ['abc', {}, /^expected a number such as "12" or "-0\.5"$/],
    ['5,5', {}, /has a decimal comma, and the configuration says a point/],
    ['5.5', { decimal: ',' }, /has a decimal point, and the configuration says a comma/],
    ['1,234', {}, /has a comma between thousands, and .* there are no such marks/],
    ["1'234", { thousands: ',' }, /has an apostrophe between thousands, and .* these are a comma/],
    ['1,23,456', { thousands: ',' }, /groups of two digits, as in India/],
    ['1.23.4', { decimal: ',', thousands: '.' }, /a point stands between groups of three digits/],
    ['$5', {}, /bears "\$"; name it for the column in `columns.units`/],
    ['5 USD', EURO, /bears "USD", and the numbers of this column "€"/],
    ['12', PERCENT, /expected a percent sign/],
    ['perhaps', { unit: 'yes/no' }, /expected a word such as "yes" or "no"/],
  ])('says of %j in %j what is wrong', (text, style, reason) => {
    expect(numberFault(text, { ...PLAIN_STYLE, ...style })).toMatch(reason);
  });
});
