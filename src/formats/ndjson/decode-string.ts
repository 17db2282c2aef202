/** Undoes the escapes of a JSON string in place, into the bytes of a CSV field. */
import { QUOTE } from '../csv/record-reader.ts';

const BACKSLASH = 92;
const SPACE = 32;
const LOWER_U = 117;
/** Byte that each letter after a backslash stands for; 0 where none does. */
const ESCAPES = new Uint8Array(128);
for (const [letter, byte] of Object.entries({
  b: 8,
  t: 9,
  n: 10,
  f: 12,
  r: 13,
  '"': 34,
  '\\': 92,
  '/': 47,
})) {
  ESCAPES[letter.charCodeAt(0)] = byte;
}

/** What became of a string. */
export interface DecodedString {
  /** Where its bytes end now. */
  readonly end: number;
  /** Whether it has quotes, which are doubled. */
  readonly quotes: boolean;
  /** Not null: it is no text. */
  readonly fault: string | null;
}

/**
 * Decodes `bytes[start..end)`, the inside of a JSON string in UTF-8, to the inside of a quoted CSV field: a quote is
 * doubled. No escape is shorter than what it stands for, so it is done in place; what is left over becomes spaces.
 */
export function decodeStringInto(bytes: Uint8Array, start: number, end: number): DecodedString {
  let to = start;
  let quotes = false;
  let fault: string | null = null;
  for (let i = start; i < end; ) {
    const c = bytes[i] as number;
    if (c !== BACKSLASH) {
      bytes[to++] = c;
      i++;
      continue;
    }
    const letter = bytes[i + 1] as number;
    if (letter === LOWER_U) {
      const code = codePointAt(bytes, i);
      if (code === 0) fault ??= 'the line has a NUL byte, which no text has';
      if (code < 0) fault ??= 'a "\\u" escape is not one of a character; expected four hexadecimal digits';
      i += code > 0xffff ? 12 : 6;
      if (code === QUOTE) bytes[to++] = QUOTE;
      quotes ||= code === QUOTE;
      to = putCodePoint(bytes, to, Math.max(code, 0));
      continue;
    }
    const byte = ESCAPES[letter] ?? 0;
    if (byte === 0)
      fault ??= `"\\${String.fromCharCode(letter)}" is no escape of JSON; a backslash must be doubled`;
    if (byte === QUOTE) bytes[to++] = QUOTE;
    quotes ||= byte === QUOTE;
    bytes[to++] = byte;
    i += 2;
  }
  bytes.fill(SPACE, to, end);
  return { end: to, quotes, fault };
}

/** The character of the escape at `at`, both halves of a pair together; -1 where there is none, or half of one. */
function codePointAt(bytes: Uint8Array, at: number): number {
  const first = unitAt(bytes, at);
  if (first < 0xd800 || first > 0xdfff) return first;
  const second = unitAt(bytes, at + 6);
  if (first > 0xdbff || second < 0xdc00 || second > 0xdfff) return -1;
  return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
}

/** The number in the escape `\uXXXX` at `at`, or -1. */
function unitAt(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== BACKSLASH || bytes[at + 1] !== LOWER_U) return -1;
  let unit = 0;
  for (let k = at + 2; k < at + 6; k++) {
    const digit = hexDigit(bytes[k] as number);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

function hexDigit(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  const letter = (c | 32) - 97;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}

function putCodePoint(bytes: Uint8Array, to: number, code: number): number {
  let p = to;
  if (code < 0x80) bytes[p++] = code;
  else if (code < 0x800) {
    bytes[p++] = 0xc0 | (code >> 6);
    bytes[p++] = 0x80 | (code & 0x3f);
  } else if (code < 0x10000) {
    bytes[p++] = 0xe0 | (code >> 12);
    bytes[p++] = 0x80 | ((code >> 6) & 0x3f);
    bytes[p++] = 0x80 | (code & 0x3f);
  } else {
    bytes[p++] = 0xf0 | (code >> 18);
    bytes[p++] = 0x80 | ((code >> 12) & 0x3f);
    bytes[p++] = 0x80 | ((code >> 6) & 0x3f);
    bytes[p++] = 0x80 | (code & 0x3f);
  }
  return p;
}
