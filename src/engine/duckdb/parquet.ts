/** CSV to Parquet and back, by DuckDB. */
import { join } from 'node:path';
import { TidewatchError } from '../../base/errors.ts';
import type { CanonicalFile } from '../compile/write-snapshot.ts';
import { FileRefused } from '../csv/file-refused.ts';
import { Database, type DuckdbOptions } from './database.ts';
import { literal, pathLiteral, readCanonicalCsv } from './sql.ts';

/**
 * Writes a canonical CSV as Parquet, in order. Returns its rows. An instance of its own with one thread does it:
 * with more, where a row group ends depends on which thread was first, and equal input would not give equal
 * bytes (seen once in some five runs). It costs a fifth more time and spares half the memory.
 */
export async function writeParquet(
  options: DuckdbOptions,
  file: CanonicalFile,
  parquetPath: string,
): Promise<number> {
  const { path, columns, longestLine } = file;
  const database = await Database.open({ ...options, threads: 1 });
  try {
    return await database.run(
      `copy (select * from ${readCanonicalCsv(path, columns, longestLine)}) to ${literal(parquetPath)} ` +
        '(format parquet, compression snappy)',
    );
  } finally {
    database.close();
  }
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
