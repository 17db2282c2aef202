/** Mean, squared deviations and range of a column of numbers. */
import type { SourceColumn } from '../../core/columns/source-column.ts';
import { numericValues } from '../../core/features/source-fit.ts';
import { addMoments, createMoments, type Moments, mergeMoments } from '../../core/statistics/moments.ts';
import { centralSumsSql, readCentralSums } from './central-sums.ts';
import type { Statistic } from './statistic.ts';

/** The values are at most LARGEST_NUMBER in size, as those of all rows that are taken in are. */
export function momentSums(column: string): Statistic<Moments, Moments> {
  return {
    name: `moments of "${column}"`,
    columns: [column],
    init: createMoments,
    add: (state, [vector]) => addMoments(state, numericValues(column, vector as SourceColumn)),
    merge: mergeMoments,
    sql: (table, { double }) =>
      centralSumsSql(`SELECT ${double(table.column(column))} AS x FROM ${table.from}`),
    read([row]) {
      const { rows, count, mean, second, min, max } = readCentralSums(row);
      return { count, missing: rows - count, mean, squares: second, min, max };
    },
    answer: (state) => state,
  };
}
