/** The lines of finaldata.csv, each once: a set that keeps the order of arrival. */
import { BLOCK_LINES, type LineBlock, type LineTotals } from './line-block.ts';

const FIRST_SLOTS = 1 << 12;
/** Above this share of filled slots the table doubles. */
const MAX_LOAD = 0.7;
/** An estimate is trusted up to a table of 512 MiB; a larger one grows to its size. */
const MOST_EXPECTED_SLOTS = 1 << 26;
/** Slots that are looked up together: 256 KiB, what the nearest caches of memory and of pages hold. */
const REGION_BITS = 15;
/** Of the first word of a slot, the bits with the number of the block; the rest is hash. */
const BLOCK_MASK = (1 << 20) - 1;
const TAG_MASK = ~BLOCK_MASK;
/** Numbers that a group keeps of a line. */
const ENTRY = 4;
/** Entries whose slots are touched ahead. */
const TOUCH = 64 * ENTRY;
const QUOTE = 34;
const COMMA = 44;
const LF = 10;

/**
 * A set of lines, exact: a line is new unless an equal one is there, byte for byte. Lines stay in the blocks that
 * they come in; those that turn out to be known are passed over when lines are handed on.
 *
 * The table is open addressing with linear probing; a slot is two words: 12 bits of the hash over 20 bits with
 * the number of the block, and the offset of the line in that block plus one, which is 0 in an empty slot. The
 * table is far larger than any cache, so the lines of a block are looked up region of the table by region (a
 * stable counting sort, after the radix joins of Boncz, Manegold and Kersten 1999): one wait for memory serves many.
 */
export class RowSet {
  /** Means nothing; what is read ahead must go somewhere, or it would not be read. */
  touched = 0;

  private kept = 0;
  private duplicates = 0;
  private unlabelled = 0;
  private readonly blocks: Uint8Array[] = [];
  private slots: Int32Array = new Int32Array(FIRST_SLOTS * 2);
  private mask = FIRST_SLOTS - 1;
  private readonly group = new Group();
  private readonly onLines: (lines: Uint8Array) => void;

  /** `onLines` is given the lines of the set in order, some MiB at a time, and must not keep the array. */
  constructor(onLines: (lines: Uint8Array) => void) {
    this.onLines = onLines;
  }

  /** Makes room for about so many lines in all, so that the table need not grow. */
  expect(rows: number): void {
    let slots = this.mask + 1;
    while (slots * MAX_LOAD < rows && slots < MOST_EXPECTED_SLOTS) slots *= 2;
    if (slots > this.mask + 1) this.rehash(slots);
  }

  /** Takes in the lines of a block, which must not change any more, and hands on those that are new. */
  take(block: LineBlock): LineTotals[] {
    const { group } = this;
    this.blocks.push(block.bytes);
    while (this.kept + block.count > (this.mask + 1) * MAX_LOAD) this.rehash((this.mask + 1) * 2);
    group.hash(block, this.mask);
    const duplicates = this.enter(block);
    const totals = block.marks.map((line) => this.totalsBefore(block, line));
    const { unlabelled } = this.totalsBefore(block, block.count);
    this.kept += block.count - duplicates;
    this.duplicates += duplicates;
    this.unlabelled = unlabelled;
    if (block.count > duplicates) this.onLines(duplicates === 0 ? allLines(block) : group.newLines(block));
    return totals;
  }

  private totalsBefore({ bytes, ends }: LineBlock, line: number): LineTotals {
    const { known } = this.group;
    let duplicates = 0;
    let unlabelled = 0;
    for (let k = 0; k < line; k++) {
      if (known[k] === 1) duplicates++;
      else if (bytes[(ends[k] as number) - 2] === COMMA) unlabelled++;
    }
    return {
      kept: this.kept + line - duplicates,
      duplicates: this.duplicates + duplicates,
      unlabelled: this.unlabelled + unlabelled,
    };
  }

  /** Puts the lines of the block into the table, unless they are there; returns how many were. */
  private enter({ bytes, ends, count }: LineBlock): number {
    const { slots, mask } = this;
    const { order, known } = this.group;
    const number = this.blocks.length - 1;
    let duplicates = 0;
    for (let i = 0; i < count * ENTRY; i += ENTRY) {
      if (i % TOUCH === 0) this.touch(order, i, Math.min(count * ENTRY, i + TOUCH));
      let slot = order[i] as number;
      const tag = order[i + 1] as number;
      const start = order[i + 2] as number;
      const line = order[i + 3] as number;
      known[line] = 0;
      for (;;) {
        const offset = slots[slot * 2 + 1] as number;
        if (offset === 0) {
          slots[slot * 2] = tag | number;
          slots[slot * 2 + 1] = start + 1;
          break;
        }
        const word = slots[slot * 2] as number;
        if (
          (word & TAG_MASK) === tag &&
          holds(this.blocks[word & BLOCK_MASK] as Uint8Array, offset - 1, bytes, start, ends[line] as number)
        ) {
          known[line] = 1;
          duplicates++;
          break;
        }
        slot = (slot + 1) & mask;
      }
    }
    return duplicates;
  }

  /** Reads the first slots of some lines, so that the waits for memory overlap. */
  private touch(order: Int32Array, from: number, to: number): void {
    const { slots } = this;
    let touched = 0;
    for (let i = from; i < to; i += ENTRY) touched ^= slots[(order[i] as number) * 2 + 1] as number;
    this.touched = touched;
  }

  private rehash(size: number): void {
    const old = this.slots;
    const slots = new Int32Array(size * 2);
    const mask = size - 1;
    for (let from = 0; from < old.length; from += 2) {
      const word = old[from] as number;
      const offset = old[from + 1] as number;
      if (offset === 0) continue;
      const block = this.blocks[word & BLOCK_MASK] as Uint8Array;
      let slot = slotHash(block, offset - 1, lineEnd(block, offset - 1)) & mask;
      while (slots[slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
      slots[slot * 2] = word;
      slots[slot * 2 + 1] = offset;
    }
    this.slots = slots;
    this.mask = mask;
  }
}

/** What is worked out of the lines of one block. */
class Group {
  /** Per line its first slot, the part of its hash that is kept there, its start and its number; by region. */
  readonly order = new Int32Array(BLOCK_LINES * ENTRY);
  /** Whether the line was in the set already: 1, or 0. */
  readonly known = new Uint8Array(BLOCK_LINES);
  private readonly hashes = new Int32Array(BLOCK_LINES);
  private packed = new Uint8Array(0);

  /** Fills `order`; lines of one region are in order of arrival. */
  hash({ bytes, ends, count }: LineBlock, mask: number): void {
    const { hashes, order } = this;
    const regions = new Int32Array((mask >>> REGION_BITS) + 2);
    let start = 0;
    for (let line = 0; line < count; line++) {
      const end = ends[line] as number;
      const hash = slotHash(bytes, start, end);
      const region = (hash & mask) >>> REGION_BITS;
      hashes[line] = hash;
      regions[region + 1] = (regions[region + 1] as number) + 1;
      start = end;
    }
    for (let region = 1; region < regions.length; region++) {
      regions[region] = (regions[region] as number) + (regions[region - 1] as number);
    }
    start = 0;
    for (let line = 0; line < count; line++) {
      const hash = hashes[line] as number;
      const slot = hash & mask;
      const place = regions[slot >>> REGION_BITS] as number;
      regions[slot >>> REGION_BITS] = place + 1;
      order[place * ENTRY] = slot;
      // Independent enough of the slot, which has the low bits.
      order[place * ENTRY + 1] = Math.imul(hash, 0x9e3779b1) & TAG_MASK;
      order[place * ENTRY + 2] = start;
      order[place * ENTRY + 3] = line;
      start = ends[line] as number;
    }
  }

  /** The lines that were not known, one after the other. */
  newLines(block: LineBlock): Uint8Array {
    const { known } = this;
    const { bytes, ends, count } = block;
    if (this.packed.length < bytes.length) this.packed = new Uint8Array(bytes.length);
    let to = 0;
    for (let line = 0; line < count; ) {
      while (line < count && known[line] === 1) line++;
      const from = line === 0 ? 0 : (ends[line - 1] as number);
      while (line < count && known[line] === 0) line++;
      const run = bytes.subarray(from, line === 0 ? 0 : (ends[line - 1] as number));
      this.packed.set(run, to);
      to += run.length;
    }
    return this.packed.subarray(0, to);
  }
}

function allLines({ bytes, ends, count }: LineBlock): Uint8Array {
  return bytes.subarray(0, ends[count - 1]);
}

/**
 * Whether the line at `offset` of a block is `bytes[start..end)`. Its length need not be known: a line ends at the
 * first LF outside quotes, so two lines that agree up to there are equal.
 */
function holds(block: Uint8Array, offset: number, bytes: Uint8Array, start: number, end: number): boolean {
  let j = offset;
  for (let i = start; i < end; i++, j++) if (bytes[i] !== block[j]) return false;
  return true;
}

/** A hash of 32 bits over the bytes, four at a time (the rounds and the end mix of MurmurHash3). */
function slotHash(bytes: Uint8Array, start: number, end: number): number {
  let h = end - start;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const word =
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24);
    const k = Math.imul(word, 0xcc9e2d51);
    h ^= Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
  }
  for (; i < end; i++) h = Math.imul(h ^ (bytes[i] as number), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** End of the line that starts at `start`: after the first LF outside quotes. */
function lineEnd(block: Uint8Array, start: number): number {
  let inside = false;
  for (let i = start; ; i++) {
    if (block[i] === QUOTE) inside = !inside;
    else if (block[i] === LF && !inside) return i + 1;
  }
}
