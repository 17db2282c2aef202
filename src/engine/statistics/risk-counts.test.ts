import { describe, expect, it } from 'vitest';
import { countRisks, MAX_RISK_CELL, riskCell } from '../../core/monitor/calibration/risk-histogram.ts';
import { duckdb } from '../dialects/duckdb.ts';
import { riskCounts } from './risk-counts.ts';

describe('risk counts', () => {
  const { init, add, read, sql } = riskCounts({ label: 'left', score: 'risk' });
  const numeric = (...values: readonly number[]) =>
    ({ kind: 'numeric', values: Float64Array.from(values) }) as const;

  it('are those of the kernel', () => {
    const [labels, risks] = [numeric(1, 0, Number.NaN, 0), numeric(0.9, 0.2, 7, 1)];
    expect(add(init(), [labels, risks], 4)).toEqual(countRisks(risks.values, labels.values));
  });

  it('of a database part the cells where the kernel does, to the last bit', () => {
    const text = sql({ from: 't', column: (name) => name }, duckdb);
    const edges = [...new Set([...text.matchAll(/p >= (\d\S*e\S+)/g)].map(([, edge]) => Number(edge)))].sort(
      (a, b) => a - b,
    );
    expect(edges).toHaveLength(2 * MAX_RISK_CELL);
    for (const [k, edge] of edges.entries()) {
      expect(MAX_RISK_CELL + riskCell(edge)).toBe(k + 1);
      expect(MAX_RISK_CELL + riskCell(edge - 2 ** -53 * edge)).toBe(k);
    }
  });

  it('refuse a risk outside 0 to 1', () => {
    expect(() => add(init(), [numeric(1), numeric(1.5)], 1)).toThrow(/expected 0 to 1/);
    expect(() =>
      read([
        [-3, 4n, 1],
        [null, 2n, 0],
      ]),
    ).toThrow('"risk" is not a risk in 2 rows');
  });
});
