import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTimeText } from '../../formats/csv/time-text.ts';
import { compareWatermarks, isSameForm, lowerBound, watermarkKind, watermarkSql } from './watermark.ts';

describe('a watermark', () => {
  it('is a decimal number or a time, and nothing else', () => {
    expect(['7', '-7', '007.50', '12345678901234567890'].map(watermarkKind)).toEqual(Array(4).fill('number'));
    expect(
      ['2026-01-31', '2026-01-31 23:59:59.123456', '2026-01-31T23:59Z', '2026-01-31 10:00:00+00'].map(
        watermarkKind,
      ),
    ).toEqual(Array(4).fill('time'));
    const others = [
      '',
      'infinity',
      '1e5',
      'NaN',
      '2026-02-30',
      "1'; drop table t; --",
      '2026-01-01 x',
      '10:00',
    ];
    expect(others.map(watermarkKind)).toEqual(Array(others.length).fill(null));
  });

  it('is compared exactly, beyond what a double holds', () => {
    expect(compareWatermarks('9007199254740993', '9007199254740992')).toBeGreaterThan(0);
    expect(compareWatermarks('0.1', '0.10')).toBe(0);
    expect(compareWatermarks('-2', '-1.5')).toBeLessThan(0);
    expect(compareWatermarks('10', '9')).toBeGreaterThan(0);
    expect(compareWatermarks('2026-01-01 10:00:00.5+00', '2026-01-01 10:00:00+00')).toBeGreaterThan(0);
  });

  it('is compared as whole numbers are', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), (a, b) => {
        expect(Math.sign(compareWatermarks(String(a), String(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  it('is looked back from in its own unit, or in seconds, in the form that it has', () => {
    expect(lowerBound('100', 0)).toBe('100');
    expect(lowerBound('100', 10)).toBe('90');
    expect(lowerBound('12345678901234567890.75', 1)).toBe('12345678901234567888');
    expect(lowerBound('2026-03-01 00:00:10.5+00', 20)).toBe('2026-02-28 23:59:49+00');
    expect(lowerBound('2026-03-01T00:00:10Z', 3600)).toBe('2026-02-28T23:00:09Z');
    expect(lowerBound('2026-03-01T00:30:00+02:00', 60)).toBe('2026-03-01T00:28:59+02:00');
    expect(lowerBound('2026-03-01 10:00', 60)).toBe('2026-03-01 09:58');
    expect(lowerBound('2026-03-02', 1)).toBe('2026-03-01');
  });

  it('is looked back from at least as far as the overlap says', () => {
    const date = fc.date({ min: new Date('1900-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(date, fc.integer({ min: 0, max: 1e7 }), (moment, overlap) => {
        const bound = lowerBound(moment.toISOString(), overlap);
        const back = (moment.getTime() - parseTimeText(bound)) / 1000;
        expect(back).toBeGreaterThanOrEqual(overlap);
        expect(back).toBeLessThan(overlap + 3);
        expect(compareWatermarks(bound, moment.toISOString())).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('has an order as text only among times of one form', () => {
    expect(isSameForm('2026-01-01 10:00:00', '2026-01-01 10:00:00.5')).toBe(true);
    expect(isSameForm('2026-01-01', '2026-01-01T10:00Z')).toBe(true);
    expect(isSameForm('2026-01-01T10:00Z', '2026-01-01 10:00Z')).toBe(false);
    expect(isSameForm('2026-10-25T02:30:00+02:00', '2026-10-25T02:30:00+01:00')).toBe(false);
    expect(isSameForm('2026-01-01T10:00', '2026-01-01T10:00Z')).toBe(false);
  });

  it('is SQL without escaping', () => {
    expect([watermarkSql('5.5'), watermarkSql('2026-01-01')]).toEqual(['5.5', "'2026-01-01'"]);
  });
});
