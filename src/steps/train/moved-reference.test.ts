import { describe, expect, it } from 'vitest';
import type { ReferenceSample } from '../../engine/kept/reference-file.ts';
import { moveSample } from './moved-reference.ts';

/** So many rows, of which the first so many left; `from` tells its rows from those of others. */
function sample(
  rows: number,
  left: number,
  from = 0,
  levels: readonly string[] = ['a', 'b'],
): ReferenceSample {
  return {
    inputs: [
      { name: 'usage', kind: 'numeric' },
      { name: 'plan', kind: 'categorical' },
    ],
    batch: {
      rows,
      columns: [
        { kind: 'numeric', values: Float64Array.from({ length: rows }, (_, row) => from + row) },
        {
          kind: 'categorical',
          codes: Int32Array.from({ length: rows }, (_, row) => (row % 3) - 1),
          levels,
        },
      ],
    },
    labels: Float64Array.from({ length: rows }, (_, row) => Number(row < left)),
    margins: Float64Array.from({ length: rows }, (_, row) => (from + row) / 10),
    values: null,
    clients: BigUint64Array.from({ length: rows }, (_, row) => BigInt(from + row)),
  };
}

function leftOf({ labels }: ReferenceSample): number {
  return labels.reduce((sum, label) => sum + label, 0);
}

describe('the reference sample of a model whose risks are moved', () => {
  it('has the new odds, by rows left out of the class that has become rarer', () => {
    const up = moveSample(sample(400, 100), Math.log(3), sample(0, 0));
    expect([up.labels.length, leftOf(up)]).toEqual([200, 100]);
    const down = moveSample(sample(400, 200), -Math.log(4), sample(0, 0));
    expect([down.labels.length, leftOf(down)]).toEqual([250, 50]);
  });

  it('has the rows since the change after the others, each with all that is its own', () => {
    const moved = moveSample(sample(40, 20), 0, sample(6, 3, 1000, ['b', 'c']));
    expect(moved.labels).toHaveLength(46);
    expect(moved.batch.rows).toBe(46);
    const [usage, plan] = moved.batch.columns;
    expect(usage?.kind === 'numeric' && [...usage.values.slice(40)]).toEqual([
      1000, 1001, 1002, 1003, 1004, 1005,
    ]);
    // A code means another level in another table.
    expect(plan?.kind === 'text' && plan.values.slice(36)).toEqual([
      null,
      'a',
      'b',
      null,
      null,
      'b',
      'c',
      null,
      'b',
      'c',
    ]);
    expect(moved.margins[40]).toBe(100);
    expect(moved.clients?.[45]).toBe(1005n);
  });

  it('stays large enough when the rate goes up and down again and again', () => {
    let moved = sample(700, 230);
    for (let turn = 0; turn < 12; turn++) {
      const shift = turn % 2 === 0 ? 1.6 : -1.6;
      moved = moveSample(moved, shift, sample(300, turn % 2 === 0 ? 180 : 100));
      expect(moved.labels.length).toBeGreaterThan(300);
      expect(Math.min(leftOf(moved), moved.labels.length - leftOf(moved))).toBeGreaterThan(100);
    }
  });

  it('holds 20,000 rows at most, with the same odds', () => {
    const moved = moveSample(sample(20_000, 5000), 0, sample(20_000, 5000));
    expect([moved.labels.length, leftOf(moved)]).toEqual([20_000, 5000]);
  });

  it('has no rows since where these have other columns', () => {
    const since = sample(6, 3);
    const other = { ...since, inputs: [{ name: 'usage', kind: 'numeric' }] as const };
    expect(moveSample(sample(40, 20), 0, other).labels).toHaveLength(40);
  });
});
