/** Hashes rows of source columns to 64 bits each, by their content alone: the same on every machine and engine. */
import type { SourceColumn } from '../columns/source-column.ts';

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const ADD1 = 0x561ccd1b;
const ADD2 = 0x0bcaa747;
/** The words of NaN: a value that is missing, whatever the kind of its column. */
const MISSING_LOW = 0;
const MISSING_HIGH = 0x7ff80000;
const MINUS_ZERO_HIGH = 0x80000000 | 0;
/** Where the low word of a double lies in this machine's memory. */
const LOW = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;

export interface RowHasher {
  /** Takes in the next column, one value a row. */
  add(column: SourceColumn): void;
  /** One hash a row. */
  finish(): BigUint64Array;
}

/**
 * A hasher of `rows` rows. Numbers count by their double (0 is -0), texts by their characters, a category by its
 * text and not by its code; missing is equal to missing only. Columns count in the order that they are added in,
 * and a number is never a text. Two rounds of 32 bits as in MurmurHash3 (x86, 128 bits, its first two lanes;
 * Appleby 2011): each is a bijection, so rows of two columns of small numbers cannot meet by a weak mix.
 * Not for secrets: who knows the function can make two rows meet.
 */
export function createRowHasher(rows: number): RowHasher {
  const lanes = new Int32Array(2 * rows);
  let columns = 0;
  return {
    add(column) {
      columns++;
      if (column.kind === 'numeric') addNumbers(lanes, column.values, rows);
      else addWords(lanes, column.kind === 'text' ? hashTexts(column.values) : hashCodes(column), rows);
    },
    finish: () => finishLanes(lanes, columns, rows),
  };
}

/** Mixes two words into the two lanes at `at`. */
function mix(lanes: Int32Array, at: number, low: number, high: number): void {
  let a = lanes[at] as number;
  let b = lanes[at + 1] as number;
  const k = Math.imul(low, C1);
  a ^= Math.imul((k << 15) | (k >>> 17), C2);
  a = Math.imul(((a << 19) | (a >>> 13)) + b, 5) + ADD1;
  const l = Math.imul(high, C2);
  b ^= Math.imul((l << 16) | (l >>> 16), C3);
  b = Math.imul(((b << 17) | (b >>> 15)) + a, 5) + ADD2;
  lanes[at] = a;
  lanes[at + 1] = b;
}

function addNumbers(lanes: Int32Array, values: Float64Array, rows: number): void {
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * rows);
  for (let i = 0; i < rows; i++) {
    const low = words[2 * i + LOW] as number;
    const high = words[2 * i + 1 - LOW] as number;
    const value = values[i] as number;
    if (Number.isNaN(value)) mix(lanes, 2 * i, MISSING_LOW, MISSING_HIGH);
    else mix(lanes, 2 * i, low, low === 0 && high === MINUS_ZERO_HIGH ? 0 : high);
  }
}

function addWords(lanes: Int32Array, words: Int32Array, rows: number): void {
  for (let i = 0; i < rows; i++) mix(lanes, 2 * i, words[2 * i] as number, words[2 * i + 1] as number);
}

/** Two words a text: four characters a round, their count, and a last mix. */
function hashTexts(texts: readonly (string | null)[]): Int32Array {
  const words = new Int32Array(2 * texts.length);
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] ?? null;
    if (text === null) {
      words[2 * i] = MISSING_LOW;
      words[2 * i + 1] = MISSING_HIGH;
      continue;
    }
    // A character past the end gives NaN, which is 0 as a word; the count tells it from a NUL.
    for (let k = 0; k < text.length; k += 4) {
      const low = text.charCodeAt(k) | (text.charCodeAt(k + 1) << 16);
      mix(words, 2 * i, low, text.charCodeAt(k + 2) | (text.charCodeAt(k + 3) << 16));
    }
    settle(words, 2 * i, text.length);
  }
  return words;
}

/** Two words a row, each level hashed once. */
function hashCodes({ codes, levels }: Extract<SourceColumn, { kind: 'categorical' }>): Int32Array {
  const known = hashTexts([...levels, null]);
  const words = new Int32Array(2 * codes.length);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number;
    const at = 2 * (code < 0 ? levels.length : code);
    words[2 * i] = known[at] as number;
    words[2 * i + 1] = known[at + 1] as number;
  }
  return words;
}

function finishLanes(lanes: Int32Array, columns: number, rows: number): BigUint64Array {
  const keys = new BigUint64Array(rows);
  const words = new Int32Array(keys.buffer);
  for (let i = 0; i < rows; i++) {
    settle(lanes, 2 * i, columns);
    words[2 * i + LOW] = lanes[2 * i] as number;
    words[2 * i + 1 - LOW] = lanes[2 * i + 1] as number;
  }
  return keys;
}

/** The last mix of MurmurHash3: every bit of both lanes and of the count comes to bear on every other. */
function settle(lanes: Int32Array, at: number, count: number): void {
  let a = (lanes[at] as number) ^ count;
  let b = (lanes[at + 1] as number) ^ count;
  a = (a + b) | 0;
  b = (b + a) | 0;
  a = avalanche(a);
  b = avalanche(b);
  a = (a + b) | 0;
  lanes[at] = a;
  lanes[at + 1] = (b + a) | 0;
}

function avalanche(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
