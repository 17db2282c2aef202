/** Compiles a folder of files into a snapshot: the part of an engine that is the same for every engine. */
import { rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { temporaryName } from '../../../base/atomic-file.ts';
import { TidewatchError } from '../../../base/errors.ts';
import { renderRecord } from '../../../formats/csv/header.ts';
import type { FileReport } from '../../../formats/file-report.ts';
import { type InputListing, listInputFolder } from '../../../formats/input-folder.ts';
import {
  QUARANTINE_FOLDER,
  quarantinePath,
  removeStaleQuarantine,
} from '../../../formats/quarantine/quarantine-file.ts';
import { untakenFiles } from '../../../formats/untaken-files.ts';
import type { CompileRequest, CompileResult, Snapshot } from '../../port.ts';
import { mostFrequent } from './column-types.ts';
import {
  type CompileRecord,
  findCompileRecord,
  inOrderOfArrival,
  isIntact,
  rowsPath,
} from './compile-record.ts';
import { sizeOf } from './fingerprint.ts';
import type { FileFailure } from './input-file.ts';
import { LineFeed } from './line-feed.ts';
import { type LineSink, type LineSinkOptions, LocalSink } from './line-sink.ts';
import { type InputsRead, PriorUnusable, readInputs, StruckHalfway } from './read-inputs.ts';
import { doesNotAddUp, refuseRows, sumOf, unlabelledOf } from './row-balance.ts';
import { ThreadSink } from './thread-sink.ts';
import {
  acceptedOf,
  type CompileEngine,
  columnsOf,
  FINAL_NAME,
  keepRecord,
  partFolderOf,
  type Settled,
  snapshotPath,
  writeSnapshot,
} from './write-snapshot.ts';

/** Input of more bytes than this is worth a second thread. */
const THREAD_BYTES = 16 << 20;

/**
 * Reads every file once, row by row (src/engine/csv), and lets the engine read the result: `kept` is what the
 * engine counts, the other numbers are ours, and they must add up. Files get their names last: quarantine, then
 * the snapshot, which nothing points to yet, then finaldata.csv. So a crash leaves the old data or the new. Where a file of
 * the snapshot is damaged, all is read again.
 * @throws TidewatchError input-empty, column-missing, input-unreadable, input-changed, too-many-rejected (the
 * quarantine is written then, nothing else), rows-do-not-add-up, disk-full.
 */
export async function compileFolder(engine: CompileEngine, request: CompileRequest): Promise<CompileResult> {
  try {
    return await compileOnce(engine, request);
  } catch (error) {
    const damaged = damagedPart(error, partFolderOf(request));
    if (damaged === null) throw error;
    // Without it all is read again.
    rmSync(damaged, { force: true });
    return await compileOnce(engine, request);
  }
}

/** Path of the file of the folder that the error says is damaged; null for any other error, or a file elsewhere. */
function damagedPart(error: unknown, folder: string): string | null {
  if (!(error instanceof TidewatchError) || error.code !== 'snapshot-damaged') return null;
  const path = resolve(String(error.details['path']));
  return dirname(path) === resolve(folder) ? path : null;
}

async function compileOnce(engine: CompileEngine, request: CompileRequest): Promise<CompileResult> {
  const found = listInputFolder(request.folder, request.within ?? request.folder);
  if (found.names.length === 0) throw refusedAlone(request, found);
  const listing = { ...found, names: inOrderOfArrival(request.output, found.names) };
  const quarantineFolder = join(request.output, QUARANTINE_FOLDER);
  const record = await findCompileRecord(
    { ...request, maxUnpackedRatio: engine.maxUnpackedRatio },
    listing.names,
    quarantineFolder,
  );
  const prior = record !== null && (await isWhole(request, record)) ? record : null;
  if (prior !== null && prior.files.length === listing.names.length) return reuse(request, listing, prior);
  const settled = await readUntilSettled(engine, request, listing, prior);
  const { inputs } = settled;
  try {
    const rows = sumOf(inputs.files);
    if (rows.read !== rows.kept + rows.duplicates + rows.quarantined) throw doesNotAddUp(rows);
    refuseWithoutFiles(request, inputs);
    const quarantinePaths = keepQuarantine(request, listing, inputs);
    refuseRows(request, rows, quarantinePaths);
    const written = await writeSnapshot(engine, request, settled, rows);
    await keepRecord(engine, request, settled, written);
    return {
      snapshot: written.snapshot,
      rows,
      unlabelled: unlabelledOf(inputs.files),
      files: [...inputs.files, ...untakenFiles(request.folder, listing)],
      quarantinePaths,
    };
  } finally {
    for (const path of [settled.temporary, settled.temporaryTable]) rmSync(path, { force: true });
    for (const quarantine of inputs.quarantines) quarantine.discard();
  }
}

function isWhole(request: CompileRequest, record: CompileRecord): Promise<boolean> {
  return isIntact(record, join(request.output, FINAL_NAME), partFolderOf(request));
}

/** The result of the last compilation, whose files are all that there are. */
function reuse(request: CompileRequest, listing: InputListing, record: CompileRecord): CompileResult {
  const reports = record.files.map((file) => file.report);
  const rows = sumOf(reports);
  const quarantinePaths = pathsOf(request, reports);
  refuseRows(request, rows, quarantinePaths);
  const snapshot: Snapshot = {
    id: record.id,
    rows: rows.kept,
    columns: columnsOf(request, record),
    files: acceptedOf(reports),
    parquetPath: snapshotPath(request, record.id, record.parts),
    csvPath: join(request.output, FINAL_NAME),
  };
  const files = [...reports, ...untakenFiles(request.folder, listing)];
  return { snapshot, rows, unlabelled: unlabelledOf(reports), files, quarantinePaths };
}

/**
 * Reads the files; again from the start when one turned out bad half-way, or when the contract leaves the
 * negative label open and more than one was seen: the most frequent is taken then.
 */
async function readUntilSettled(
  engine: CompileEngine,
  request: CompileRequest,
  listing: InputListing,
  record: CompileRecord | null,
): Promise<Settled> {
  const leftOut = new Map<string, FileFailure>();
  let { negative } = request.contract;
  let seen: Settled['labels'] | null = null;
  let prior = record;
  for (;;) {
    const temporary = temporaryName(join(request.output, FINAL_NAME));
    const temporaryTable = temporaryName(rowsPath(request.output));
    const sink = await createSink(engine, request, listing, { temporary, temporaryTable, prior });
    let settled = false;
    try {
      const feed = new LineFeed(sink);
      const inputs = await readInputs({
        ...passOptions(engine, request, listing),
        negative,
        leftOut,
        feed,
        prior,
      });
      const labels: Settled['labels'] = seen ?? [...inputs.writer.labels];
      settled = negative !== null || labels.length < 2;
      if (settled)
        return {
          inputs,
          negative: negative ?? mostFrequent(labels),
          labels,
          prior,
          temporary,
          temporaryTable,
        };
      negative = mostFrequent(labels);
      seen = labels;
      // Its rows were held against another label.
      if (prior !== null && mostFrequent(prior.columns.labels) !== negative) prior = null;
      for (const quarantine of inputs.quarantines) quarantine.discard();
    } catch (error) {
      if (error instanceof StruckHalfway)
        for (const [name, failure] of error.failures) leftOut.set(name, failure);
      else if (error instanceof PriorUnusable) prior = null;
      else throw error;
    } finally {
      await sink.close();
      if (!settled) for (const path of [temporary, temporaryTable]) rmSync(path, { force: true });
    }
  }
}

/** A small input is done before a thread has started. */
async function createSink(
  engine: CompileEngine,
  request: CompileRequest,
  listing: InputListing,
  { temporary, temporaryTable, prior }: Pick<Settled, 'temporary' | 'temporaryTable' | 'prior'>,
): Promise<LineSink> {
  const names = listing.names.slice(prior?.files.length);
  const sizes = await Promise.all(names.map((name) => sizeOf(join(request.folder, name))));
  const large = sizes.reduce((sum, size) => sum + size, 0) > THREAD_BYTES;
  const options = {
    path: temporary,
    header: renderRecord(request.contract.columns.map((column) => column.name)),
    tablePath: temporaryTable,
    maxTableBytes: engine.maxTableBytes,
    base: prior === null ? null : baseOf(request, prior),
  };
  return large && engine.threads > 1 ? new ThreadSink(options) : new LocalSink(options);
}

function baseOf(request: CompileRequest, { id, csv }: CompileRecord): LineSinkOptions['base'] {
  const path = join(request.output, FINAL_NAME);
  return { id, path, bytes: csv.mark.size, pieces: csv.pieces, tablePath: rowsPath(request.output) };
}

function passOptions(engine: CompileEngine, request: CompileRequest, listing: InputListing) {
  return {
    folder: request.folder,
    within: request.within ?? request.folder,
    names: listing.names,
    contract: request.contract,
    quarantineFolder: join(request.output, QUARANTINE_FOLDER),
    maxUnpackedRatio: engine.maxUnpackedRatio,
    progress: request.progress,
    asCsv: (path: string) => engine.asCsv(path),
  };
}

function refuseWithoutFiles(request: CompileRequest, inputs: InputsRead): void {
  if (inputs.files.some((file) => file.status === 'accepted')) return;
  const [first] = inputs.failures.values();
  const reasons = inputs.files.map((file) => `${file.name}: ${file.reason ?? ''}`);
  throw new TidewatchError(
    first?.kind ?? 'input-empty',
    `No file of ${request.folder} can be taken. ${reasons.join('. ')}.`,
    { details: { files: inputs.files } },
  );
}

/** Gives the quarantine files their names, and removes those of files that have no bad row any more. */
function keepQuarantine(request: CompileRequest, listing: InputListing, inputs: InputsRead): string[] {
  for (const quarantine of inputs.quarantines) quarantine.commit();
  const paths = pathsOf(request, inputs.files);
  const accepted = new Set(
    inputs.files.filter((file) => file.status === 'accepted').map((file) => file.name),
  );
  const names = listing.names.filter((name) => accepted.has(name));
  removeStaleQuarantine(join(request.output, QUARANTINE_FOLDER), names, new Set(paths));
  return paths;
}

function pathsOf(request: CompileRequest, files: readonly FileReport[]): string[] {
  const folder = join(request.output, QUARANTINE_FOLDER);
  return files.filter((file) => file.quarantined > 0).map((file) => quarantinePath(folder, file.name));
}

function refusedAlone({ folder }: CompileRequest, { refused }: InputListing): TidewatchError {
  const reasons = refused.map(({ name, reason }) => `${name}: ${reason}`).join('. ');
  return new TidewatchError('input-unreadable', `No file of ${folder} can be taken. ${reasons}.`, {
    details: { files: refused },
  });
}
