/** Rows of a column, and those without a value. */
import type { SourceColumn } from '../../core/columns/source-column.ts';
import { countAt } from './answer-values.ts';
import type { Statistic } from './statistic.ts';

export interface ColumnCounts {
  readonly rows: number;
  readonly missing: number;
}

/** @param kind whether the column is of numbers, where NaN is missing too, or of texts. */
export function columnCounts(
  column: string,
  kind: 'numeric' | 'categorical',
): Statistic<ColumnCounts, ColumnCounts> {
  return {
    name: `counts of "${column}"`,
    columns: [column],
    init: () => ({ rows: 0, missing: 0 }),
    add: (state, [vector], rows) => ({
      rows: state.rows + rows,
      missing: state.missing + missingIn(vector as SourceColumn),
    }),
    merge: (a, b) => ({ rows: a.rows + b.rows, missing: a.missing + b.missing }),
    sql(table, { double }) {
      const written = table.column(column);
      const present = kind === 'numeric' ? double(written) : written;
      return `SELECT COUNT(*), COUNT(${present}) FROM ${table.from}`;
    },
    read: ([row]) => ({ rows: countAt(row, 0), missing: countAt(row, 0) - countAt(row, 1) }),
    answer: (state) => state,
  };
}

function missingIn(vector: SourceColumn): number {
  let missing = 0;
  switch (vector.kind) {
    case 'numeric':
      for (let i = 0; i < vector.values.length; i++) if (Number.isNaN(vector.values[i])) missing++;
      return missing;
    case 'categorical':
      for (let i = 0; i < vector.codes.length; i++) if ((vector.codes[i] as number) < 0) missing++;
      return missing;
    case 'text':
      for (const value of vector.values) if (value === null) missing++;
      return missing;
  }
}
