/** How many rows of each class are predicted as which, at a threshold. */
import type { SourceColumn } from '../../core/columns/source-column.ts';
import { numericValues } from '../../core/features/source-fit.ts';
import {
  addConfusion,
  type ConfusionCounts,
  createConfusion,
  mergeConfusion,
} from '../../core/statistics/confusion.ts';
import { countAt } from './answer-values.ts';
import type { Statistic } from './statistic.ts';

/** Columns of a model's scores beside what became of the rows. */
export interface ScoreColumns {
  /** 1 (left), 0 (stayed), or missing. */
  readonly label: string;
  readonly score: string;
}

/** A row is predicted positive when its score is greater than `threshold`; one without a label counts nowhere. */
export function confusionCounts(
  { label, score }: ScoreColumns,
  threshold: number,
): Statistic<ConfusionCounts, ConfusionCounts> {
  return {
    name: `confusion counts of "${score}"`,
    columns: [label, score],
    init: createConfusion,
    add: (state, [labels, scores]) =>
      addConfusion(
        state,
        numericValues(label, labels as SourceColumn),
        numericValues(score, scores as SourceColumn),
        threshold,
      ),
    merge: mergeConfusion,
    sql(table, { double, number }) {
      const isFlagged = `CASE WHEN ${double(table.column(score))} > ${number(threshold)} THEN 1 ELSE 0 END`;
      const rows = `SELECT ${double(table.column(label))} AS y, ${isFlagged} AS f FROM ${table.from}`;
      const count = (y: number, f: number) => `SUM(CASE WHEN y = ${y} AND f = ${f} THEN 1 ELSE 0 END)`;
      return `SELECT ${count(0, 0)}, ${count(0, 1)}, ${count(1, 0)}, ${count(1, 1)} FROM (${rows}) r`;
    },
    read: ([row]) => ({ tn: countAt(row, 0), fp: countAt(row, 1), fn: countAt(row, 2), tp: countAt(row, 3) }),
    answer: (state) => state,
  };
}
