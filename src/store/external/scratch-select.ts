/** Runs a SELECT over a small table in memory, to see what a database makes of it. */
import { TidewatchError } from '../../base/errors.ts';

export interface ScratchColumn {
  readonly name: string;
  readonly kind: 'numeric' | 'categorical';
  /** One a row; null is missing. */
  readonly values: readonly (number | string | null)[];
}

/** The rows of the answer, in the table's order, each with its columns in the order of the SELECT. */
export type ScratchAnswer = readonly (readonly unknown[])[];

/** Makes `table` of the columns (categorical ones of `textType`), runs the SELECT, and forgets both. */
export type ScratchSelect = (
  table: string,
  columns: readonly ScratchColumn[],
  sql: string,
  textType?: string,
) => Promise<ScratchAnswer>;

/** In DuckDB. Error `internal` where it does not take the SELECT. */
export const selectInDuckdb: ScratchSelect = async (table, columns, sql, textType = 'VARCHAR') => {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    // It makes a join of a long IN, and planning the joins of many trees takes minutes.
    await connection.run("SET disabled_optimizers = 'in_clause'");
    await connection.run(createTable(table, columns, 'DOUBLE', textType));
    const appender = await connection.createAppender(table);
    for (let i = 0; i < rowsOf(columns); i++) {
      for (const { values } of columns) {
        const value = values[i] ?? null;
        if (value === null) appender.appendNull();
        else if (typeof value === 'number') appender.appendDouble(value);
        else appender.appendVarchar(value);
      }
      appender.endRow();
    }
    appender.closeSync();
    return await (await connection.run(sql)).getRowsJS();
  } catch (error) {
    throw refused('DuckDB', error);
  } finally {
    instance.closeSync();
  }
};

/** In SQLite. Error `internal` where it does not take the SELECT. */
export const selectInSqlite: ScratchSelect = async (table, columns, sql, textType = 'TEXT') => {
  const { default: Database } = await import('libsql');
  const database = new Database(':memory:');
  try {
    database.exec(createTable(table, columns, 'REAL', textType));
    const insert = database.prepare(
      `INSERT INTO ${quoted(table)} VALUES (${columns.map(() => '?').join(', ')})`,
    );
    database.exec('BEGIN');
    for (let i = 0; i < rowsOf(columns); i++) insert.run(columns.map(({ values }) => values[i] ?? null));
    database.exec('COMMIT');
    return database.prepare(sql).raw().all() as unknown[][];
  } catch (error) {
    throw refused('SQLite', error);
  } finally {
    database.close();
  }
};

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const rowsOf = (columns: readonly ScratchColumn[]): number => columns[0]?.values.length ?? 0;

function createTable(
  table: string,
  columns: readonly ScratchColumn[],
  numeric: string,
  categorical: string,
): string {
  const fields = columns.map(
    ({ name, kind }) => `${quoted(name)} ${kind === 'numeric' ? numeric : categorical}`,
  );
  return `CREATE TABLE ${quoted(table)} (${fields.join(', ')})`;
}

function refused(database: string, error: unknown): TidewatchError {
  const message = error instanceof Error ? error.message : String(error);
  return new TidewatchError('internal', `${database}: ${message}`, { cause: error });
}
