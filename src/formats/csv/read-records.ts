/** Feeds a file through the reader of records, chunk by chunk, and proves that no line was passed over. */
import { TidewatchError } from '../../base/errors.ts';
import { type ByteSource, openByteSource } from './byte-source.ts';
import { LineCount } from './line-count.ts';
import { LF, RecordReader } from './record-reader.ts';
import { mostUnpackedBytes, unpacksToTooMuch } from './unpacked-size.ts';

const CHUNK_BYTES = 1 << 20;
/** A line longer than this is no line of a table: the file is given up. */
const MAX_LINE_BYTES = 1 << 26;

export interface RecordsSummary {
  /** Bytes of the file on the disk. */
  readonly bytes: number;
  readonly sha256: string;
}

/** Finds records one after the other. */
interface Reader {
  /** As RecordReader.read. */
  read(bytes: Uint8Array, at: number, limit: number, last: boolean): boolean;
  /** Whether the last record is an empty line. */
  readonly blank: boolean;
  /** Not null: the last record is damaged. */
  readonly damage: string | null;
  /** Lines that the last record takes. */
  readonly lines: number;
  /** Start of the next record. */
  readonly next: number;
}

/** Counts lines and records on its own, as LineCount does. */
export interface Count {
  readonly lines: number;
  readonly records: number;
  add(bytes: Uint8Array, from: number, to: number): void;
  end(): void;
}

/** What is known of a chunk of a file before its records are read. */
export interface ChunkPlace {
  readonly isFirst: boolean;
  /** Whether the file ends with it. */
  readonly isLast: boolean;
}

export interface ReadOptions<R extends Reader> {
  readonly reader: R;
  readonly count: Count;
  /** How the file is opened; absent: as `openByteSource` does. */
  readonly open?: (path: string, within?: string) => Promise<ByteSource>;
  /** Called with the unread bytes before their records are read; returns how many are passed over, whole lines. */
  readonly onChunk?: (chunk: Uint8Array, place: ChunkPlace) => number;
  /** Called for each record that is not an empty line. */
  readonly onRecord: (bytes: Uint8Array, reader: R, line: number) => void;
  /** Awaited after each chunk, with the bytes of the file read so far. */
  readonly onBytes?: (bytes: number) => Promise<void>;
  /** Where a link may lead, as `openRegularFile`; absent: anywhere. */
  readonly within?: string | undefined;
  /** Times its size that a packed file may unpack to; absent: MAX_UNPACKED_RATIO. */
  readonly maxUnpackedRatio?: number;
}

export interface ReadCsvOptions
  extends Pick<ReadOptions<RecordReader>, 'onRecord' | 'onBytes' | 'maxUnpackedRatio' | 'within'> {
  /** Fields of a record that are stored; further ones are counted only. */
  readonly capacity: number;
}

/** Reads a CSV file as `readRecordsWith` does; the first record is the header. */
export function readRecords(path: string, { capacity, ...rest }: ReadCsvOptions): Promise<RecordsSummary> {
  return readRecordsWith(path, { reader: new RecordReader(capacity), count: new LineCount(), ...rest });
}

/**
 * Reads a file of records, plain or gzip, of any size in constant memory. A byte order mark is taken off.
 * @throws TidewatchError rows-do-not-add-up where the records do not make up the lines of the file; any error of
 * the file system; Error of zlib, or for a line of more than 64 MiB; FileRefused where it unpacks to too much.
 */
export async function readRecordsWith<R extends Reader>(
  path: string,
  options: ReadOptions<R>,
): Promise<RecordsSummary> {
  const source = await (options.open ?? openByteSource)(path, options.within);
  try {
    const pass = new Pass(options);
    let ended = false;
    while (!ended) {
      ended = await pass.fill(source);
      if (pass.unpacked > mostUnpackedBytes(source.bytesRead, options.maxUnpackedRatio)) {
        throw unpacksToTooMuch(source.bytesRead, options.maxUnpackedRatio);
      }
      pass.consume(ended);
      await options.onBytes?.(source.bytesRead);
    }
    pass.prove(path);
    return { bytes: source.bytesRead, sha256: source.digest() };
  } finally {
    await source.close();
  }
}

class Pass<R extends Reader> {
  /** Bytes read so far, as they are once unpacked. */
  unpacked = 0;
  private buffer = new Uint8Array(CHUNK_BYTES + 1);
  private from = 0;
  private to = 0;
  private line = 1;
  private records = 0;
  private begun = false;
  /** Lines that were passed over before the first record. */
  private skipped = 0;
  /** Whether no record was damaged so far, so that quote parity tells the records. */
  private sound = true;
  private readonly count: Count;
  private readonly reader: R;
  private readonly onRecord: ReadOptions<R>['onRecord'];
  private readonly onChunk: ReadOptions<R>['onChunk'];

  constructor(options: ReadOptions<R>) {
    this.reader = options.reader;
    this.count = options.count;
    this.onRecord = options.onRecord;
    this.onChunk = options.onChunk;
  }

  /** Moves the unread rest to the front and fills up the buffer. Returns true at the end of the file. */
  async fill(source: ByteSource): Promise<boolean> {
    this.makeRoom();
    const held = this.to;
    const room = this.buffer.length - 1;
    let read = -1;
    while (this.to < room && read !== 0) {
      read = await source.read(this.buffer, this.to, room - this.to);
      this.to += read;
      this.unpacked += read;
    }
    this.prepare(read === 0);
    this.count.add(this.buffer, Math.max(held, this.from), this.to);
    this.buffer[this.to] = LF;
    return read === 0;
  }

  private prepare(isLast: boolean): void {
    const isFirst = !this.begun;
    if (isFirst) this.skipByteOrderMark();
    if (this.onChunk === undefined) return;
    const chunk = this.buffer.subarray(this.from, this.to);
    const passed = this.onChunk(chunk, { isFirst, isLast });
    for (let i = 0; i < passed; i++) if (chunk[i] === LF) this.skipped++;
    if (isFirst) this.line += this.skipped;
    this.from += passed;
  }

  /** Hands out every record that is complete. */
  consume(last: boolean): void {
    const { buffer, reader, to } = this;
    let at = this.from;
    while (at < to && reader.read(buffer, at, to, last)) {
      if (!reader.blank) {
        this.records++;
        if (reader.damage !== null) this.sound = false;
        this.onRecord(buffer, reader, this.line);
      }
      this.line += reader.lines;
      at = reader.next;
    }
    this.from = at;
  }

  /** Holds what was handed out against the independent count. */
  prove(path: string): void {
    this.count.end();
    const lines = this.line - 1 - this.skipped;
    if (lines === this.count.lines && (!this.sound || this.records === this.count.records)) return;
    throw new TidewatchError(
      'rows-do-not-add-up',
      `${path} has ${this.count.lines} lines and ${this.count.records} records by one count, ` +
        `${lines} lines and ${this.records} records by the other. Nothing was written; please report this file.`,
    );
  }

  private makeRoom(): void {
    this.buffer.copyWithin(0, this.from, this.to);
    this.to -= this.from;
    this.from = 0;
    if (this.to < (this.buffer.length - 1) / 2) return;
    if (this.to > MAX_LINE_BYTES) {
      throw new Error(`line ${this.line} is longer than ${MAX_LINE_BYTES} bytes, so this is not a table`);
    }
    const larger = new Uint8Array((this.buffer.length - 1) * 2 + 1);
    larger.set(this.buffer.subarray(0, this.to));
    this.buffer = larger;
  }

  private skipByteOrderMark(): void {
    const { buffer, to } = this;
    this.begun = true;
    if (to >= 3 && buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf) this.from = 3;
  }
}
