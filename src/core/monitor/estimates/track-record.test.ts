import { describe, expect, it } from 'vitest';
import { trackRecord } from './track-record.ts';

const estimate = (value: number) => ({ value, low: value - 0.1, high: value + 0.1, level: 0.95, rows: 50 });

describe('the record of estimates', () => {
  it('tells error, direction and how often the truth was inside the band, with rows', () => {
    const record = trackRecord([
      { estimate: estimate(0.7), truth: 0.6, rows: 50 },
      { estimate: estimate(0.7), truth: 0.4, rows: 40 },
      { estimate: estimate(0.5), truth: 0.55, rows: 30 },
      { estimate: estimate(0.5), truth: Number.NaN, rows: 30 },
    ]);
    expect(record.rows).toBe(120);
    expect(record.outcomes.map(({ inside }) => inside)).toEqual([true, false, true]);
    expect(record.meanAbsoluteError).toBeCloseTo(0.15, 12);
    expect(record.meanError).toBeCloseTo(0.35 / 3, 12);
    expect(record.inside).toMatchObject({ value: 2 / 3, rows: 3 });
  });

  it('says nothing of no outcome', () => {
    expect(trackRecord([])).toEqual({
      outcomes: [],
      rows: 0,
      meanAbsoluteError: null,
      meanError: null,
      inside: null,
    });
  });
});
