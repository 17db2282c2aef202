/** Rows by the risk that a model gave them and by what became of them. */

import { TidewatchError } from '../../base/errors.ts';
import type { SourceColumn } from '../../core/columns/source-column.ts';
import { numericValues } from '../../core/features/source-fit.ts';
import {
  countRisks,
  MAX_RISK_CELL,
  mergeRisks,
  NO_RISKS,
  type RiskHistogram,
  riskCell,
} from '../../core/monitor/calibration/risk-histogram.ts';
import { countAt, numberAt } from './answer-values.ts';
import type { ScoreColumns } from './confusion-counts.ts';
import { placeSql } from './place-sql.ts';
import type { SqlRow, Statistic } from './statistic.ts';

/** Scores are probabilities: error `value-invalid` for one outside [0, 1] of a row with a label. */
export function riskCounts({ label, score }: ScoreColumns): Statistic<RiskHistogram, RiskHistogram> {
  return {
    name: `risk counts of "${score}"`,
    columns: [label, score],
    init: () => NO_RISKS,
    add: (state, [labels, scores]) =>
      mergeRisks(
        state,
        countRisks(
          numericValues(score, scores as SourceColumn),
          numericValues(label, labels as SourceColumn),
        ),
      ),
    merge: mergeRisks,
    sql(table, { double, number }) {
      const [p, y] = [double(table.column(score)), double(table.column(label))];
      const rows = `SELECT ${p} AS p, ${y} AS y FROM ${table.from}`;
      const place = placeSql(riskEdges().map(number), (edge) => `p >= ${edge}`);
      const cell = `CASE WHEN p >= 0 AND p <= 1 THEN ${place} - ${MAX_RISK_CELL} END`;
      const cells = `SELECT ${cell} AS cell, y FROM (${rows}) r WHERE y = 0 OR y = 1`;
      const left = 'SUM(CASE WHEN y = 1 THEN 1 ELSE 0 END)';
      return `SELECT cell, COUNT(*), ${left} FROM (${cells}) c GROUP BY cell ORDER BY cell`;
    },
    read: (rows) => risksOf(rows, score),
    answer: (state) => state,
  };
}

function risksOf(rows: readonly SqlRow[], score: string): RiskHistogram {
  const cells = rows.map((row) => {
    const cell = numberAt(row, 0);
    if (cell !== null) return cell;
    throw new TidewatchError(
      'value-invalid',
      `"${score}" is not a risk in ${countAt(row, 1)} rows with a label: expected 0 to 1.`,
    );
  });
  const left = rows.map((row) => countAt(row, 2));
  return { cells, stayed: rows.map((row, k) => countAt(row, 1) - (left[k] as number)), left };
}

/** The least probability of each cell but the lowest, to the last bit, so that databases need no logarithm. */
function riskEdges(): number[] {
  return Array.from({ length: 2 * MAX_RISK_CELL }, (_, k) => leastOf(k + 1 - MAX_RISK_CELL));
}

/** Halves the doubles from 0 to 1, whose bits are in their order. */
function leastOf(cell: number): number {
  const value = new Float64Array(1);
  const bits = new BigInt64Array(value.buffer);
  value[0] = 1;
  let [low, high] = [0n, bits[0] as bigint];
  while (low < high) {
    const middle = (low + high) >> 1n;
    bits[0] = middle;
    if (riskCell(value[0]) >= cell) high = middle;
    else low = middle + 1n;
  }
  bits[0] = low;
  return value[0];
}
