/** Takes statistics of a table: all in one pass over its rows, or each by the query of a database. */
import type { SourceColumn } from '../../core/columns/source-column.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { RowStream } from '../row-stream.ts';
import type { SqlRow, SqlTable, Statistic } from './statistic.ts';

/** Any statistic. */
export type Statistics = readonly Statistic<unknown, unknown>[];

/** Answers in the order of the statistics. */
export type Answers<Asked extends Statistics> = {
  -readonly [K in keyof Asked]: Asked[K] extends Statistic<unknown, infer Answer> ? Answer : never;
};

/** Runs a query and gives the rows of its answer. */
export type RunSql = (sql: string) => Promise<readonly SqlRow[]>;

/**
 * Streams the columns that the statistics read, each once, in row order: the same bits at every call.
 * Error `column-missing` where the table has no such column.
 */
export async function aggregateRows<const Asked extends Statistics>(
  table: RowStream,
  statistics: Asked,
): Promise<Answers<Asked>> {
  const names = [...new Set(statistics.flatMap(({ columns }) => columns))];
  const places = statistics.map(({ columns }) => columns.map((name) => names.indexOf(name)));
  const states = statistics.map((statistic) => statistic.init());
  for await (const { rows, columns } of table.stream(names)) {
    for (const [k, statistic] of statistics.entries()) {
      const vectors = (places[k] ?? []).map((place) => columns[place] as SourceColumn);
      states[k] = statistic.add(states[k], vectors, rows);
    }
  }
  return statistics.map((statistic, k) => statistic.answer(states[k])) as Answers<Asked>;
}

/** One query a statistic, one after another, each on all threads of the database. Errors are those of `run`. */
export async function aggregateBySql<const Asked extends Statistics>(
  run: RunSql,
  table: SqlTable,
  dialect: Dialect,
  statistics: Asked,
): Promise<Answers<Asked>> {
  const answers: unknown[] = [];
  for (const statistic of statistics) {
    const rows = await run(statistic.sql(table, dialect));
    answers.push(statistic.answer(statistic.read(rows)));
  }
  return answers as Answers<Asked>;
}
