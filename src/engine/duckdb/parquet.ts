/** CSV to Parquet and back, by DuckDB. */
import { join } from 'node:path';
import { TidewatchError } from '../../base/errors.ts';
import { FileRefused } from '../csv/read-table.ts';
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

/**
 * The path of a CSV with the rows of `path`: itself, or a copy of a Parquet file in the temporary folder.
 * @throws FileRefused where it is no Parquet file; TidewatchError disk-full.
 */
export async function asCsv(database: Database, path: string): Promise<string> {
  if (!path.toLowerCase().endsWith('.parquet')) return path;
  const csv = join(database.folder, `${database.nextTable()}.csv`);
  try {
    await database.run(
      `copy (select * from read_parquet(${pathLiteral(path)})) to ${literal(csv)} (format csv, header true)`,
    );
  } catch (error) {
    if (error instanceof TidewatchError && error.code !== 'internal') throw error;
    const [first] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new FileRefused('input-unreadable', `the file cannot be read as Parquet: ${first ?? ''}`, error);
  }
  return csv;
}
