/** The embedded engine: DuckDB in memory over Parquet. */
import { parseByteSize } from '../../../base/byte-size.ts';
import { MAX_UNPACKED_RATIO } from '../../../formats/csv/unpacked-size.ts';
import type { Engine, EngineOptions } from '../../port.ts';
import type { SqlDatabase } from '../../sql-database.ts';
import { compileFolder } from '../compile/compile.ts';
import { localSnapshots } from '../files/snapshots.ts';
import { computeSnapshot } from './computed/compute-snapshot.ts';
import { Database } from './database.ts';
import { openFiles } from './open-files.ts';
import { asCsv, writeParquet } from './parquet.ts';
import { createSqlDatabase } from './sql-database.ts';
import { openSnapshot } from './table.ts';

/** Opens an engine; close it, so that its temporary folder goes. */
export async function createDuckdbEngine(options: EngineOptions): Promise<Engine> {
  return engineOf(await Database.open(options), options);
}

/** The same with its database, which may be asked by SQL; it is closed with the engine. */
export async function createDuckdbDatabase(
  options: EngineOptions,
): Promise<{ readonly engine: Engine; readonly database: SqlDatabase }> {
  const database = await Database.open(options);
  return { engine: engineOf(database, options), database: createSqlDatabase(database) };
}

function engineOf(database: Database, options: EngineOptions): Engine {
  const { maxUnpackedRatio = MAX_UNPACKED_RATIO } = options;
  return {
    name: 'duckdb',
    capabilities: {
      ordered: true,
      bitExact: true,
      kernels: true,
      localFiles: true,
      maxCollectedRows: Number.POSITIVE_INFINITY,
    },
    snapshots: localSnapshots,
    compile: (request) =>
      compileFolder(
        {
          threads: options.threads,
          maxTableBytes: parseByteSize(options.memoryLimit),
          writeParquet: (file, parquetPath, parts) => writeParquet(options, file, parquetPath, parts),
          maxUnpackedRatio,
          asCsv: (path) =>
            asCsv(database, path, request.contract, {
              maxUnpackedRatio,
              within: request.within ?? request.folder,
            }),
        },
        request,
      ),
    compute: (request) => computeSnapshot(database, request),
    open: (source) =>
      source.kind === 'snapshot'
        ? openSnapshot(database, source)
        : openFiles(database, source, maxUnpackedRatio),
    copyOf: (path) => asCsv(database, path, null, { maxUnpackedRatio }),
    writeParquet: (csv, parquetPath) => writeParquet(options, csv, parquetPath),
    close: async () => database.close(),
  };
}
