/** Counts of a column in the bins or levels of its reference, for drift. */
import type { SourceColumn } from '../../core/columns/source-column.ts';
import type {
  CategoricalReference,
  ColumnReference,
  NumericReference,
} from '../../core/document/drift-reference.ts';
import { levelTexts } from '../../core/features/level-texts.ts';
import { type ColumnTally, createColumnCounter } from '../../core/monitor/inputs/column-counter.ts';
import { createNumberBins } from '../../core/monitor/inputs/count-numbers.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { countAt, numberAt } from './answer-values.ts';
import { placeSql } from './place-sql.ts';
import type { SqlRow, SqlTable, Statistic } from './statistic.ts';

/**
 * As the tally of the column that `createTally` makes. Bins of numbers are below the range of the reference, up to each
 * of its edges (included), and above them; where it has no value, of negative values and of others. The answer of a
 * database has a row for each level that the reference does not list: which of them are kept is decided by a hash.
 */
export function columnTally(reference: ColumnReference): Statistic<ColumnTally, ColumnTally> {
  const { name } = reference;
  const isNumeric = reference.kind === 'numeric';
  const bins =
    isNumeric && reference.range !== null
      ? createNumberBins({ min: reference.range.min, edges: reference.edges })
      : null;
  const counterOf = (...tallies: readonly ColumnTally[]) => {
    const counter = createColumnCounter(reference, bins);
    for (const tally of tallies) counter.merge(tally);
    return counter;
  };
  return {
    name: `tally of "${name}"`,
    columns: [name],
    init: () => counterOf().state(),
    add(state, [vector]) {
      const counter = counterOf(state);
      counter.add(vector as SourceColumn);
      return counter.state();
    },
    merge: (a, b) => counterOf(a, b).state(),
    sql: (table, dialect) =>
      isNumeric ? numbersSql(reference, table, dialect) : levelsSql(reference, table, dialect),
    read: (rows) =>
      isNumeric ? numbersOf(rows, reference.counts.length) : counterOf(levelsOf(rows, reference)).state(),
    answer: (state) => state,
  };
}

/** Bin (NULL: missing), rows, least value below the range, greatest above it. */
function numbersSql(reference: NumericReference, table: SqlTable, dialect: Dialect): string {
  const { name, range } = reference;
  const { double, number } = dialect;
  const values = `SELECT ${double(table.column(name))} AS x FROM ${table.from}`;
  const binned = `SELECT x, ${binSql(reference, dialect)} AS bin FROM (${values}) v`;
  const finite = `ABS(x) <= ${number(Number.MAX_VALUE)}`;
  const low = `MIN(CASE WHEN x < ${number(range?.min ?? 0)} AND ${finite} THEN x END)`;
  const high = `MAX(CASE WHEN x > ${number(range?.max ?? 0)} AND ${finite} THEN x END)`;
  return `SELECT bin, COUNT(*), ${low}, ${high} FROM (${binned}) b GROUP BY bin`;
}

function binSql({ range, edges }: NumericReference, { number }: Dialect): string {
  if (range === null) return 'CASE WHEN x < 0 THEN 0 WHEN x >= 0 THEN 1 END';
  const inside = placeSql(edges.map(number), (edge) => `x > ${edge}`);
  return `CASE WHEN x < ${number(range.min)} THEN 0 WHEN x IS NOT NULL THEN 1 + (${inside}) END`;
}

function numbersOf(rows: readonly SqlRow[], bins: number): ColumnTally {
  const counts = new Array<number>(bins).fill(0);
  let missing = 0;
  for (const row of rows) {
    const bin = numberAt(row, 0);
    if (bin === null) missing = countAt(row, 1);
    else counts[bin] = countAt(row, 1);
  }
  const ends = (place: number) => rows.flatMap((row) => numberAt(row, place) ?? []);
  const [lows, highs] = [ends(2), ends(3)];
  // Adding 0 makes -0 the 0 that JSON has.
  const lowest = lows.length === 0 ? null : Math.min(...lows) + 0;
  const highest = highs.length === 0 ? null : Math.max(...highs) + 0;
  return { kind: 'numeric', missing, counts, lowest, highest };
}

/** Place among the listed levels, rows, and the level where it is not listed; missing has neither. */
function levelsSql({ name, levels }: CategoricalReference, table: SqlTable, dialect: Dialect): string {
  const values = `SELECT ${dialect.string(table.column(name))} AS x FROM ${table.from}`;
  const cases = [...levelTexts(levels)].map(
    ([text, level]) => `WHEN ${dialect.text(text)} THEN ${levels.indexOf(level)}`,
  );
  const place = cases.length === 0 ? dialect.integer('NULL') : `CASE x ${cases.join(' ')} END`;
  const placed = `SELECT ${place} AS place, x FROM (${values}) v`;
  const unlisted = `SELECT place, CASE WHEN place IS NULL THEN x END AS x FROM (${placed}) p`;
  return `SELECT place, COUNT(*), x FROM (${unlisted}) u GROUP BY place, x`;
}

function levelsOf(rows: readonly SqlRow[], { levels }: CategoricalReference): ColumnTally {
  const counts = new Array<number>(levels.length).fill(0);
  const unseen: [string, number][] = [];
  let missing = 0;
  for (const row of rows) {
    const [place, some, level] = [numberAt(row, 0), countAt(row, 1), row[2] ?? null];
    if (place !== null) counts[place] = some;
    else if (level === null) missing = some;
    else unseen.push([String(level), some]);
  }
  const total = unseen.reduce((sum, [, some]) => sum + some, 0);
  return { kind: 'categorical', missing, counts, unseen: { rows: total, levels: unseen, isSample: false } };
}
