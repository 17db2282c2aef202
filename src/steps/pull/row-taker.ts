/** Takes rows of a source in the order of their watermark, and puts those that are new into files. */
import { renderRecord } from '../../formats/csv/header.ts';
import type { ExternalKind, ExternalRow } from '../../store/external/external-database.ts';
import { digestOf } from './known-rows.ts';
import { PulledFileWriter } from './pulled-file-writer.ts';
import { checkOrder, checkWatermark } from './source-bounds.ts';
import type { SourceOptions } from './source-query.ts';
import { compareWatermarks } from './watermark.ts';

/** Where a pull begins. */
export interface Start {
  /** How far the source had been pulled. */
  readonly last: string | null;
  /** Digests of the rows of the overlap. */
  readonly known: ReadonlySet<string>;
  /** The names of the columns as a line. */
  readonly header: string;
  /** Number of the next file. */
  readonly number: number;
  /** What the column of the watermark holds. */
  readonly kind: ExternalKind;
}

export interface TakerOptions {
  readonly folder: string;
  readonly source: SourceOptions;
  readonly onFile: (name: string, rows: number) => void;
}

export class RowTaker {
  read = 0;
  rows = 0;
  known = 0;
  /** Rows up to the last watermark that were not known. */
  late = 0;
  /** How far the source has been pulled. */
  watermark: string | null;
  /** The watermark of the last row that was read. */
  newest: string | null = null;
  readonly files: string[] = [];
  private readonly options: TakerOptions;
  private readonly start: Start;
  /** The watermark of the last row that was put into a file. */
  private written: string | null = null;
  /** Whether the rows have got past the last watermark; they stay there. */
  private isBeyond = false;
  private writer: PulledFileWriter | null = null;

  constructor(options: TakerOptions, start: Start) {
    this.options = options;
    this.start = start;
    this.watermark = start.last;
  }

  take(row: ExternalRow): void {
    this.read++;
    const watermark = this.checked(row[0] ?? '');
    const line = renderRecord(row.map((value) => value ?? ''));
    const { last, known } = this.start;
    this.isBeyond ||= last === null || compareWatermarks(watermark, last) > 0;
    if (!this.isBeyond && known.has(digestOf(line))) {
      this.known++;
      return;
    }
    if (this.isBeyond) this.watermark = watermark;
    else this.late++;
    this.put(line, watermark);
  }

  /** Gives the last file its name. */
  finish(): void {
    if (this.writer === null) return;
    const { rows } = this.writer;
    const name = this.writer.commit();
    this.writer = null;
    this.files.push(name);
    this.options.onFile(name, rows);
  }

  /** Leaves nothing half-written. */
  discard(): void {
    this.writer?.discard();
    this.writer = null;
  }

  private put(line: string, watermark: string): void {
    const { folder, source } = this.options;
    // A file ends between two watermarks, so that one that is there is all of them that there were.
    const isFull = this.writer !== null && this.writer.rows >= source.rowsPerFile;
    if (isFull && watermark !== this.written) this.finish();
    this.writer ??= new PulledFileWriter(
      folder,
      this.start.number + this.files.length,
      source.name,
      this.start.header,
    );
    this.writer.add(line, watermark);
    this.written = watermark;
    this.rows++;
  }

  /** The watermark, where it is one, of the kind that was pulled before, and not below the one before it. */
  private checked(watermark: string): string {
    if (watermark === this.newest) return watermark;
    const { source } = this.options;
    checkWatermark(watermark, this.newest ?? this.start.last, this.start.kind, source);
    checkOrder(watermark, this.newest, source);
    this.newest = watermark;
    return watermark;
  }
}
