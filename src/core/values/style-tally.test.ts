import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberReader } from './number-style.ts';
import { STYLES, StyleTally } from './style-tally.ts';

function tallyOf(...texts: string[]): StyleTally {
  const tally = new StyleTally();
  for (const text of texts) tally.add(text);
  return tally;
}

const fitting = (tally: StyleTally): string[] =>
  STYLES.filter((_, k) => (tally.fits & (1 << k)) !== 0).map(
    ({ decimal, thousands }) => `${decimal}${thousands ?? ''}`,
  );

describe('StyleTally', () => {
  it('knows of each number the styles in which the reader of the style reads it', () => {
    const text = fc.stringMatching(/^-?[0-9]{1,5}([., '][0-9]{1,4}){0,3}$/);
    fc.assert(
      fc.property(text, (number) => {
        const expected = STYLES.filter((style) => !Number.isNaN(numberReader(style)(number)));
        const found = tallyOf(number);
        expect(found.isNumbers).toBe(expected.length > 0);
        if (expected.length > 0) {
          expect(fitting(found)).toEqual(
            expected.map(({ decimal, thousands }) => `${decimal}${thousands ?? ''}`),
          );
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('leaves open what all texts of a column leave open, and one text decides', () => {
    expect(new Set(fitting(tallyOf('1.234', '5.678')).map(([decimal]) => decimal))).toEqual(
      new Set(['.', ',']),
    );
    expect(tallyOf('1.234', '5.678').twofold).toEqual(['1.234', '5.678']);
    expect(fitting(tallyOf('1.234', '1.234,5'))).toEqual([',.']);
    expect(fitting(tallyOf('1.234', '0.5')).every(([decimal]) => decimal === '.')).toBe(true);
    expect(tallyOf('12', '345').hasMarks).toBe(false);
  });

  it('passes over one odd number in a hundred, and no more', () => {
    const many = Array.from({ length: 198 }, (_, k) => `${k}.5`);
    expect(fitting(tallyOf(...many, '1,5')).every(([decimal]) => decimal === '.')).toBe(true);
    expect(tallyOf(...many, '1,5', '2,5', '3,5').fits).toBe(0);
  });

  it.each<[readonly string[], string | null]>([
    [['$5', '$1,234.50'], '$'],
    [['5 €', '7'], '€'],
    [['5 €', '7 EUR'], '€'],
    [['12 %', '3%'], '%'],
    [['1 month', '3 months'], 'month'],
    [['($5)', '-$7'], '$'],
    [['kr 5', 'kr 7'], 'kr'],
    [['12', '13'], null],
    [['007A', '012A'], null],
    [['1A', '2', '3', '4'], null],
  ])('finds in %j the unit %j', (texts, unit) => {
    expect(tallyOf(...texts).unit()).toEqual({ unit });
  });

  it('says why a unit cannot be told', () => {
    expect(tallyOf('$5', '7 €').unit()).toEqual({ why: expect.stringContaining('"$", "€"') });
    expect(tallyOf('5 %', '7').unit()).toEqual({ why: expect.stringContaining('percent sign') });
  });

  it.each([
    'plan 3',
    'C0001',
    'v1.2',
    '10+ years',
    '13-17',
    '< 1 year',
    '12:30',
    '2024-01-31',
    '192.168.0.1',
  ])('takes %j for no number', (text) => {
    expect(tallyOf(text).isNumbers).toBe(false);
  });
});
