/** Records of a file in which a character is one byte, as records in UTF-8. */
import { isUtf8 } from 'node:buffer';
import { type ByteEncoding, CODE_POINTS, putCharacter } from './encoding.ts';
import { LF, RecordReader } from './record-reader.ts';

/** Most bytes of UTF-8 that a character of these encodings takes. */
const MAX_BYTES = 3;

export interface DecodedRecord {
  readonly bytes: Uint8Array;
  readonly record: RecordReader;
}

/**
 * Separators, quotes and line ends are the same bytes in these encodings and in UTF-8, so only records beyond ASCII
 * are decoded, and read once more. What it returns is good until the next call.
 */
export class RecordDecoder {
  /** A byte came that is another character in ISO 8859-15; and one that only Windows-1252 has. */
  private differs = false;
  private isWindows = false;
  private readonly codePoints: Uint16Array;
  /** Whether the encoding was found and not given: then a line that is UTF-8 is not taken. */
  private readonly isFound: boolean;
  private readonly reader: RecordReader;
  private bytes = new Uint8Array(1 << 12);

  constructor(encoding: ByteEncoding, { isFound, capacity }: { isFound: boolean; capacity: number }) {
    this.codePoints = CODE_POINTS[encoding];
    this.isFound = isFound;
    this.reader = new RecordReader(capacity);
  }

  /** Whether what was decoded as Windows-1252 so far may as well be ISO 8859-15, with other characters. */
  get mayBeIso885915(): boolean {
    return this.isFound && this.differs && !this.isWindows;
  }

  decode(bytes: Uint8Array, record: RecordReader): DecodedRecord {
    if (!record.beyondAscii) return { bytes, record };
    const raw = record.line(bytes);
    const isOther = this.isFound && isUtf8(raw) && raw.some((byte) => byte >= 0x80);
    const { end, isWhole } = isOther ? this.copy(raw) : this.transcode(raw);
    const { reader } = this;
    this.bytes[end] = LF;
    reader.delimiter = record.delimiter;
    reader.read(this.bytes, 0, end, true);
    if (isOther) reader.condemn('other-encoding', end);
    else if (!isWhole) reader.condemn('no-character', end);
    else if (reader.next !== end) reader.condemn('too-long', end);
    if (reader.next === end && this.bytes[end - 1] === LF) reader.end = end - 1;
    return { bytes: this.bytes, record: reader };
  }

  private copy(raw: Uint8Array): { readonly end: number; readonly isWhole: boolean } {
    this.makeRoom(raw.length);
    this.bytes.set(raw);
    return { end: raw.length, isWhole: true };
  }

  /** Bytes that are no character become U+FFFD. */
  private transcode(raw: Uint8Array): { readonly end: number; readonly isWhole: boolean } {
    this.makeRoom(raw.length * MAX_BYTES);
    const { bytes, codePoints } = this;
    const iso = CODE_POINTS['iso-8859-15'];
    let p = 0;
    let isWhole = true;
    for (let i = 0; i < raw.length; i++) {
      const byte = raw[i] as number;
      if (byte < 0x80) bytes[p++] = byte;
      else {
        const code = codePoints[byte] as number;
        if (code === 0) isWhole = false;
        else if (code !== iso[byte]) this.note(byte);
        p = putCharacter(code === 0 ? 0xfffd : code, bytes, p);
      }
    }
    return { end: p, isWhole };
  }

  private note(byte: number): void {
    if (byte < 0xa0) this.isWindows = true;
    else this.differs = true;
  }

  private makeRoom(length: number): void {
    if (this.bytes.length > length) return;
    this.bytes = new Uint8Array(2 * length + 1);
  }
}
