/** Compiles a folder of files into a snapshot: the part of an engine that is the same for every engine. */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { commitFile, temporaryName } from '../../base/atomic-file.ts';
import { TidewatchError } from '../../base/errors.ts';
import { renderRecord } from '../csv/header.ts';
import type {
  CompileRequest,
  CompileResult,
  FileReport,
  RowCounts,
  Snapshot,
  SnapshotColumn,
} from '../port.ts';
import { columnTypes } from './column-types.ts';
import { FinalFile } from './final-file.ts';
import type { Strike } from './input-file.ts';
import { type InputListing, listInputFolder } from './input-folder.ts';
import { type QuarantineWriter, removeStaleQuarantine } from './quarantine.ts';
import { type InputsRead, readInputs, StruckHalfway } from './read-inputs.ts';
import { RowSet } from './row-set.ts';

/** A CSV as compiling writes it. */
export interface CanonicalFile {
  readonly path: string;
  readonly columns: readonly SnapshotColumn[];
  /** Bytes of its longest line. */
  readonly longestLine: number;
}

/** What compiling needs of the engine. */
export interface CompileEngine {
  /**
   * Reads a CSV with the engine's own strict reader and writes it as Parquet, rows in order, the same bytes for
   * the same input. Returns the rows that it read; throws where it could not read one.
   */
  writeParquet(file: CanonicalFile, parquetPath: string): Promise<number>;
  /** Gives the path of a CSV with the rows of `path`: itself if it is CSV, else a temporary file. */
  asCsv(path: string): Promise<string>;
}

/** finaldata.csv inside the output folder. */
export const FINAL_NAME = 'finaldata.csv';
const SNAPSHOT_FOLDER = 'snapshots';
const QUARANTINE_FOLDER = 'quarantine';

/**
 * Reads every file once, row by row (src/engine/csv), and lets the engine read the result: `kept` is what the
 * engine counts, the other numbers are ours, and they must add up. Files get their names last: quarantine, then
 * the snapshot, which nothing points to yet, then finaldata.csv. So a crash leaves the old data or the new.
 * @throws TidewatchError input-empty, column-missing, input-unreadable, input-changed, too-many-rejected (the
 * quarantine is written then, nothing else), rows-do-not-add-up, disk-full.
 */
export async function compileFolder(engine: CompileEngine, request: CompileRequest): Promise<CompileResult> {
  const listing = listInputFolder(request.folder);
  const settled = await readUntilSettled(engine, request, listing);
  const { inputs } = settled;
  try {
    const rows = sumOf(inputs.files);
    if (rows.read !== rows.kept + rows.duplicates + rows.quarantined) throw doesNotAddUp(rows);
    refuseWithoutFiles(request, inputs);
    const quarantinePaths = keepQuarantine(request, listing, inputs);
    refuseRows(request, rows, quarantinePaths);
    const snapshot = await writeSnapshot(engine, request, settled, rows);
    const files = [...inputs.files, ...listing.unfinished.map((name) => unfinished(request.folder, name))];
    return { snapshot, rows, files, quarantinePaths };
  } finally {
    rmSync(settled.temporary, { force: true });
    for (const quarantine of inputs.quarantines) quarantine.discard();
  }
}

interface Settled {
  readonly inputs: InputsRead;
  readonly negative: string | null;
  /** Path of the file that is to become finaldata.csv, and its hash. */
  readonly temporary: string;
  readonly id: string;
}

/**
 * Reads the files; again from the start when one turned out bad half-way, or when the contract leaves the
 * negative label open and more than one was seen: the most frequent is taken then.
 */
async function readUntilSettled(
  engine: CompileEngine,
  request: CompileRequest,
  listing: InputListing,
): Promise<Settled> {
  const struck = new Map<string, Strike>();
  let { negative } = request.contract;
  for (;;) {
    const temporary = temporaryName(join(request.output, FINAL_NAME));
    const final = new FinalFile(temporary);
    let settled = false;
    try {
      final.write(Buffer.from(`${renderRecord(request.contract.columns.map((column) => column.name))}\n`));
      const set = new RowSet((lines) => final.write(lines));
      const inputs = await readInputs({ ...passOptions(engine, request, listing), negative, struck, set });
      const labels = [...inputs.writer.labels].sort((a, b) => b[1] - a[1]).map(([label]) => label);
      settled = labels.length < 2;
      if (settled) return { inputs, negative: negative ?? labels[0] ?? null, temporary, id: final.finish() };
      negative = labels[0] as string;
      for (const quarantine of inputs.quarantines) quarantine.discard();
    } catch (error) {
      if (!(error instanceof StruckHalfway)) throw error;
      struck.set(error.file, error.strike);
    } finally {
      final.close();
      if (!settled) rmSync(temporary, { force: true });
    }
  }
}

function passOptions(engine: CompileEngine, request: CompileRequest, listing: InputListing) {
  return {
    folder: request.folder,
    names: listing.names,
    contract: request.contract,
    quarantineFolder: join(request.output, QUARANTINE_FOLDER),
    progress: request.progress,
    asCsv: (path: string) => engine.asCsv(path),
  };
}

function refuseWithoutFiles(request: CompileRequest, inputs: InputsRead): void {
  if (inputs.files.some((file) => file.status === 'accepted')) return;
  const [first] = inputs.strikes.values();
  const reasons = inputs.files.map((file) => `${file.name}: ${file.reason ?? ''}`);
  throw new TidewatchError(
    first?.kind ?? 'input-empty',
    `No file of ${request.folder} can be taken. ${reasons.join('. ')}.`,
    { details: { files: inputs.files } },
  );
}

/** Gives the quarantine files their names, and removes those of files that have no bad row any more. */
function keepQuarantine(request: CompileRequest, listing: InputListing, inputs: InputsRead): string[] {
  const paths = inputs.quarantines.flatMap((quarantine: QuarantineWriter) => quarantine.commit() ?? []);
  const accepted = new Set(
    inputs.files.filter((file) => file.status === 'accepted').map((file) => file.name),
  );
  const names = listing.names.filter((name) => accepted.has(name));
  removeStaleQuarantine(join(request.output, QUARANTINE_FOLDER), names, new Set(paths));
  return paths;
}

function refuseRows(request: CompileRequest, rows: RowCounts, quarantinePaths: readonly string[]): void {
  if (rows.read > 0 && rows.quarantined > request.maxRejectedShare * rows.read) {
    throw new TidewatchError(
      'too-many-rejected',
      `${rows.quarantined} of ${rows.read} rows (${percent(rows.quarantined / rows.read)}) were not accepted, ` +
        `more than max_rejected_share allows (${percent(request.maxRejectedShare)}). Each is listed with its reason in ` +
        `${quarantinePaths.join(', ')}. Mend the input files, or raise max_rejected_share.`,
      { details: { ...rows, quarantinePaths } },
    );
  }
  if (rows.kept > 0) return;
  throw new TidewatchError(
    'input-empty',
    `The files of ${request.folder} hold no rows. Put data there and run again.`,
    {
      details: { ...rows },
    },
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2).replace(/\.?0+$/, '')} %`;
}

async function writeSnapshot(
  engine: CompileEngine,
  request: CompileRequest,
  { inputs, negative, temporary: csv, id }: Settled,
  rows: RowCounts,
): Promise<Snapshot> {
  const columns = columnTypes(request.contract, negative, inputs.writer, rows.kept + rows.duplicates);
  const csvPath = join(request.output, FINAL_NAME);
  const parquetPath = join(request.output, SNAPSHOT_FOLDER, `${id}.parquet`);
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
    commitFile(temporary, parquetPath);
    commitFile(csv, csvPath);
  } finally {
    rmSync(temporary, { force: true });
  }
  const files = inputs.files
    .filter((file) => file.status === 'accepted')
    .map(({ name, sha256 }) => ({ name, sha256 }));
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

function doesNotAddUp(rows: RowCounts): TidewatchError {
  return new TidewatchError(
    'rows-do-not-add-up',
    `${rows.read} rows were read; ${rows.kept} kept, ${rows.duplicates} duplicates and ${rows.quarantined} quarantined do not ` +
      'make them up. Nothing was written; please report this with the input files.',
    { details: { ...rows } },
  );
}

function sumOf(files: readonly FileReport[]): RowCounts {
  const sum = (count: (file: FileReport) => number): number =>
    files.reduce((total, file) => total + count(file), 0);
  return {
    read: sum((file) => file.read),
    kept: sum((file) => file.kept),
    duplicates: sum((file) => file.duplicates),
    quarantined: sum((file) => file.quarantined),
  };
}

function unfinished(folder: string, name: string): FileReport {
  const bytes = statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
  const reason = 'its name says that it is still being written; it will be taken under its final name';
  return {
    name,
    bytes,
    sha256: '',
    status: 'waiting',
    reason,
    extraColumns: [],
    read: 0,
    kept: 0,
    duplicates: 0,
    quarantined: 0,
  };
}
