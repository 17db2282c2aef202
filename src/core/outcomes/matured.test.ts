import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matured } from './matured.ts';

const day = 86_400_000;
const now = Date.UTC(2024, 2, 31);
const at = (...days: number[]) => Float64Array.from(days, (ago) => now - ago * day);

describe('matured', () => {
  it('takes a row as final from the very moment that the horizon has passed', () => {
    expect([...matured(at(30, 29.999, 31, 0), 30, now)]).toEqual([1, 0, 1, 0]);
  });

  it('takes a row without a time as final, and one from the future as not', () => {
    expect([...matured(Float64Array.of(Number.NaN, now + 1), 1, now)]).toEqual([1, 0]);
  });

  it('takes every row as final without a horizon', () => {
    expect([...matured(at(0, -5, 3), 0, now)]).toEqual([1, 1, 1]);
  });

  it('never takes a final row as not final later, nor under a shorter horizon', () => {
    const times = fc.array(fc.integer({ min: 0, max: 1e9 }), { maxLength: 20 });
    const span = fc.integer({ min: 0, max: 1e9 });
    fc.assert(
      fc.property(times, span, span, fc.nat(20), fc.nat(20), (list, start, wait, horizon, less) => {
        const rows = Float64Array.from(list);
        const first = matured(rows, horizon, start);
        const later = matured(rows, Math.max(0, horizon - less), start + wait);
        expect(later.every((flag, row) => flag >= (first[row] as number))).toBe(true);
      }),
    );
  });
});
