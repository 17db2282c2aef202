import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatEstimate,
  formatInterval,
  formatIntervalOnly,
  formatNumber,
  formatPercent,
  formatScore,
  formatSeconds,
} from './format.ts';

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [17, '17'],
    [-1234567, '-1,234,567'],
    [0.571428, '0.571'],
    [12.3456, '12.35'],
    [1234.5, '1,235'],
    [0.0001234, '1.2e-4'],
    [-0.0000001, '-1.0e-7'],
    [Number.NaN, '–'],
    [null, '–'],
  ])('writes %s as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it('keeps the decimals asked for and never writes minus zero', () => {
    expect(formatNumber(2, 2)).toBe('2.00');
    expect(formatNumber(-0.001, 2)).toBe('0.00');
    expect(formatNumber(1234.567, 1)).toBe('1,234.6');
  });

  it('reads back as the same whole number', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(Number(formatNumber(value).replaceAll(',', ''))).toBe(value);
      }),
    );
  });
});

describe('formatCount and formatScore', () => {
  it('write whole numbers, and scores with four decimals', () => {
    expect([formatCount(1234567), formatCount(0), formatCount(null)]).toEqual(['1,234,567', '0', '–']);
    expect([formatScore(4 / 7), formatScore(1), formatScore(null)]).toEqual(['0.5714', '1.0000', '–']);
  });
});

describe('formatPercent', () => {
  it.each([
    [0, '0 %'],
    [1, '100 %'],
    [0.6667, '66.7 %'],
    [0.25, '25 %'],
    [0.0001, '<0.1 %'],
    [0.99999, '>99.9 %'],
    [Number.NaN, '–'],
  ])('writes %s as %s', (share, text) => {
    expect(formatPercent(share)).toBe(text);
  });

  it('says 0 % and 100 % only of shares that are exactly that', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true }),
        (share) => {
          expect(['0 %', '100 %']).not.toContain(formatPercent(share));
        },
      ),
    );
  });
});

describe('formatSeconds', () => {
  it.each([
    [0, '0 ms'],
    [0.24, '240 ms'],
    [0.9999, '1.0 s'],
    [1.53, '1.5 s'],
    [41.7, '42 s'],
    [59.7, '1 min'],
    [125, '2 min 5 s'],
    [3599.6, '1 h'],
    [3780, '1 h 3 min'],
    [null, '–'],
  ])('writes %s seconds as %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});

describe('formatEstimate', () => {
  const estimate = { value: 0.6923, low: 0.4512, high: 0.8701, level: 0.95, rows: 26 };

  it('names the interval, its level and the rows', () => {
    expect(formatEstimate(estimate)).toBe('0.692 (95 % interval 0.45 to 0.87, 26 rows)');
  });

  it('leaves the rows to others where asked', () => {
    expect(formatInterval(estimate)).toBe('0.692 (95 % interval 0.45 to 0.87)');
  });

  it('gives a narrow interval the digits in which its ends differ', () => {
    expect(formatEstimate({ ...estimate, low: 0.69183, high: 0.69277, rows: 2_000_000 })).toBe(
      '0.69230 (95 % interval 0.69183 to 0.69277, 2,000,000 rows)',
    );
  });

  it('says of which class there are too few rows for an interval, and how many it takes', () => {
    const few = { ...estimate, low: null, high: null, rows: 1_200 };
    const leavers = { ...few, tooFew: { of: 'left', rows: 12, needed: 20 } } as const;
    expect(formatEstimate(leavers)).toBe(
      '0.692 (too few leavers for an interval: 12 of the 20 needed; 1,200 rows)',
    );
    const stayers = { ...few, tooFew: { of: 'stayed', rows: 3, needed: 20 } } as const;
    expect(formatInterval(stayers)).toBe('0.692 (too few stayers for an interval: 3 of the 20 needed)');
    expect(formatIntervalOnly(stayers)).toBe('too few stayers for an interval: 3 of the 20 needed');
  });

  it('says so where there is no interval', () => {
    expect(formatEstimate({ ...estimate, low: Number.NaN, rows: 1 })).toBe('0.692 (no interval, 1 row)');
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [512, '512 B'],
    [1500, '1.5 kB'],
    [999_600, '1.0 MB'],
    [147_000_000, '147 MB'],
    [null, '–'],
  ])('writes %s as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
