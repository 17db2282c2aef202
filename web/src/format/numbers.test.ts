import { describe, expect, it } from 'vitest';
import {
  formatPercent,
  formatPoints,
  formatScore,
  formatSeconds,
  formatShare,
  formatValue,
} from './numbers.ts';

describe('numbers as people read them', () => {
  it('never round a share to certainty', () => {
    expect([0, 1e-6, 0.999999, 1].map(formatShare)).toEqual(['0.0 %', '< 0.1 %', '> 99.9 %', '100.0 %']);
    expect([0, 0.001, 0.999, 1].map(formatPercent)).toEqual(['0 %', '< 1 %', '> 99 %', '100 %']);
  });

  it('are a dash where there is none', () => {
    expect([formatShare(null), formatScore(null), formatValue(null), formatSeconds(null)]).toEqual([
      '–',
      '–',
      '–',
      '–',
    ]);
  });

  it('have as many digits as help', () => {
    expect([0, 12, 1234.5, 0.12345, 0.00001234, 7.13e13].map(formatValue)).toEqual([
      '0',
      '12',
      '1,235',
      '0.123',
      '1.2e-5',
      '7.1e13',
    ]);
  });

  it('tell a change with its sign, and none as none', () => {
    expect([0.2071, -0.031, 0.0001].map(formatPoints)).toEqual(['+20.7', '−3.1', '±0.0']);
  });

  it('tell durations in the unit that fits', () => {
    expect([0.0254, 3.21, 61, 119.7, 7260].map(formatSeconds)).toEqual([
      '25 ms',
      '3.2 s',
      '1 min 1 s',
      '2 min 0 s',
      '2 h 1 min',
    ]);
  });
});
