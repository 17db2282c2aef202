/** Counts of a column of numbers in the bins of its reference, for drift. */
import type { NumericReference } from '../../core/document/drift-reference.ts';
import { type ColumnTally, createColumnCounter } from '../../core/monitor/inputs/column-counter.ts';
import { createNumberBins } from '../../core/monitor/inputs/count-numbers.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { ColumnVector } from '../port.ts';
import { countAt, numberAt } from './answer-values.ts';
import { placeSql } from './place-sql.ts';
import type { SqlRow, Statistic } from './statistic.ts';

type NumberTally = Extract<ColumnTally, { kind: 'numeric' }>;

/**
 * As the tally of the column that `createTally` makes. The bins are the reference's: below its range, ending at each of
 * its edges (included), above them; where it has no value, negative values and others.
 */
export function numberTally(reference: NumericReference): Statistic<NumberTally, NumberTally> {
  const { name, range, edges, counts } = reference;
  const bins = range === null ? null : createNumberBins({ min: range.min, edges });
  const counterOf = (...tallies: readonly ColumnTally[]) => {
    const counter = createColumnCounter(reference, bins);
    for (const tally of tallies) counter.merge(tally);
    return counter;
  };
  return {
    name: `counts in the bins of "${name}"`,
    columns: [name],
    init: () => counterOf().state() as NumberTally,
    add(state, [vector]) {
      const counter = counterOf(state);
      counter.add(vector as ColumnVector);
      return counter.state() as NumberTally;
    },
    merge: (a, b) => counterOf(a, b).state() as NumberTally,
    sql(table, dialect) {
      const values = `SELECT ${dialect.double(table.column(name))} AS x FROM ${table.from}`;
      const binned = `SELECT x, ${binSql(reference, dialect)} AS bin FROM (${values}) v`;
      const { number } = dialect;
      const finite = `ABS(x) <= ${number(Number.MAX_VALUE)}`;
      const low = `MIN(CASE WHEN x < ${number(range?.min ?? 0)} AND ${finite} THEN x END)`;
      const high = `MAX(CASE WHEN x > ${number(range?.max ?? 0)} AND ${finite} THEN x END)`;
      return `SELECT bin, COUNT(*), ${low}, ${high} FROM (${binned}) b GROUP BY bin`;
    },
    read: (rows) => tallyOf(rows, counts.length),
    answer: (state) => state,
  };
}

/** NULL where there is no value. */
function binSql({ range, edges }: NumericReference, { number }: Dialect): string {
  if (range === null) return 'CASE WHEN x < 0 THEN 0 WHEN x >= 0 THEN 1 END';
  const inside = placeSql(edges.map(number), (edge) => `x > ${edge}`);
  return `CASE WHEN x < ${number(range.min)} THEN 0 WHEN x IS NOT NULL THEN 1 + (${inside}) END`;
}

function tallyOf(rows: readonly SqlRow[], bins: number): NumberTally {
  const counts = new Array<number>(bins).fill(0);
  let missing = 0;
  for (const row of rows) {
    const bin = numberAt(row, 0);
    if (bin === null) missing = countAt(row, 1);
    else counts[bin] = countAt(row, 1);
  }
  const ends = (place: number) => rows.flatMap((row) => numberAt(row, place) ?? []);
  const [lows, highs] = [ends(2), ends(3)];
  const lowest = lows.length === 0 ? null : Math.min(...lows);
  const highest = highs.length === 0 ? null : Math.max(...highs);
  return { kind: 'numeric', missing, counts, lowest, highest };
}
