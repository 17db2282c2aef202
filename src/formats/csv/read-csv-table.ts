/** Reads one CSV file as rows of the contract: header first, then each record as a line or a refusal. */
import { isUtf8 } from 'node:buffer';
import { asTidewatchError } from '../../base/errors.ts';
import { quoted } from '../../base/shorten.ts';
import { groupThousands } from '../../base/thousands.ts';
import type { TableContract } from '../contract/table-contract.ts';
import { describeDialect } from './describe-dialect.ts';
import { describesColumns } from './description-line.ts';
import { type Dialect, type Sniffed, sniffDialect } from './dialect.ts';
import { chooseEncoding, type Encoding, isByteEncoding } from './encoding.ts';
import { FileRefused } from './file-refused.ts';
import { MAX_COLUMNS } from './first-lines.ts';
import { type HeaderMatch, headerNames, matchHeader } from './header.ts';
import { LineCount } from './line-count.ts';
import { otherFormat } from './other-format.ts';
import { type ChunkPlace, type RecordsSummary, readRecordsWith } from './read-records.ts';
import { RecordDecoder } from './record-decoder.ts';
import { RecordReader } from './record-reader.ts';
import type { RecordView } from './record-view.ts';
import { openTextSource } from './text-source.ts';

export interface ReadTableOptions {
  readonly contract: TableContract;
  readonly targetOptional: boolean;
  /** Called before the first row. Of a file without a header `extraColumns` and `matched` grow while the file is read. */
  readonly onHeader: (header: HeaderMatch) => void;
  /** The bytes are in UTF-8, whatever the file is in; `line` is that of the file. */
  readonly onRow: (bytes: Uint8Array, record: RecordView, line: number) => void;
  readonly onBytes?: (bytes: number) => Promise<void>;
  /** Where a link may lead, as `openRegularFile`; absent: anywhere. */
  readonly within?: string | undefined;
  /** As in ReadOptions. */
  readonly maxUnpackedRatio?: number;
  /** Whether the file is a copy of another format that `TypedRecordReader` reads, whatever its name. */
  readonly isTyped?: boolean;
}

/** How a file was read. */
export interface TableReading extends Omit<Sniffed, 'headerAt'> {
  /** Whether what was read as Windows-1252 may as well be ISO 8859-15, with other characters. */
  readonly mayBeIso885915: boolean;
}

export interface TableSummary extends RecordsSummary {
  /** null: the format has only one way to be written. */
  readonly reading: TableReading | null;
}

/**
 * The dialect is found in the first chunk (`sniffDialect`). A file whose encoding is neither marked nor given is
 * ASCII until other bytes come, and these decide: what came before is the same in each encoding, so nothing is read
 * again. A line that does not agree with what was decided is handed on as damaged.
 * @throws FileRefused with a reason in plain words; TidewatchError for what is not the file's fault (a full disk
 * in `onRow`, rows that do not add up).
 */
export async function readCsvTable(path: string, options: ReadTableOptions): Promise<TableSummary> {
  const { onBytes, within, maxUnpackedRatio, contract } = options;
  const table = new CsvTable(options);
  const summary = await readRecordsWith(path, {
    reader: table.reader,
    count: new LineCount(),
    within,
    open: async (file, inside) => {
      const source = await openTextSource(file, contract.reading?.encoding ?? null, inside);
      table.encoding = source.encoding;
      return source;
    },
    onChunk: (chunk, place) => table.prepare(chunk, place),
    onRecord: (bytes, record, line) => table.take(bytes, record, line),
    ...(onBytes === undefined ? {} : { onBytes }),
    ...(maxUnpackedRatio === undefined ? {} : { maxUnpackedRatio }),
  });
  return { ...summary, reading: table.finish(summary.bytes) };
}

const DEFAULT_READING = {
  dialect: {
    delimiter: ',',
    encoding: null,
    skipLines: 0,
    descriptionLines: 0,
    decimal: '.',
    thousands: null,
  },
  doubt: null,
  mayDescribe: false,
} as const;

class CsvTable {
  readonly reader = new RecordReader(MAX_COLUMNS);
  /** null: only ASCII so far. */
  encoding: Encoding | null = null;
  private readonly options: ReadTableOptions;
  private decoder: RecordDecoder | null = null;
  private sniffed: Omit<Sniffed, 'headerAt'> = DEFAULT_READING;
  private header: HeaderMatch | null = null;
  /** What the file is, where its first bytes say that it is no CSV. */
  private other: string | null = null;
  /** Records under the header that may be description lines. */
  private toDescribe = 0;

  constructor(options: ReadTableOptions) {
    this.options = options;
  }

  /** Finds the dialect in the first chunk, and the encoding in the first one beyond ASCII; returns the bytes above the header. */
  prepare(chunk: Uint8Array, { isFirst, isLast }: ChunkPlace): number {
    if (!isFirst) {
      if (this.encoding === null) this.settle(chooseEncoding(chunk), true);
      return 0;
    }
    const { contract, targetOptional } = this.options;
    this.other = otherFormat(chunk);
    const { headerAt, ...sniffed } = sniffDialect(chunk, {
      ...{ contract, targetOptional },
      encoding: this.encoding,
      isWhole: isLast,
    });
    this.sniffed = sniffed;
    this.settle(sniffed.dialect.encoding, this.encoding === null);
    this.reader.delimiter = sniffed.dialect.delimiter.charCodeAt(0);
    this.toDescribe = sniffed.dialect.descriptionLines;
    return headerAt;
  }

  take(bytes: Uint8Array, record: RecordReader, line: number): void {
    const { decoder, header } = this;
    const decoded = decoder === null ? { bytes, record } : decoder.decode(bytes, record);
    if (header === null) {
      this.header = this.checkHeader(decoded.bytes, decoded.record);
      this.options.onHeader(this.header);
      return;
    }
    if (this.toDescribe > 0) {
      this.toDescribe--;
      if (describesColumns(this.options.contract, header, decoded.bytes, decoded.record)) return;
      this.toDescribe = 0;
    }
    try {
      this.options.onRow(decoded.bytes, decoded.record, line);
    } catch (error) {
      throw asTidewatchError(error);
    }
  }

  /** `bytes`: those of the file. */
  finish(bytes: number): TableReading {
    if (this.header === null) {
      const above = this.sniffed.dialect.skipLines;
      const empty =
        above === 0
          ? 'the file has only empty lines'
          : `the file has no text under the ${above} lines above its header`;
      const what = bytes === 0 ? 'the file is empty (0 bytes)' : empty;
      throw new FileRefused('input-unreadable', `${what}; expected a line that names the columns`);
    }
    return {
      ...this.sniffed,
      dialect: this.dialect,
      mayBeIso885915: this.decoder?.mayBeIso885915 ?? false,
    };
  }

  private get dialect(): Dialect {
    return { ...this.sniffed.dialect, encoding: this.encoding };
  }

  private settle(encoding: Encoding | null, isFound: boolean): void {
    this.encoding = encoding;
    if (isByteEncoding(encoding))
      this.decoder = new RecordDecoder(encoding, { isFound, capacity: MAX_COLUMNS });
  }

  private checkHeader(bytes: Uint8Array, record: RecordReader): HeaderMatch {
    const { contract, targetOptional } = this.options;
    const raw = record.raw(bytes);
    const { other } = this;
    const refuse = (kind: FileRefused['kind'], reason: string): never => {
      throw new FileRefused(
        ...(other === null ? ([kind, reason] as const) : (['input-unreadable', other] as const)),
      );
    };
    // Without columns to go by, the lines of a web page would be taken for rows.
    if (other !== null && contract.columns.length === 0 && bytes[record.start] === LESS_THAN)
      refuse('input-unreadable', other);
    if (this.sniffed.doubt !== null && contract.columns.length === 0)
      refuse('input-unreadable', this.sniffed.doubt);
    if (record.damage === 'carriage-return') {
      refuse('input-unreadable', 'the first line has carriage returns inside; lines must end in LF or CRLF');
    }
    if (record.damage === 'no-character' || record.damage === 'other-encoding') {
      refuse('input-unreadable', `its header cannot be read: ${record.refusal().reason}`);
    }
    if (record.damage === null && record.fields > MAX_COLUMNS) {
      refuse(
        'input-unreadable',
        `its header names ${groupThousands(String(record.fields))} columns, and ${groupThousands(String(MAX_COLUMNS))} are read at most; export those that are needed`,
      );
    }
    if (record.damage !== null || !isUtf8(raw)) {
      refuse('input-unreadable', `the first line is not the header of a CSV file; ${HEADER}`);
    }
    const text = Buffer.from(raw).toString('utf8');
    const answer = matchHeader(headerNames(bytes, record), text, contract, targetOptional);
    return 'reason' in answer ? refuse(answer.kind, `${answer.reason}${this.manner(text)}`) : answer;
  }

  /** How the file was read, where that is not the plain way: it may be what is wrong. */
  private manner(header: string): string {
    const { dialect } = this;
    if (describeDialect({ ...dialect, descriptionLines: 0 }) === 'commas, UTF-8') return '';
    const above = dialect.skipLines === 0 ? '' : `; the header is taken to be ${quoted(header)}`;
    return `. It was read as ${describeDialect(dialect)}${above}`;
  }
}

const LESS_THAN = 60;

const HEADER =
  'expected names of columns between commas, semicolons, tabs or bars, in UTF-8, UTF-16 or Windows-1252';
