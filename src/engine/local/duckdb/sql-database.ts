/** DuckDB over the snapshots of this machine as a database that is asked by SQL alone. */
import { duckdb } from '../../dialects/duckdb.ts';
import type { SqlDatabase } from '../../sql-database.ts';
import type { Database } from './database.ts';
import { storedNames } from './sql.ts';
import { snapshotRelation } from './table.ts';

/** Rows keep the order of the files. */
export function createSqlDatabase(database: Database): SqlDatabase {
  return {
    dialect: duckdb,
    ordered: true,
    query: (sql) => database.rows(sql),
    snapshotTable: ({ parquetPath, columns }) => ({
      from: snapshotRelation(parquetPath),
      names: storedNames(columns),
    }),
  };
}
