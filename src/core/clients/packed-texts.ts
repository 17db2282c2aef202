/** Many texts in one block of bytes: the names of a million clients without a million objects. */

export interface PackedTexts {
  readonly length: number;
  text(index: number): string;
  /** Below 0 where text `a` comes before text `b` in the order of UTF-8 bytes (that of code points), 0 where equal. */
  compare(a: number, b: number): number;
  /** The last place of a text, -1 where it is not there. */
  lastIndexOf(text: string): number;
  /** A test of whether the text at a place contains `part`; the case of ASCII letters does not count. */
  containing(part: string): (index: number) => boolean;
  /** One flag a text: 1 where no later text is equal. */
  lastOfEach(): Uint8Array;
}

export interface TextPacker {
  push(text: string): void;
  finish(): PackedTexts;
}

const FIRST_BYTES = 1 << 16;
/** Bytes that a UTF-16 unit can take in UTF-8. */
const UNIT_BYTES = 3;

/** Packs up to `most` texts, 4 bytes each beside their own (at most 4 GB together). */
export function createTextPacker(most: number): TextPacker {
  const encoder = new TextEncoder();
  const starts = new Uint32Array(most + 1);
  let bytes = new Uint8Array(FIRST_BYTES);
  let length = 0;
  let end = 0;
  return {
    push(text) {
      const room = end + text.length * UNIT_BYTES;
      if (room > bytes.length) {
        const larger = new Uint8Array(Math.max(room, bytes.length * 2));
        larger.set(bytes.subarray(0, end));
        bytes = larger;
      }
      end += encoder.encodeInto(text, bytes.subarray(end)).written;
      starts[++length] = end;
    },
    finish: () => unpack(bytes.slice(0, end), starts, length),
  };
}

function unpack(bytes: Uint8Array, starts: Uint32Array, length: number): PackedTexts {
  const decoder = new TextDecoder();
  let low: Buffer | null = null;
  const startOf = (index: number) => starts[index] as number;
  const compare = (a: number, b: number): number =>
    compareBytes(bytes, startOf(a), startOf(a + 1), bytes, startOf(b), startOf(b + 1));
  return {
    length,
    text: (index) => decoder.decode(bytes.subarray(startOf(index), startOf(index + 1))),
    compare,
    lastIndexOf(text) {
      const wanted = new TextEncoder().encode(text);
      for (let i = length - 1; i >= 0; i--) {
        if (startOf(i + 1) - startOf(i) !== wanted.length) continue;
        if (compareBytes(bytes, startOf(i), startOf(i + 1), wanted, 0, wanted.length) === 0) return i;
      }
      return -1;
    },
    containing(part) {
      low ??= loweredCopy(bytes);
      const found = placesOf(low, loweredCopy(new TextEncoder().encode(part)), starts, length);
      return (index) => found[index] === 1;
    },
    lastOfEach: () => lastOfEach(bytes, starts, length, compare),
  };
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

/** By an open hash table of places, filled from the end. Texts are compared only where their whole hashes are equal. */
function lastOfEach(
  bytes: Uint8Array,
  starts: Uint32Array,
  length: number,
  compare: (a: number, b: number) => number,
): Uint8Array {
  const last = new Uint8Array(length);
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(length * 2 + 2)));
  const hashes = new Uint32Array(slots.length);
  const mask = slots.length - 1;
  for (let i = length - 1; i >= 0; i--) {
    const hash = hashOf(bytes, starts[i] as number, starts[i + 1] as number);
    let slot = hash & mask;
    while (slots[slot] !== 0 && (hashes[slot] !== hash || compare((slots[slot] as number) - 1, i) !== 0)) {
      slot = (slot + 1) & mask;
    }
    if (slots[slot] !== 0) continue;
    slots[slot] = i + 1;
    hashes[slot] = hash;
    last[i] = 1;
  }
  return last;
}

/** FNV-1a, its bits mixed once more, as only the low ones choose the slot. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let k = start; k < end; k++) hash = Math.imul(hash ^ (bytes[k] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
