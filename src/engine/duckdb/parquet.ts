/** CSV to Parquet and back, by DuckDB. */
import { join } from 'node:path';
import type { SnapshotColumn } from '../port.ts';
import type { Database } from './database.ts';
import { literal, pathLiteral, readCanonicalCsv } from './sql.ts';

/** Writes a canonical CSV as Parquet, in order; the same bytes on any number of threads. Returns its rows. */
export function writeParquet(
  database: Database,
  csvPath: string,
  columns: readonly SnapshotColumn[],
  parquetPath: string,
): Promise<number> {
  return database.run(
    `copy (select * from ${readCanonicalCsv(csvPath, columns)}) to ${literal(parquetPath)} ` +
      '(format parquet, compression snappy)',
  );
}

/** The path of a CSV with the rows of `path`: itself, or a copy of a Parquet file in the temporary folder. */
export async function asCsv(database: Database, path: string): Promise<string> {
  if (!path.toLowerCase().endsWith('.parquet')) return path;
  const csv = join(database.folder, `${database.nextTable()}.csv`);
  await database.run(
    `copy (select * from read_parquet(${pathLiteral(path)})) to ${literal(csv)} (format csv, header true)`,
  );
  return csv;
}
