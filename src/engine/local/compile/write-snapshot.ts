/** The last part of a compilation: the snapshot in Parquet, finaldata.csv, and the record of both. */
import { rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { commitFile, temporaryName } from '../../../base/atomic-file.ts';
import { makeFolder } from '../../../base/make-folder.ts';
import type { FileReport, RowCounts } from '../../../formats/file-report.ts';
import type { CompileRequest, Snapshot, SnapshotColumn } from '../../port.ts';
import { SNAPSHOT_FOLDER } from '../files/snapshot-file.ts';
import { partListPath, partPath, writePartList } from '../files/snapshot-parts.ts';
import { columnTypes, mostFrequent } from './column-types.ts';
import { type CompileRecord, contractHash, rowsPath, writeCompileRecord } from './compile-record.ts';
import { markOf } from './fingerprint.ts';
import { growFinal } from './grow-final.ts';
import { planParts, SMALL_ROWS } from './plan-parts.ts';
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
  /** Bytes that the table of rows may take in memory. */
  readonly maxTableBytes: number;
  /** Times its size that a packed file may unpack to. */
  readonly maxUnpackedRatio: number;
  /**
   * Reads a CSV with the engine's own strict reader and writes it as Parquet, rows in order, the same bytes for
   * the same input, after the rows of `parts`, which are Parquet files of the same columns. Returns the rows of both;
   * throws where it could not read one.
   */
  writeParquet(file: CanonicalFile, parquetPath: string, parts?: readonly string[]): Promise<number>;
  /** Gives the path of a CSV with the rows of `path`: itself if it is CSV, else a temporary file. */
  asCsv(path: string): Promise<string>;
}

/** All files read, and nothing under its final name yet. */
export interface Settled {
  readonly inputs: InputsRead;
  readonly negative: string | null;
  /** Where the contract leaves the negative label open: all that were seen, with their rows. */
  readonly labels: CompileRecord['columns']['labels'];
  /** The compilation that was gone on from; null: all was read. */
  readonly prior: CompileRecord | null;
  /** Path of a CSV with the new lines: all of finaldata.csv where there is no prior. */
  readonly temporary: string;
  /** Path of the file that is to become the table of rows. */
  readonly temporaryTable: string;
}

/** Folder of the Parquet files. */
export function partFolderOf(request: CompileRequest): string {
  return join(request.output, SNAPSHOT_FOLDER);
}

/** A Parquet file with some rows of the snapshot. */
type Part = CompileRecord['parts'][number];

/** Path of the one file, or of the list of several, which is written by `writeSnapshot`. */
export function snapshotPath(request: CompileRequest, id: string, parts: readonly Part[]): string {
  const folder = partFolderOf(request);
  return parts.length === 1 ? join(folder, (parts[0] as Part).name) : partListPath(folder, id);
}

/** The columns of the snapshot that a record tells of. */
export function columnsOf(request: CompileRequest, { columns, files }: CompileRecord): SnapshotColumn[] {
  const negative = request.contract.negative ?? mostFrequent(columns.labels);
  const accepted = files.reduce((sum, { report }) => sum + report.kept + report.duplicates, 0);
  return columnTypes(request.contract, negative, columns, accepted);
}

export function acceptedOf(files: readonly FileReport[]): Snapshot['files'] {
  return files.filter((file) => file.status === 'accepted').map(({ name, sha256 }) => ({ name, sha256 }));
}

/** What is on the disk under its final name. */
export interface Written {
  readonly snapshot: Snapshot;
  readonly parts: readonly Part[];
}

/** Remembers the compilation for the next one, unless a file was left to wait, as it will come between the others. */
export async function keepRecord(
  { maxUnpackedRatio }: CompileEngine,
  request: CompileRequest,
  { inputs, labels, prior }: Settled,
  { snapshot, parts }: Written,
): Promise<void> {
  const known = new Map(prior?.files.map(({ report, mark }) => [report.name, mark]));
  const files = inputs.files.flatMap((report) => {
    const mark = inputs.marks.get(report.name) ?? known.get(report.name);
    return mark === undefined || report.status === 'waiting' ? [] : [{ mark, report }];
  });
  if (files.length < inputs.files.length) return;
  const { fractional, missing, longestLine } = inputs.writer;
  writeCompileRecord(request.output, {
    contract: contractHash(request.contract, maxUnpackedRatio),
    id: snapshot.id,
    csv: { mark: await markOf(snapshot.csvPath), pieces: [...inputs.content.pieces] },
    parts: [...parts],
    columns: { fractional, missing, labels, longestLine },
    files,
  });
}

/**
 * Lets the engine read the new rows and write them as Parquet, and gives finaldata.csv, the Parquet files and the table
 * of rows their names if the engine counts as many rows as were kept. What came before is read again only where it is
 * little, or where a column has another type now.
 */
export async function writeSnapshot(
  engine: CompileEngine,
  request: CompileRequest,
  settled: Settled,
  rows: RowCounts,
): Promise<Written> {
  const { inputs, negative, prior } = settled;
  const columns = columnTypes(request.contract, negative, inputs.writer, rows.kept + rows.duplicates);
  const csvPath = join(request.output, FINAL_NAME);
  const work = { engine, request, settled, rows, columns, csvPath };
  const isKnown =
    prior !== null && prior.id === inputs.content.id && isSameColumns(columns, columnsOf(request, prior));
  const parts = isKnown ? prior.parts : await writeNewRows(work);
  const { id } = inputs.content;
  const parquetPath = snapshotPath(request, id, parts);
  return {
    snapshot: { id, rows: rows.kept, columns, files: acceptedOf(inputs.files), parquetPath, csvPath },
    parts,
  };
}

interface Work {
  readonly engine: CompileEngine;
  readonly request: CompileRequest;
  readonly settled: Settled;
  readonly rows: RowCounts;
  readonly columns: readonly SnapshotColumn[];
  readonly csvPath: string;
}

async function writeNewRows(work: Work): Promise<readonly Part[]> {
  const { engine, request, settled, rows, columns, csvPath } = work;
  const { inputs, prior, temporary: lines, temporaryTable } = settled;
  const { id, bytes } = inputs.content;
  const folder = partFolderOf(request);
  makeFolder(folder);
  const whole = prior === null ? lines : temporaryName(csvPath);
  const goesOn =
    prior !== null && rows.kept > SMALL_ROWS && isSameColumns(columns, columnsOf(request, prior));
  const before = goesOn ? rowsOf(prior.parts) : 0;
  const { kept, merged } = planParts(goesOn ? prior.parts : [], rows.kept - before);
  const path = partPath(folder, id, rowsOf(kept));
  const temporary = temporaryName(path);
  try {
    const grown =
      prior === null ? Promise.resolve() : growFinal(csvPath, lines, headerBytes(prior, bytes, lines), whole);
    const final = grown.then(() => syncFile(whole));
    if (!goesOn) await grown;
    const csv = { path: goesOn ? lines : whole, columns, longestLine: inputs.writer.longestLine };
    const [read, synced] = await Promise.allSettled([
      engine.writeParquet(
        csv,
        temporary,
        merged.map(({ name }) => join(folder, name)),
      ),
      final,
    ]);
    if (read.status === 'rejected') throw read.reason;
    if (synced.status === 'rejected') throw synced.reason;
    const counted = rowsOf(kept) + read.value;
    if (counted !== rows.kept) throw doesNotAddUp({ ...rows, kept: counted });
    const { size } = statSync(temporary);
    const parts = [...kept, { name: basename(path), rows: read.value, bytes: size }];
    const names = parts.map(({ name }) => name);
    const rename = (): void => {
      commitFile(temporary, path);
      if (parts.length > 1) writePartList(partListPath(folder, id), names);
      commitFile(whole, csvPath);
      commitFile(temporaryTable, rowsPath(request.output));
    };
    await (request.commit?.(rename) ?? rename());
    return parts;
  } finally {
    rmSync(temporary, { force: true });
    if (whole !== lines) rmSync(whole, { force: true });
  }
}

/** Bytes of the header of a CSV with the lines that are new alone. */
function headerBytes({ csv }: CompileRecord, bytes: number, lines: string): number {
  return statSync(lines).size - (bytes - csv.mark.size);
}

function rowsOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { rows }) => sum + rows, 0);
}

function isSameColumns(a: readonly SnapshotColumn[], b: readonly SnapshotColumn[]): boolean {
  return a.every(({ type }, k) => type === b[k]?.type);
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
