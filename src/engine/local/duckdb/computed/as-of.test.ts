import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ComputedColumn } from '../../../../core/columns/computed-column.ts';
import { AsOf, type Lines, SUM_BITS } from './as-of.ts';
import { DAY_US } from './moments.ts';
import { EVENT, ROW } from './timeline.ts';

type Line = readonly [client: number, what: number, t: number, mark: number, value: number];

const event = (t: number, amount: number): Line => [1, EVENT, t, -1, amount];
const row = (t: number, place: number): Line => [1, ROW, t, place, Number.NaN];
const windowStart = (t: number): Line => [1, -1, t, 0, Number.NaN];

function columns(lines: readonly Line[]): Lines {
  const column = (k: number) => Float64Array.from(lines, (line) => line[k] as number);
  return {
    rows: lines.length,
    client: Int32Array.from(column(0)),
    what: Int32Array.from(column(1)),
    t: column(2),
    mark: column(3),
    values: [column(4)],
  };
}

const sumOf = (days: number | null): ComputedColumn => ({
  kind: 'events',
  name: 'sum',
  what: 'sum',
  days,
  type: null,
});

function computed(asOf: AsOf, lines: readonly Line[]): number[][] {
  const rows: number[][] = [];
  for (const values of asOf.rowsOf(columns(lines))) rows.push([...values]);
  return rows;
}

describe('columns along a timeline', () => {
  it('are sums rounded once, however large the amounts beside and whatever their signs', () => {
    const whole = fc
      .tuple(fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }), fc.integer({ min: 0, max: 45 }))
      .map(([digits, bits]) => Number(digits) * 2 ** bits);
    const few = fc.array(whole, { maxLength: 20 });
    fc.assert(
      fc.property(few, few, (before, within) => {
        const lines = [
          ...before.map((amount) => event(1, amount)),
          windowStart(2),
          ...within.map((amount) => event(2, amount)),
          row(2 + DAY_US, 0),
        ];
        const exact = within.reduce((sum, amount) => sum + BigInt(amount), 0n);
        const asOf = new AsOf([sumOf(1)], 1, () => true);
        expect(computed(asOf, lines)).toEqual([[0, Number(exact)]]);
      }),
    );
    expect(SUM_BITS).toBeGreaterThanOrEqual(53 + 45 + 6);
  });

  it('take parts of a unit to the nearest, of two to the even one', () => {
    for (const [amount, units] of [
      [0.5, 0],
      [1.5, 2],
      [2.5, 2],
      [-0.5, 0],
      [-1.5, -2],
      [-2.75, -3],
      [2 ** 52 - 0.5, 2 ** 52],
    ] as const) {
      const asOf = new AsOf([sumOf(null)], 1, () => true);
      expect(computed(asOf, [event(1, amount), row(2, 0)])).toEqual([[0, units]]);
    }
  });

  it('hold the beginnings of more windows than were ever open at once, in any pieces of the timeline', () => {
    const count = 1000;
    // Windows begin before each event, in bursts, and their rows come later in bursts of another length.
    const lines: Line[] = [];
    const expected: number[][] = [];
    const totals: number[] = [];
    let total = 0;
    let mostOpen = 0;
    for (let k = 0; k < count; k++) {
      lines.push(windowStart(k), event(k, k + 1));
      totals.push(total);
      total += k + 1;
      mostOpen = Math.max(mostOpen, totals.length - expected.length);
      const due = k % 300 < 200 ? k % 2 : 2;
      for (let j = 0; j < due && expected.length < totals.length; j++) {
        lines.push(row(k + 1, expected.length));
        expected.push([expected.length, total - (totals[expected.length] as number)]);
      }
    }
    expect(expected.length).toBeGreaterThan(500);
    expect(mostOpen).toBeGreaterThan(64);
    const asOf = new AsOf([sumOf(1)], 1, () => true);
    const found: number[][] = [];
    for (let from = 0; from < lines.length; from += 77)
      found.push(...computed(asOf, lines.slice(from, from + 77)));
    expect(found).toEqual(expected);
  });
});
