import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText, numberAsText } from './canonical-text.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.stringMatching(/^\s?[-+]?\d{1,4}(\.\d{0,3})?(e\d)?\s?$/),
  fc.constantFrom('True', ' FALSE ', 'e\u0301', '\u00a0é\ufeff', '-0.0', '007.0', '\u2000'),
);

describe('the canonical form of a category', () => {
  it.each([
    ['True', '1'],
    ['TRUE', '1'],
    ['true ', '1'],
    ['False', '0'],
    ['415.0', '415'],
    ['415.00', '415'],
    ['-3.0', '-3'],
    ['0.0', '0'],
    ['-0.0', '0'],
    ['Monthly ', 'Monthly'],
    ['\u00a0Monthly\u2003', 'Monthly'],
    ['e\u0301', 'é'],
    [' \t\u3000', ''],
  ])('of %j is %j', (given, expected) => {
    expect(canonicalText(given)).toBe(expected);
  });

  it.each([
    '007',
    '007.0',
    '1e3',
    '1e3.0',
    '4.50',
    '.0',
    '5.',
    '+5.0',
    'yes',
    'truE1',
    'ſalse',
    'T',
    'null',
    '-0',
  ])('of %j is itself', (given) => {
    expect(canonicalText(given)).toBe(given);
  });

  it('is its own canonical form', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(canonicalText(canonicalText(given))).toBe(canonicalText(given));
      }),
    );
  });

  it('keeps codes with leading zeros, exponents and capitals apart', () => {
    const code = fc.stringMatching(/^(0\d{1,3}|\d{1,3}|\de\d|[A-Za-z]{1,3})$/);
    fc.assert(
      fc.property(code, code, (a, b) => {
        fc.pre(a !== b);
        expect(canonicalText(a)).not.toBe(canonicalText(b));
      }),
    );
  });

  it('is the same for a number as JSON and Python write it', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        expect(canonicalText(`${value}.0`)).toBe(canonicalText(numberAsText(value)));
      }),
    );
    expect(numberAsText(1e21)).toBe('1000000000000000000000');
    expect(numberAsText(4.5)).toBe('4.5');
    expect(numberAsText(-0)).toBe('0');
  });
});
