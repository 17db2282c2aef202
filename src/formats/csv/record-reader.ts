/** Finds records and fields in the bytes of a CSV file, and says what is wrong with the record that has none. */
import type { RecordView, RowRefusal } from './record-view.ts';

export const COMMA = 44;
export const QUOTE = 34;
export const LF = 10;
export const CR = 13;

/** Longest record in bytes that is read as a row. */
export const MAX_RECORD_BYTES = 2_000_000;

/** What can be wrong with a record before its fields are looked at. */
type Damage =
  | 'quote-in-field'
  | 'text-after-quote'
  | 'unclosed-quote'
  | 'carriage-return'
  | 'nul'
  | 'too-long'
  | 'no-character'
  | 'other-encoding'
  | 'cell';

const DAMAGES: Record<Damage, string> = {
  'quote-in-field':
    'a quote stands inside a field that has none around it; put the field in quotes and double the quote inside',
  'text-after-quote': 'text follows the closing quote of a field; a quote inside a field must be doubled',
  'unclosed-quote': 'a quote is opened and never closed',
  'carriage-return': 'a carriage return stands inside a field without quotes',
  nul: 'the line has a NUL byte, which no text has',
  'too-long': 'the row is longer than 2,000,000 bytes',
  'no-character':
    'the line has a byte that stands for no character in the encoding of the file; name the encoding it is written in ' +
    '(`input.encoding` in config.json), or save the file as UTF-8',
  'other-encoding':
    'the line is UTF-8, while other lines of the file are Windows-1252, so its letters are not certain; save the file ' +
    'as UTF-8, or name its encoding (`input.encoding` in config.json)',
  cell: 'a cell has an error in place of a value',
};

/**
 * How a field is written: bare, in quotes, in quotes with doubled quotes inside, as a number in a format that has
 * numbers (JSON), or bare in a file whose separator is no comma, so that commas may be in it.
 */
export const BARE = 0;
export const QUOTED = 1;
export const ESCAPED = 2;
export const TYPED = 3;
export const LOOSE = 4;

/**
 * A reader of records after RFC 4180, strict: a quote opens only at the start of a field, is doubled inside, and
 * is followed by the separator or the end of the record. Lines end in LF or CRLF, mixed at will. A record whose
 * quotes are damaged is taken to be one line, so that a forgotten quote costs one row and not the rest of the
 * file. The object is the last record read; it is reused, since a file has millions.
 */
export class RecordReader implements RecordView {
  /** Fields of the record; may be more than are stored. */
  fields = 0;
  /** Byte range of each stored field, quotes left out. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** BARE, LOOSE, QUOTED or ESCAPED for each stored field. */
  readonly quoting: Uint8Array;
  /** The byte between two fields: a comma, a semicolon, a tab or a bar. */
  delimiter = COMMA;
  /** Where the record starts. */
  start = 0;
  /** End of the record: the LF of its line ending, or the end of the file. */
  end = 0;
  /** Start of the next record. */
  next = 0;
  /** Lines that the record takes. */
  lines = 1;
  damage: Damage | null = null;
  /** Whether the record has bytes outside ASCII. */
  beyondAscii = false;

  /** `capacity`: how many fields of a record are stored; further ones are counted only. */
  constructor(capacity: number) {
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
    this.quoting = new Uint8Array(capacity);
  }

  /** True when the last record is an empty line. */
  get blank(): boolean {
    return (
      this.damage === null &&
      this.fields === 1 &&
      this.starts[0] === this.ends[0] &&
      (this.quoting[0] === BARE || this.quoting[0] === LOOSE)
    );
  }

  /** The bytes of the last record without its line ending. */
  raw(bytes: Uint8Array): Uint8Array {
    const end = this.end > this.start && bytes[this.end - 1] === CR ? this.end - 1 : this.end;
    return bytes.subarray(this.start, end);
  }

  line(bytes: Uint8Array): Uint8Array {
    return bytes.subarray(this.start, this.next);
  }

  refusal(): RowRefusal {
    return { column: null, reason: this.damage === null ? '' : DAMAGES[this.damage] };
  }

  /** Says that the record, which takes the bytes up to `end`, is no row. */
  condemn(damage: Damage, end: number): void {
    this.damage = damage;
    this.end = end;
    this.next = end;
  }

  /**
   * Reads the record that starts at `at`. `bytes[limit]` must be LF, as a sentinel. Returns false when the
   * record goes on after `limit` and `last` is false: call again with more bytes.
   */
  read(bytes: Uint8Array, at: number, limit: number, last: boolean): boolean {
    if (!this.scan(bytes, at, limit, last)) return false;
    if (this.end - at <= MAX_RECORD_BYTES || this.damage !== null) return true;
    if (this.lines > 1) return this.spoil('unclosed-quote', bytes, at, limit, last);
    this.damage = 'too-long';
    return true;
  }

  private scan(bytes: Uint8Array, at: number, limit: number, last: boolean): boolean {
    const { starts, ends, quoting, delimiter } = this;
    const bare = delimiter === COMMA ? BARE : LOOSE;
    const capacity = starts.length;
    let fields = 0;
    let start = at;
    let bits = 0;
    let lines = 1;
    let i = at;
    this.damage = null;
    for (;;) {
      let c = bytes[i] as number;
      // Letters and digits are above the comma; of what ends a field only semicolons and bars are, too.
      while (c > COMMA && c !== delimiter) {
        bits |= c;
        c = bytes[++i] as number;
      }
      if (c === delimiter || c === LF) {
        if (i === limit && !last) return false;
        if (fields < capacity) {
          starts[fields] = start;
          ends[fields] = i;
          quoting[fields] = bare;
        }
        fields++;
        if (c === LF) return this.finish(at, i, limit, fields, bits, lines);
        start = ++i;
      } else if (c === QUOTE) {
        if (i !== start) return this.spoil('quote-in-field', bytes, at, limit, last);
        const close = this.closingQuote(bytes, i + 1, limit);
        if (close < 0) {
          if (!last && limit - at <= MAX_RECORD_BYTES) return false;
          return this.spoil('unclosed-quote', bytes, at, limit, last);
        }
        // Two bytes after the quote must be known: it may be doubled, or followed by CRLF.
        if (close + 3 > limit && !last) return false;
        if (this.nul) return this.spoil('nul', bytes, at, limit, last);
        if (fields < capacity) {
          starts[fields] = start + 1;
          ends[fields] = close;
          quoting[fields] = this.doubled ? ESCAPED : QUOTED;
        }
        bits |= this.bits;
        lines += this.newlines;
        fields++;
        i = close + 1;
        if (bytes[i] === CR && bytes[i + 1] === LF) i++;
        if (bytes[i] === LF) return this.finish(at, i, limit, fields, bits, lines);
        if (bytes[i] !== delimiter) return this.spoil('text-after-quote', bytes, at, limit, last);
        start = ++i;
      } else if (c === CR) {
        if (i + 1 >= limit && !last) return false;
        if (bytes[i + 1] !== LF) return this.spoil('carriage-return', bytes, at, limit, last);
        if (fields < capacity) {
          starts[fields] = start;
          ends[fields] = i;
          quoting[fields] = bare;
        }
        return this.finish(at, i + 1, limit, fields + 1, bits, lines);
      } else if (c === 0) {
        return this.spoil('nul', bytes, at, limit, last);
      } else {
        i++;
      }
    }
  }

  private doubled = false;
  private nul = false;
  private newlines = 0;
  private bits = 0;

  /** Index of the quote that closes the field whose text starts at `at`, or -1. Notes what lies between. */
  private closingQuote(bytes: Uint8Array, at: number, limit: number): number {
    let newlines = 0;
    let bits = 0;
    this.doubled = false;
    this.nul = false;
    for (let i = at; i < limit; i++) {
      const c = bytes[i] as number;
      bits |= c;
      if (c === LF) newlines++;
      else if (c === 0) this.nul = true;
      else if (c === QUOTE) {
        if (i + 1 < limit && bytes[i + 1] === QUOTE) {
          this.doubled = true;
          i++;
        } else {
          this.newlines = newlines;
          this.bits = bits;
          return i;
        }
      }
    }
    return -1;
  }

  /** Ends a sound record at the LF at `lf` (which is the sentinel where the file lacks its last one). */
  private finish(at: number, lf: number, limit: number, fields: number, bits: number, lines: number): true {
    this.start = at;
    this.fields = fields;
    this.lines = lines;
    this.next = lf === limit ? limit : lf + 1;
    this.end = lf;
    this.beyondAscii = (bits & 0x80) !== 0;
    return true;
  }

  /** Makes the first line of the record a damaged record of its own. */
  private spoil(damage: Damage, bytes: Uint8Array, at: number, limit: number, last: boolean): boolean {
    const lf = bytes.indexOf(LF, at);
    if (lf === limit && !last) return false;
    this.start = at;
    this.fields = 0;
    this.lines = 1;
    this.next = lf === limit ? limit : lf + 1;
    this.end = lf;
    this.beyondAscii = true;
    this.damage = lf - at > MAX_RECORD_BYTES ? 'too-long' : damage;
    return true;
  }
}
