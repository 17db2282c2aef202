/** How text files write characters: which encoding a file has, and the characters of those with one byte each. */
import { isAscii, isUtf8 } from 'node:buffer';
import type { Reading } from '../contract/table-contract.ts';
import { LF } from './record-reader.ts';

export type Encoding = NonNullable<Reading['encoding']>;
/** Encodings in which a character is one byte. */
export type ByteEncoding = Extract<Encoding, 'windows-1252' | 'iso-8859-15'>;

export function isByteEncoding(encoding: Encoding | null): encoding is ByteEncoding {
  return encoding === 'windows-1252' || encoding === 'iso-8859-15';
}

/** Code points of the bytes 0x80 to 0x9f in Windows-1252; 0: no character. */
const WINDOWS_1252 = [
  0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,
  0x017d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
  0x0153, 0, 0x017e, 0x0178,
];

/** Where ISO 8859-15 has other characters than Windows-1252 (and ISO 8859-1). */
const ISO_8859_15 = new Map([
  [0xa4, 0x20ac],
  [0xa6, 0x0160],
  [0xa8, 0x0161],
  [0xb4, 0x017d],
  [0xb8, 0x017e],
  [0xbc, 0x0152],
  [0xbd, 0x0153],
  [0xbe, 0x0178],
]);

/** The code point of each of the 256 bytes; 0: no character. */
export const CODE_POINTS: Readonly<Record<ByteEncoding, Uint16Array>> = {
  'windows-1252': Uint16Array.from({ length: 256 }, (_, byte) =>
    byte >= 0x80 && byte < 0xa0 ? (WINDOWS_1252[byte - 0x80] ?? 0) : byte,
  ),
  'iso-8859-15': Uint16Array.from({ length: 256 }, (_, byte) =>
    byte >= 0x80 && byte < 0xa0 ? 0 : (ISO_8859_15.get(byte) ?? byte),
  ),
};

/** The encoding by the byte order mark that a file begins with; null: it has none. */
export function findMark(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | null {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : null;
}

/**
 * UTF-16 without a mark, by the zeros that every other byte is in a file of mostly Latin letters; null: it is not
 * UTF-16. `bytes`: the first of a file; some hundreds are enough.
 */
export function findUtf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const pairs = bytes.length >>> 1;
  let [even, odd] = [0, 0];
  for (let k = 0; k < pairs; k++) {
    if (bytes[2 * k] === 0) even++;
    if (bytes[2 * k + 1] === 0) odd++;
  }
  if (even === 0 && odd > pairs / 2) return 'utf-16le';
  return odd === 0 && even > pairs / 2 ? 'utf-16be' : null;
}

/**
 * UTF-8 or Windows-1252, by the lines beyond ASCII in `bytes`, which begin where a line does: Windows-1252 where more
 * lines can only be that than can be UTF-8. null where every byte is ASCII, so that both are the same. A last line that
 * is cut off counts only where it is the one.
 */
export function chooseEncoding(bytes: Uint8Array): 'utf-8' | 'windows-1252' | null {
  if (isAscii(bytes)) return null;
  let [utf8, windows] = [0, 0];
  for (let start = 0; start < bytes.length; ) {
    const lf = bytes.indexOf(LF, start);
    const isCut = lf < 0;
    const line = bytes.subarray(start, isCut ? wholeCharacters(bytes) : lf);
    start = isCut ? bytes.length : lf + 1;
    if ((isCut && utf8 + windows > 0) || isAscii(line)) continue;
    if (isUtf8(line)) utf8++;
    else if (line.every((byte) => CODE_POINTS['windows-1252'][byte] !== 0 || byte === 0)) windows++;
  }
  return windows > utf8 ? 'windows-1252' : 'utf-8';
}

/** Where the last character of UTF-8 begins that is cut off at the end; the length where none is. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.length - back : bytes.length;
    }
    if (byte < 0x80) break;
  }
  return bytes.length;
}

/** Writes a code point as UTF-8 at `out[to]`; returns its end. */
export function putCharacter(code: number, out: Uint8Array, to: number): number {
  let p = to;
  if (code < 0x80) out[p++] = code;
  else if (code < 0x800) out[p++] = 0xc0 | (code >> 6);
  else if (code < 0x10000) {
    out[p++] = 0xe0 | (code >> 12);
    out[p++] = 0x80 | ((code >> 6) & 0x3f);
  } else {
    out[p++] = 0xf0 | (code >> 18);
    out[p++] = 0x80 | ((code >> 12) & 0x3f);
    out[p++] = 0x80 | ((code >> 6) & 0x3f);
  }
  if (code >= 0x80) out[p++] = 0x80 | (code & 0x3f);
  return p;
}
