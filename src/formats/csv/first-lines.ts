/** The first lines of a CSV file, read as records of one separator or another. */
import { DELIMITERS, type Delimiter } from './delimiter.ts';
import { type Encoding, isByteEncoding } from './encoding.ts';
import { headerNames } from './header.ts';
import { RecordDecoder } from './record-decoder.ts';
import { CR, LF, RecordReader } from './record-reader.ts';

/** Columns that a file may have. */
export const MAX_COLUMNS = 16_384;
/** Lines among which the header is looked for. */
const MAX_LINES = 1001;
/** Records by which the shape of a table is judged. */
const MAX_RECORDS = 200;
/** Records under the header that are looked at closely. */
const CLOSE_RECORDS = 40;
const DECLARED = /^sep=([,;\t|])\r?$/i;

/** Where the header is, and why that is not certain. */
export interface Structure {
  /** Index of the line, of those below a line `sep=;`. */
  readonly line: number;
  readonly delimiter: Delimiter;
  readonly doubt: string | null;
}

/** What the configuration sets; null: nothing. */
export interface StructureWish {
  readonly delimiter: Delimiter | null;
  readonly skipLines: number | null;
}

export interface FirstLinesOptions {
  readonly encoding: Encoding | null;
  /** Whether the encoding was found in the file, and not given. */
  readonly isFound: boolean;
  /** Whether the bytes are the whole file. */
  readonly isWhole: boolean;
}

export class FirstLines {
  /** The separator that a first line `sep=;` names; null: there is none. */
  readonly declared: Delimiter | null;
  private readonly bytes: Uint8Array;
  private readonly limit: number;
  private readonly isWhole: boolean;
  /** Where each line begins. */
  private readonly starts: readonly number[];
  private readonly reader = new RecordReader(MAX_COLUMNS);
  private readonly decoder: RecordDecoder | null;

  constructor(bytes: Uint8Array, { encoding, isFound, isWhole }: FirstLinesOptions) {
    // Behind the last byte the reader needs a line feed.
    this.bytes = new Uint8Array(bytes.length + 1);
    this.bytes.set(bytes);
    this.bytes[bytes.length] = LF;
    this.limit = bytes.length;
    this.isWhole = isWhole;
    this.decoder = isByteEncoding(encoding)
      ? new RecordDecoder(encoding, { isFound, capacity: MAX_COLUMNS })
      : null;
    const starts = this.findStarts();
    const first = Buffer.from(this.bytes.subarray(0, Math.min(8, this.bytes.indexOf(LF))));
    const [, declared] = DECLARED.exec(first.toString('latin1')) ?? [];
    this.declared = declared === undefined ? null : (declared as Delimiter);
    this.starts = this.declared === null ? starts : starts.slice(1);
  }

  get count(): number {
    return this.starts.length;
  }

  /** Byte where a line begins; behind the last one where there are not so many. */
  startOf(line: number): number {
    return this.starts[line] ?? this.limit;
  }

  /** Separators to try, the one that the file names first. */
  get separators(): readonly Delimiter[] {
    const { declared } = this;
    return declared === null ? DELIMITERS : [declared, ...DELIMITERS.filter((each) => each !== declared)];
  }

  isEmpty(line: number): boolean {
    const byte = this.bytes[this.startOf(line)];
    return byte === LF || (byte === CR && this.bytes[this.startOf(line) + 1] === LF);
  }

  /** Lines above one, 0 where all of them are empty. */
  titlesAbove(line: number): number {
    for (let above = 0; above < line; above++) if (!this.isEmpty(above)) return line;
    return 0;
  }

  /** The texts of the record that begins with a line, without the spaces around; null: it is damaged or cut off. */
  names(line: number, delimiter: Delimiter): string[] | null {
    return this.read(this.startOf(line), delimiter) ? this.texts() : null;
  }

  /** Fields and line of each record from the first on, empty lines left out; a damaged one has one field. */
  records(delimiter: Delimiter): { readonly line: number; readonly fields: number }[] {
    const found: { line: number; fields: number }[] = [];
    const { reader } = this;
    let line = 0;
    for (let at = this.startOf(0); at < this.limit && found.length < MAX_RECORDS; at = reader.next) {
      reader.delimiter = delimiter.charCodeAt(0);
      if (!reader.read(this.bytes, at, this.limit, this.isWhole)) break;
      if (!reader.blank) found.push({ line, fields: reader.damage === null ? reader.fields : 1 });
      line += reader.lines;
    }
    return found;
  }

  /** The texts of the records behind the one that begins with a line; damaged ones are left out. */
  recordsUnder(line: number, delimiter: Delimiter): string[][] {
    const { reader } = this;
    const found: string[][] = [];
    reader.delimiter = delimiter.charCodeAt(0);
    if (!reader.read(this.bytes, this.startOf(line), this.limit, this.isWhole)) return [];
    for (let at = reader.next; at < this.limit && found.length < CLOSE_RECORDS; at = reader.next) {
      if (!reader.read(this.bytes, at, this.limit, this.isWhole)) break;
      const texts = reader.damage === null && !reader.blank ? this.texts() : null;
      if (texts !== null) found.push(texts);
    }
    return found;
  }

  private read(at: number, delimiter: Delimiter): boolean {
    const { reader } = this;
    reader.delimiter = delimiter.charCodeAt(0);
    if (at >= this.limit || !reader.read(this.bytes, at, this.limit, this.isWhole)) return false;
    return reader.damage === null && !reader.blank;
  }

  private texts(): string[] | null {
    const { bytes, record } = this.decoder?.decode(this.bytes, this.reader) ?? {
      bytes: this.bytes,
      record: this.reader,
    };
    return record.damage !== null || record.fields > MAX_COLUMNS ? null : headerNames(bytes, record);
  }

  private findStarts(): number[] {
    const starts = [0];
    for (let at = 0; starts.length < MAX_LINES; ) {
      const lf = this.bytes.indexOf(LF, at);
      if (lf < 0 || lf + 1 >= this.limit) break;
      at = lf + 1;
      starts.push(at);
    }
    return starts;
  }
}
