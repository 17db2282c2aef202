/** The last part of a compilation: the snapshot in Parquet, finaldata.csv, and the record of both. */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { commitFile, temporaryName } from '../../base/atomic-file.ts';
import type { CompileRequest, FileReport, RowCounts, Snapshot, SnapshotColumn } from '../port.ts';
import { SNAPSHOT_FOLDER } from '../snapshot-file.ts';
import { columnTypes } from './column-types.ts';
import { type CompileRecord, contractHash, writeCompileRecord } from './compile-record.ts';
import type { InputsRead } from './read-inputs.ts';
import { doesNotAddUp } from './row-balance.ts';

/** finaldata.csv inside the output folder. */
export const FINAL_NAME = 'finaldata.csv';

/** A CSV as compiling writes it. */
export interface CanonicalFile {
  readonly path: string;
  readonly columns: readonly SnapshotColumn[];
  /** Bytes of its longest line. */
  readonly longestLine: number;
}

/** What compiling needs of the engine. */
export interface CompileEngine {
  /** Threads that compiling may use. */
  readonly threads: number;
  /**
   * Reads a CSV with the engine's own strict reader and writes it as Parquet, rows in order, the same bytes for
   * the same input. Returns the rows that it read; throws where it could not read one.
   */
  writeParquet(file: CanonicalFile, parquetPath: string): Promise<number>;
  /** Gives the path of a CSV with the rows of `path`: itself if it is CSV, else a temporary file. */
  asCsv(path: string): Promise<string>;
}

/** All files read, and nothing under its final name yet. */
export interface Settled {
  readonly inputs: InputsRead;
  readonly negative: string | null;
  /** Path of the file that is to become finaldata.csv. */
  readonly temporary: string;
}

export function snapshotPath(request: CompileRequest, id: string): string {
  return join(request.output, SNAPSHOT_FOLDER, `${id}.parquet`);
}

export function acceptedOf(files: readonly FileReport[]): Snapshot['files'] {
  return files.filter((file) => file.status === 'accepted').map(({ name, sha256 }) => ({ name, sha256 }));
}

/** Remembers the compilation for the next one, unless a file was left to wait, as it will come between the others. */
export function keepRecord(
  request: CompileRequest,
  { inputs }: Settled,
  prior: CompileRecord | null,
  snapshot: Snapshot,
): void {
  const known = new Map(prior?.files.map(({ report, mark }) => [report.name, mark]));
  const files = inputs.files.flatMap((report) => {
    const mark = inputs.marks.get(report.name) ?? known.get(report.name);
    return mark === undefined || report.status === 'waiting' ? [] : [{ mark, report }];
  });
  if (files.length < inputs.files.length) return;
  const { fractional, missing, labels, longestLine } = inputs.writer;
  const columns = { fractional, missing, labels: [...labels], longestLine };
  const parquetBytes = statSync(snapshot.parquetPath).size;
  writeCompileRecord(request.output, {
    contract: contractHash(request.contract),
    id: inputs.id,
    parquetBytes,
    columns,
    files,
  });
}

/**
 * Lets the engine read the file and write it as Parquet, and gives both their names if the engine counts as many
 * rows as were kept.
 */
export async function writeSnapshot(
  engine: CompileEngine,
  request: CompileRequest,
  { inputs, negative, temporary: csv }: Settled,
  rows: RowCounts,
): Promise<Snapshot> {
  const columns = columnTypes(request.contract, negative, inputs.writer, rows.kept + rows.duplicates);
  const { id } = inputs;
  const csvPath = join(request.output, FINAL_NAME);
  const parquetPath = snapshotPath(request, id);
  const temporary = temporaryName(parquetPath);
  mkdirSync(dirname(parquetPath), { recursive: true });
  try {
    const [read, synced] = await Promise.allSettled([
      engine.writeParquet({ path: csv, columns, longestLine: inputs.writer.longestLine }, temporary),
      syncFile(csv),
    ]);
    if (read.status === 'rejected') throw read.reason;
    if (synced.status === 'rejected') throw synced.reason;
    if (read.value !== rows.kept) throw doesNotAddUp({ ...rows, kept: read.value });
    const rename = (): void => {
      commitFile(temporary, parquetPath);
      commitFile(csv, csvPath);
    };
    await (request.commit?.(rename) ?? rename());
  } finally {
    rmSync(temporary, { force: true });
  }
  const files = acceptedOf(inputs.files);
  return { id, rows: rows.kept, columns, files, parquetPath, csvPath };
}

/** Forces a file to the disk without holding up the process. */
async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
