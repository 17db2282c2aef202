/** Reads one input file into the set of rows and its quarantine, and reports on it. */
import { rmSync } from 'node:fs';
import { asTidewatchError, isErrno, isMachineFailure, TidewatchError } from '../../../base/errors.ts';
import { FileRefused } from '../../../formats/csv/file-refused.ts';
import type { HeaderMatch } from '../../../formats/csv/header.ts';
import type { RecordsSummary } from '../../../formats/csv/read-records.ts';
import type { RecordView } from '../../../formats/csv/record-view.ts';
import { type RowWriter, refuseMisread } from '../../../formats/csv/row-writer.ts';
import type { FileReport } from '../../../formats/file-report.ts';
import { contractFor, isOwnFile } from '../../../formats/own-file.ts';
import { NO_HEADER, QuarantineWriter } from '../../../formats/quarantine/quarantine-file.ts';
import { readTable } from '../../../formats/read-table.ts';
import { fingerprint, isSameMark, markOf } from './fingerprint.ts';
import type { LineTotals } from './line-block.ts';
import type { LineFeed } from './line-feed.ts';

/** Why a file is left out. */
export interface FileFailure {
  readonly status: 'rejected' | 'waiting';
  readonly reason: string;
  readonly kind: 'column-missing' | 'input-unreadable' | 'input-changed';
}

/** What the reading of a file tells of it; `totals` are over this file and all before it. */
export type FileRead = Omit<FileReport, keyof LineTotals> & { readonly totals: Promise<LineTotals> };

export interface InputFileOptions {
  readonly name: string;
  readonly quarantineFolder: string;
  /** Times its size that a packed file may unpack to. */
  readonly maxUnpackedRatio: number;
  readonly writer: RowWriter;
  readonly feed: LineFeed;
  /** Where a link may lead. */
  readonly within: string;
}

export class InputFile {
  /** Rows read so far. */
  rows = 0;
  quarantine: QuarantineWriter | null = null;
  private header: HeaderMatch | null = null;
  /** Bytes of the file on the disk. */
  private size = 0;
  /** Whether what stands in no quotes has the type of its column already. */
  private readonly name: string;
  private readonly quarantineFolder: string;
  private readonly maxUnpackedRatio: number;
  private readonly writer: RowWriter;
  private readonly feed: LineFeed;
  private readonly within: string;

  constructor({ name, quarantineFolder, maxUnpackedRatio, writer, feed, within }: InputFileOptions) {
    this.name = name;
    this.quarantineFolder = quarantineFolder;
    this.maxUnpackedRatio = maxUnpackedRatio;
    this.writer = writer;
    this.feed = feed;
    this.within = within;
  }

  /**
   * `onBytes` is awaited after each chunk.
   * @throws FileRefused, an error of the file system, or TidewatchError.
   */
  async read(
    path: string,
    asCsv: (path: string) => Promise<string>,
    onBytes: (bytes: number) => Promise<void>,
  ): Promise<FileRead> {
    const before = await markOf(path);
    this.size = before.size;
    const csv = await asCsv(path);
    const summary = await this.readRows(csv, csv !== path, onBytes).finally(() => {
      if (csv !== path) rmSync(csv, { force: true });
    });
    const { bytes, sha256 } = csv === path ? summary : await fingerprint(path);
    if (bytes !== before.size || !isSameMark(before, await markOf(path))) {
      throw new TidewatchError(
        'input-changed',
        'the file changed while it was read; it will be taken when it is still',
      );
    }
    return { ...this.report(bytes, sha256), totals: this.feed.mark() };
  }

  /** `isTyped`: the file is a copy that this system has made. */
  private async readRows(
    path: string,
    isTyped: boolean,
    onBytes: (bytes: number) => Promise<void>,
  ): Promise<RecordsSummary> {
    const summary = await readTable(path, {
      contract: contractFor(this.name, this.writer.contract),
      targetOptional: this.writer.targetOptional,
      onHeader: (header) => this.begin(header),
      onRow: (bytes, reader, line) => this.take(bytes, reader, line),
      onBytes,
      within: isTyped ? undefined : this.within,
      isTyped,
      maxUnpackedRatio: this.maxUnpackedRatio,
    });
    refuseMisread(this.writer);
    return summary;
  }

  private begin(header: HeaderMatch): void {
    this.header = header;
    this.writer.begin(header, isOwnFile(this.name));
  }

  private take(bytes: Uint8Array, reader: RecordView, line: number): void {
    const { feed, writer } = this;
    this.rows++;
    feed.reserve(writer.room(reader));
    const end = writer.write(bytes, reader, feed.block, feed.position);
    if (end < 0) this.refuse(reader.raw(bytes), line);
    else feed.add(end);
  }

  private refuse(raw: Uint8Array, line: number): void {
    this.quarantine ??= new QuarantineWriter(this.quarantineFolder, {
      name: this.name,
      bytes: this.size,
      header: this.header?.raw ?? NO_HEADER,
    });
    const { refusals } = this.writer;
    const columns = refusals.flatMap((refusal) => (refusal.column === null ? [] : [refusal.column]));
    const reasons = refusals.map((refusal) => refusal.reason);
    this.quarantine.add(line, columns, reasons, raw);
  }

  private report(bytes: number, sha256: string): Omit<FileRead, 'totals'> {
    return {
      name: this.name,
      bytes,
      sha256,
      status: 'accepted',
      reason: null,
      extraColumns: this.header?.extraColumns ?? [],
      matched: this.header?.matched ?? [],
      read: this.rows,
      quarantined: this.quarantine?.rows ?? 0,
    };
  }
}

/**
 * What an error says of the file that was being read. Errors that are not the file's fault are thrown on.
 */
export function failureOf(error: unknown): FileFailure {
  if (error instanceof FileRefused) return { status: 'rejected', reason: error.message, kind: error.kind };
  if (error instanceof TidewatchError) {
    if (error.code !== 'input-changed') throw error;
    return { status: 'waiting', reason: error.message, kind: 'input-changed' };
  }
  if (isErrno(error) && error.code === 'ENOENT') {
    return { status: 'waiting', reason: 'the file went away while it was read', kind: 'input-changed' };
  }
  // What the system refuses is no fault of the file that was being read.
  if (isMachineFailure(error) || !(error instanceof Error)) throw asTidewatchError(error);
  return {
    status: 'rejected',
    reason: `the file cannot be read: ${error.message}`,
    kind: 'input-unreadable',
  };
}
