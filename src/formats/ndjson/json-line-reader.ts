/** Finds the values of an object of JSON on one line, as the fields of a record, and says what is wrong with a line. */

import { isUtf8 } from 'node:buffer';
import { quoted } from '../../base/shorten.ts';
import {
  BARE,
  COMMA,
  CR,
  ESCAPED,
  LF,
  MAX_RECORD_BYTES,
  QUOTE,
  QUOTED,
  TYPED,
} from '../csv/record-reader.ts';
import type { RecordView, RowRefusal } from '../csv/record-view.ts';
import { decodeStringInto } from './decode-string.ts';
import type { KeyTable } from './key-table.ts';
import { isWhiteSpace } from './object-count.ts';

const SPACE = 32;
const COLON = 58;
const BACKSLASH = 92;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const MINUS = 45;
const PLUS = 43;
const POINT = 46;
const ZERO = 48;
const NINE = 57;

/**
 * Reads lines after RFC 8259, one object each. The fields of a record are the columns, in their order: a string is a
 * field in quotes, its escapes undone; a number is the text that the line has, so no digit is lost; `true` and `false`
 * are these words; `null` and a key that is not there are empty fields. Keys of no column are checked and passed over. A
 * string is decoded in place, so the bytes of a line are not the same afterwards; `raw` and `line` give them as they were.
 */
export class JsonLineReader implements RecordView {
  fields = 0;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly quoting: Uint8Array;
  start = 0;
  end = 0;
  next = 0;
  readonly lines = 1;
  damage: 'too-long' | 'json' | null = null;
  beyondAscii = false;
  /** Whether the last line has nothing on it but white space. */
  blank = false;
  /** Lines so far that are an object. */
  objects = 0;
  /** For each column: whether an object so far had its key. */
  readonly seen: boolean[];

  private readonly keys: KeyTable;
  private readonly columns: number;
  private told: RowRefusal = { column: null, reason: '' };
  /** Counts lines, to tell the keys of this one. */
  private stamp = 0;
  private bits = 0;
  /** Start, end and key of each string with escapes. */
  private readonly escaped: number[] = [];
  /** Column that got an object or a list, or -1. */
  private nested = -1;
  /** Whether the string that was passed over last has a backslash. */
  private hasEscape = false;
  /** The line as it was, where it was decoded in place. */
  private kept: Uint8Array | null = null;

  /** `columns`: how many of the keys, the first ones, are columns. */
  constructor(keys: KeyTable, columns: number) {
    this.keys = keys;
    this.columns = columns;
    this.starts = new Int32Array(this.columns);
    this.ends = new Int32Array(this.columns);
    this.quoting = new Uint8Array(this.columns);
    this.seen = new Array<boolean>(columns).fill(false);
  }

  refusal(): RowRefusal {
    return this.told;
  }

  raw(bytes: Uint8Array): Uint8Array {
    const line = this.line(bytes);
    const end = this.end - this.start;
    return line.subarray(0, end > 0 && line[end - 1] === CR ? end - 1 : end);
  }

  line(bytes: Uint8Array): Uint8Array {
    return this.kept ?? bytes.subarray(this.start, this.next);
  }

  /** As RecordReader.read. */
  read(bytes: Uint8Array, at: number, limit: number, last: boolean): boolean {
    const lf = bytes.indexOf(LF, at);
    if (lf === limit && !last) return false;
    this.start = at;
    this.end = lf;
    this.next = lf === limit ? limit : lf + 1;
    this.fields = this.columns;
    this.damage = null;
    this.kept = null;
    if (lf - at > MAX_RECORD_BYTES) {
      this.blank = false;
      this.refuse('too-long', null, 'the line is longer than 2,000,000 bytes');
    } else this.readLine(bytes, at, lf);
    return true;
  }

  private readLine(bytes: Uint8Array, at: number, lf: number): void {
    const first = skipWhiteSpace(bytes, at, lf);
    this.blank = first === lf;
    if (this.blank) return;
    this.stamp++;
    this.bits = 0;
    this.nested = -1;
    this.escaped.length = 0;
    const end = this.parse(bytes, first, lf);
    if (end < 0) return;
    this.beyondAscii = (this.bits & 0x80) !== 0;
    if (this.beyondAscii && !isUtf8(bytes.subarray(at, lf))) {
      this.refuse('json', null, 'the line has bytes that are not UTF-8; save the file as UTF-8');
      return;
    }
    this.objects++;
    this.settleColumns();
    if (this.nested >= 0) {
      const name = this.keys.name(this.nested);
      this.refuse(
        'json',
        name,
        `${name}: got an object or a list, expected a text, a number, true, false or null`,
      );
    } else if (this.escaped.length > 0) this.decode(bytes);
  }

  /** Makes the columns empty that the line has no key of. */
  private settleColumns(): void {
    const { keys, stamp, seen } = this;
    for (let k = 0; k < this.columns; k++) {
      if (keys.seenIn[k] === stamp) seen[k] = true;
      else this.put(k, this.start, this.start, BARE);
    }
  }

  /** Undoes the escapes of strings. */
  private decode(bytes: Uint8Array): void {
    const { escaped } = this;
    this.kept = bytes.slice(this.start, this.next);
    for (let j = 0; j < escaped.length; j += 3) {
      const start = escaped[j] as number;
      const id = escaped[j + 2] as number;
      const { end, quotes, fault } = decodeStringInto(bytes, start, escaped[j + 1] as number);
      if (fault !== null) this.refuse('json', id < this.columns ? this.keys.name(id) : null, fault);
      if (id < this.columns) this.put(id, start, end, quotes ? ESCAPED : QUOTED);
      // What the escapes stood for may be beyond ASCII.
      this.beyondAscii = true;
    }
  }

  private put(id: number, start: number, end: number, quoting: number): void {
    this.starts[id] = start;
    this.ends[id] = end;
    this.quoting[id] = quoting;
  }

  private refuse(damage: 'too-long' | 'json', column: string | null, reason: string): void {
    this.damage = damage;
    this.fields = 0;
    this.told = { column, reason };
  }

  /** Reads the object at `at`, which must be all of the line. Returns its end, or -1 where it is none. */
  private parse(bytes: Uint8Array, at: number, lf: number): number {
    if (bytes[at] !== OPEN_OBJECT) return this.fault(bytes, at, 'an object in braces');
    let i = skipWhiteSpace(bytes, at + 1, lf);
    if (bytes[i] === CLOSE_OBJECT) return this.finish(bytes, i + 1, lf);
    for (let place = 0; ; place++) {
      if (bytes[i] !== QUOTE) return this.fault(bytes, i, 'a key in double quotes');
      const spelling = this.keys.guess(place, bytes, i + 1);
      let id = this.keys.key(spelling);
      if (spelling >= 0) i += this.keys.length(spelling) + 2;
      else {
        const close = this.closingQuote(bytes, i + 1);
        if (close < 0) return -1;
        id = this.readKey(bytes, i, close + 1, place);
        if (id < 0) return -1;
        i = close + 1;
      }
      if (this.keys.seenIn[id] === this.stamp) {
        this.refuse(
          'json',
          this.keys.name(id),
          `the key ${quoted(this.keys.name(id))} is there more than once`,
        );
        return -1;
      }
      this.keys.seenIn[id] = this.stamp;
      i = skipWhiteSpace(bytes, i, lf);
      if (bytes[i] !== COLON) return this.fault(bytes, i, '":" after a key');
      i = this.readValue(bytes, skipWhiteSpace(bytes, i + 1, lf), lf, id);
      if (i < 0) return -1;
      i = skipWhiteSpace(bytes, i, lf);
      if (bytes[i] === CLOSE_OBJECT) return this.finish(bytes, i + 1, lf);
      if (bytes[i] !== COMMA) return this.fault(bytes, i, '"," or "}" after a value');
      i = skipWhiteSpace(bytes, i + 1, lf);
    }
  }

  private finish(bytes: Uint8Array, at: number, lf: number): number {
    const i = skipWhiteSpace(bytes, at, lf);
    return i === lf ? i : this.fault(bytes, i, 'the end of the line after the object');
  }

  /** The key of which the quoted text is `bytes[from..to)`, or -1 where it is no text. */
  private readKey(bytes: Uint8Array, from: number, to: number, place: number): number {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
    try {
      return this.keys.lookUp(place, text.includes('\\') ? (JSON.parse(text) as string) : text.slice(1, -1));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return this.fault(bytes, from, 'a key whose escapes are those of JSON');
    }
  }

  /** Reads the value at `at`; returns its end, or -1. */
  private readValue(bytes: Uint8Array, at: number, lf: number, id: number): number {
    const c = bytes[at] as number;
    if (c === QUOTE) {
      const close = this.closingQuote(bytes, at + 1);
      if (close < 0) return -1;
      if (this.hasEscape) this.escaped.push(at + 1, close, id);
      if (id < this.columns) this.put(id, at + 1, close, QUOTED);
      return close + 1;
    }
    if (c === MINUS || (c >= ZERO && c <= NINE)) {
      const end = numberEnd(bytes, at);
      if (end < 0) return this.fault(bytes, -end, 'a digit of a number as JSON has them');
      if (id < this.columns) this.put(id, at, end, TYPED);
      return end;
    }
    if (c === OPEN_OBJECT || c === OPEN_LIST) {
      const end = this.nestedEnd(bytes, at, lf);
      if (end > 0) this.keys.nested.add(this.keys.name(id));
      if (end > 0 && id < this.columns && this.nested < 0) this.nested = id;
      return end;
    }
    return this.readWord(bytes, at, id);
  }

  private readWord(bytes: Uint8Array, at: number, id: number): number {
    if (isWord(bytes, at, 'null')) {
      if (id < this.columns) this.put(id, at, at, BARE);
      return at + 4;
    }
    const length = isWord(bytes, at, 'true') ? 4 : isWord(bytes, at, 'false') ? 5 : 0;
    if (length === 0) return this.fault(bytes, at, 'a text in double quotes, a number, true, false or null');
    if (id < this.columns) this.put(id, at, at + length, BARE);
    return at + length;
  }

  /** Index of the quote that closes the string whose inside starts at `at`, or -1. */
  private closingQuote(bytes: Uint8Array, at: number): number {
    let bits = 0;
    this.hasEscape = false;
    for (let i = at; ; i++) {
      const c = bytes[i] as number;
      if (c === QUOTE) {
        this.bits |= bits;
        return i;
      }
      if (c === BACKSLASH) {
        this.hasEscape = true;
        // A backslash before the end of the line leaves the LF to be met next.
        if ((bytes[i + 1] as number) >= SPACE) i++;
      } else if (c < SPACE) {
        return this.fault(
          bytes,
          i,
          c === LF || c === CR ? 'a closing quote' : 'control characters as escapes',
        );
      }
      bits |= c;
    }
  }

  /** End of the object or list at `at`, checked by the parser of JSON itself, or -1. */
  private nestedEnd(bytes: Uint8Array, at: number, lf: number): number {
    let depth = 0;
    for (let i = at; i < lf; i++) {
      const c = bytes[i] as number;
      if (c === QUOTE) {
        i = this.closingQuote(bytes, i + 1);
        if (i < 0) return -1;
      } else if (c === OPEN_OBJECT || c === OPEN_LIST) depth++;
      else if (c === CLOSE_OBJECT || c === CLOSE_LIST) depth--;
      if (depth > 0) continue;
      try {
        JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + at, i + 1 - at).toString('utf8'));
        return i + 1;
      } catch {
        return this.fault(bytes, at, 'a sound object or list');
      }
    }
    return this.fault(bytes, lf, 'the end of an object or list');
  }

  /** Says what stands at `at` in place of what was expected; returns -1. */
  private fault(bytes: Uint8Array, at: number, expected: string): -1 {
    const stop = Math.min(this.end, at + 20);
    const got =
      skipWhiteSpace(bytes, at, this.end) === this.end
        ? 'the end of the line'
        : quoted(Buffer.from(bytes.subarray(at, stop)).toString('utf8'));
    const place = at - this.start + 1;
    this.refuse('json', null, `not an object of JSON: at byte ${place}, expected ${expected}, got ${got}`);
    return -1;
  }
}

function skipWhiteSpace(bytes: Uint8Array, at: number, lf: number): number {
  let i = at;
  while (i < lf && (bytes[i] as number) <= SPACE && isWhiteSpace(bytes[i] as number)) i++;
  return i;
}

/** End of the number at `at` after the grammar of JSON; minus the place where a digit is lacking. */
function numberEnd(bytes: Uint8Array, at: number): number {
  let i = bytes[at] === MINUS ? at + 1 : at;
  if (bytes[i] === ZERO) i++;
  else if (isDigit(bytes[i])) i = digitsEnd(bytes, i);
  else return -i;
  if (bytes[i] === POINT) {
    if (!isDigit(bytes[i + 1])) return -(i + 1);
    i = digitsEnd(bytes, i + 1);
  }
  if (((bytes[i] as number) | 32) === 101) {
    const sign = bytes[i + 1];
    const digits = sign === PLUS || sign === MINUS ? i + 2 : i + 1;
    if (!isDigit(bytes[digits])) return -digits;
    i = digitsEnd(bytes, digits);
  }
  return i;
}

function digitsEnd(bytes: Uint8Array, at: number): number {
  let i = at;
  while (isDigit(bytes[i])) i++;
  return i;
}

function isDigit(c: number | undefined): boolean {
  return c !== undefined && c >= ZERO && c <= NINE;
}

function isWord(bytes: Uint8Array, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return false;
  return true;
}
