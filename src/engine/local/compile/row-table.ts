/** Where the lines of finaldata.csv are, by their hash: 12 bytes a slot, and nothing of the lines themselves. */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { TidewatchError } from '../../../base/errors.ts';
import { openRegularFileSync } from '../../../base/regular-file.ts';

/** Parts of the table, by the upper 8 bits of the lower word of a hash. Each is small enough to be near while it is used. */
export const SEGMENTS = 256;
export const SEGMENT_SHIFT = 24;
const REST_MASK = (1 << SEGMENT_SHIFT) - 1;
/** Words of a slot: the lower 32 bits of the hash; the lower 32 of the place; the upper 16 of the hash over those of the place. */
export const SLOT = 3;
const SLOT_BYTES = SLOT * 4;
export const TOP_MASK = -65536;
const HIGH_MASK = 0xffff;
const FIRST_SLOTS = 16;
/** Above this share of filled slots a segment grows, by a quarter: 15 to 19 bytes a line. */
const MAX_LOAD = 0.8;
const GROWTH = 1.25;
const HIGH = 2 ** 32;
const MAGIC = 'tidewatch-rows/1';
const HEAD_BYTES = 128;

/** Open addressing with linear probing; a slot that is all 0 is empty, since no line stands at place 0. */
export class Segment {
  words: Int32Array;
  capacity = 0;
  count = 0;
  /** Filled slots above which it grows. */
  limit = 0;
  private scale = 0;

  constructor(words: Int32Array, count: number) {
    this.words = words;
    this.count = count;
    this.measure();
  }

  /** The slot at which a hash is looked for first. */
  home(hash: number): number {
    return ((hash & REST_MASK) * this.scale) | 0;
  }

  resize(capacity: number): void {
    const old = this.words;
    this.words = new Int32Array(capacity * SLOT);
    this.measure();
    const { words } = this;
    for (let from = 0; from < old.length; from += SLOT) {
      if (old[from + 1] === 0 && old[from + 2] === 0) continue;
      let slot = this.home(old[from] as number);
      while (words[slot * SLOT + 1] !== 0 || words[slot * SLOT + 2] !== 0) {
        slot = slot + 1 === capacity ? 0 : slot + 1;
      }
      for (let k = 0; k < SLOT; k++) words[slot * SLOT + k] = old[from + k] as number;
    }
  }

  private measure(): void {
    this.capacity = this.words.length / SLOT;
    this.limit = Math.floor(this.capacity * MAX_LOAD);
    this.scale = this.capacity / (REST_MASK + 1);
  }
}

export class RowTable {
  readonly segments: readonly Segment[];
  /** Memory of all slots. */
  bytes = 0;
  private readonly maxBytes: number;

  /** `maxBytes`: what the table may take; `out-of-memory` beyond it. */
  constructor(maxBytes: number, segments: readonly Segment[] = emptySegments()) {
    this.maxBytes = maxBytes;
    this.segments = segments;
    this.bytes = segments.reduce((sum, segment) => sum + segment.words.byteLength, 0);
    this.checkBytes(0);
  }

  get lines(): number {
    return this.segments.reduce((sum, { count }) => sum + count, 0);
  }

  /** Makes room for about so many lines in all, so that no segment need grow, as far as memory allows. */
  expect(lines: number): void {
    const slots = Math.ceil((lines / SEGMENTS / MAX_LOAD) * 1.05) + FIRST_SLOTS;
    if (slots * SEGMENTS * SLOT_BYTES > this.maxBytes) return;
    for (const segment of this.segments) if (segment.limit < lines / SEGMENTS) this.resize(segment, slots);
  }

  grow(segment: Segment): void {
    this.resize(segment, Math.ceil(segment.capacity * GROWTH) + FIRST_SLOTS);
  }

  private resize(segment: Segment, capacity: number): void {
    const more = (capacity - segment.capacity) * SLOT_BYTES;
    this.checkBytes(more);
    segment.resize(capacity);
    this.bytes += more;
  }

  private checkBytes(more: number): void {
    if (this.bytes + more <= this.maxBytes) return;
    throw new TidewatchError(
      'out-of-memory',
      `To find rows that are there already takes up to 19 bytes for each different row, and ${this.lines} of them take ` +
        `all of memory_limit (${Math.round(this.maxBytes / 1e6)} MB). Raise memory_limit in config.json; nothing was changed.`,
      { details: { rows: this.lines, bytes: this.bytes + more, limit: this.maxBytes } },
    );
  }
}

function emptySegments(): Segment[] {
  return Array.from({ length: SEGMENTS }, () => new Segment(new Int32Array(FIRST_SLOTS * SLOT), 0));
}

/** The place in finaldata.csv that a slot has. */
export function placeOf(low: number, top: number): number {
  return (top & HIGH_MASK) * HIGH + (low >>> 0);
}

/** Upper bits of a place. */
export function highOf(place: number): number {
  return Math.floor(place / HIGH);
}

/**
 * Writes a table for the finaldata.csv with this id to a file, which must not exist: a head with the id, then for each
 * segment its slots, filled ones, and check sum, then the slots of each.
 */
export function writeRowTable(path: string, table: RowTable, id: string): void {
  const { segments } = table;
  const sums = Int32Array.from(
    segments.flatMap(({ words, capacity, count }) => [capacity, count, crc32(bytesOf(words))]),
  );
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(`${MAGIC} ${id} ${crc32(bytesOf(sums))}\n`);
  const handle = openSync(path, 'wx');
  try {
    for (const part of [head, bytesOf(sums), ...segments.map(({ words }) => bytesOf(words))]) {
      for (let done = 0; done < part.length; ) done += writeSync(handle, part, done);
    }
  } finally {
    closeSync(handle);
  }
}

/** The table of a file, if it is whole and that of the finaldata.csv with this id; else null. Errors of the file system pass through. */
export function readRowTable(path: string, id: string, maxBytes: number): RowTable | null {
  const handle = openRegularFileSync(path);
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const sums = new Int32Array(SEGMENTS * 3);
    if (!fill(handle, head) || !fill(handle, bytesOf(sums))) return null;
    if (!head.toString().startsWith(`${MAGIC} ${id} ${crc32(bytesOf(sums))}\n`)) return null;
    const segments: Segment[] = [];
    for (let k = 0; k < sums.length; k += 3) {
      const words = new Int32Array((sums[k] as number) * SLOT);
      if (!fill(handle, bytesOf(words)) || (crc32(bytesOf(words)) | 0) !== sums[k + 2]) return null;
      segments.push(new Segment(words, sums[k + 1] as number));
    }
    return new RowTable(maxBytes, segments);
  } finally {
    closeSync(handle);
  }
}

function bytesOf(words: Int32Array): Buffer {
  return Buffer.from(words.buffer, words.byteOffset, words.byteLength);
}

function fill(handle: number, into: Buffer): boolean {
  for (let done = 0; done < into.length; ) {
    const read = readSync(handle, into, done, into.length - done, null);
    if (read === 0) return false;
    done += read;
  }
  return true;
}
