/** Many texts, each held once in one block of bytes: the ids of a million clients without a million objects. */

/** The different texts that were added, numbered in the order of their first coming. */
export interface IndexedTexts {
  readonly length: number;
  text(code: number): string;
  /** Below 0 where text `a` comes before text `b` in the order of UTF-8 bytes (that of code points), 0 where equal. */
  compare(a: number, b: number): number;
  /** The number of a text, -1 where it was never added. */
  codeOf(text: string): number;
  /** A test of whether the text of a number contains `part`; the case of ASCII letters does not count. */
  containing(part: string): (code: number) => boolean;
}

export interface TextIndex extends IndexedTexts {
  /** The number of the text: a new one where it was never added. */
  add(text: string): number;
}

const FIRST_BYTES = 1 << 16;
const FIRST_TEXTS = 1 << 12;
/** Bytes that a UTF-16 unit can take in UTF-8. */
const UNIT_BYTES = 3;

/** An empty index; 12 to 24 bytes a text beside its own (at most 4 GB together). */
export function createTextIndex(): TextIndex {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let bytes = new Uint8Array(FIRST_BYTES);
  let starts = new Uint32Array(FIRST_TEXTS + 1);
  let slots = createSlots(FIRST_TEXTS);
  let length = 0;
  let low: Buffer | null = null;
  const startOf = (code: number) => starts[code] as number;
  /** Puts the text behind the last one, where it is no text yet; returns its end. */
  const encode = (text: string): number => {
    const room = startOf(length) + text.length * UNIT_BYTES;
    if (room > bytes.length) bytes = grown(bytes, Math.max(room, bytes.length * 2));
    return startOf(length) + encoder.encodeInto(text, bytes.subarray(startOf(length))).written;
  };
  /** The slot of the text that `encode` put down: that of an equal one, or an empty one. */
  const find = (hash: number, end: number): number => {
    const { codes, hashes, mask } = slots;
    let slot = hash & mask;
    for (; codes[slot] !== 0; slot = (slot + 1) & mask) {
      const code = (codes[slot] as number) - 1;
      if (hashes[slot] !== hash) continue;
      if (compareBytes(bytes, startOf(code), startOf(code + 1), bytes, startOf(length), end) === 0) break;
    }
    return slot;
  };
  return {
    get length() {
      return length;
    },
    add(text) {
      const end = encode(text);
      const hash = hashOf(bytes, startOf(length), end);
      const slot = find(hash, end);
      const known = slots.codes[slot] as number;
      if (known !== 0) return known - 1;
      if (length + 2 > starts.length) starts = grown(starts, starts.length * 2);
      starts[length + 1] = end;
      slots.codes[slot] = ++length;
      slots.hashes[slot] = hash;
      if (length * 2 > slots.codes.length) slots = rehashed(slots, length);
      low = null;
      return length - 1;
    },
    codeOf(text) {
      const end = encode(text);
      return (slots.codes[find(hashOf(bytes, startOf(length), end), end)] as number) - 1;
    },
    text: (code) => decoder.decode(bytes.subarray(startOf(code), startOf(code + 1))),
    compare: (a, b) => compareBytes(bytes, startOf(a), startOf(a + 1), bytes, startOf(b), startOf(b + 1)),
    containing(part) {
      low ??= loweredCopy(bytes.subarray(0, startOf(length)));
      const found = placesOf(low, loweredCopy(encoder.encode(part)), starts, length);
      return (code) => found[code] === 1;
    },
  };
}

/** An open hash table: the number of a text plus one, 0 in an empty slot, and its whole hash beside it. */
interface Slots {
  readonly codes: Int32Array;
  readonly hashes: Uint32Array;
  readonly mask: number;
}

/** Slots for so many texts, at most half of them filled. */
function createSlots(texts: number): Slots {
  const size = 2 ** Math.ceil(Math.log2(texts * 2));
  return { codes: new Int32Array(size), hashes: new Uint32Array(size), mask: size - 1 };
}

function rehashed(old: Slots, texts: number): Slots {
  const { codes, hashes, mask } = createSlots(texts * 2);
  for (let i = 0; i < old.codes.length; i++) {
    if (old.codes[i] === 0) continue;
    const hash = old.hashes[i] as number;
    let slot = hash & mask;
    while (codes[slot] !== 0) slot = (slot + 1) & mask;
    codes[slot] = old.codes[i] as number;
    hashes[slot] = hash;
  }
  return { codes, hashes, mask };
}

function grown<T extends Uint8Array | Uint32Array>(array: T, length: number): T {
  const larger = new (array.constructor as new (length: number) => T)(length);
  larger.set(array);
  return larger;
}

function compareBytes(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const shared = Math.min(aEnd - aStart, bEnd - bStart);
  for (let k = 0; k < shared; k++) {
    const gap = (a[aStart + k] as number) - (b[bStart + k] as number);
    if (gap !== 0) return gap;
  }
  return aEnd - aStart - (bEnd - bStart);
}

function loweredCopy(bytes: Uint8Array): Buffer {
  const low = Buffer.from(bytes);
  for (let k = 0; k < low.length; k++) {
    const byte = low[k] as number;
    if (byte >= 65 && byte <= 90) low[k] = byte + 32;
  }
  return low;
}

/** One flag a text: 1 where it contains `wanted`. One search over all texts, which is many times as fast as one each. */
function placesOf(low: Buffer, wanted: Buffer, starts: Uint32Array, length: number): Uint8Array {
  const found = new Uint8Array(length);
  if (wanted.length === 0) return found.fill(1);
  let index = 0;
  for (let at = low.indexOf(wanted); at >= 0; ) {
    while ((starts[index + 1] as number) <= at) index++;
    const end = starts[index + 1] as number;
    const isWhole = at + wanted.length <= end;
    if (isWhole) found[index] = 1;
    // Where it ends in a later text it is in none of them, but one may begin just after.
    at = low.indexOf(wanted, isWhole ? end : at + 1);
  }
  return found;
}

/** FNV-1a, its bits mixed once more, as only the low ones choose the slot. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let k = start; k < end; k++) hash = Math.imul(hash ^ (bytes[k] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
