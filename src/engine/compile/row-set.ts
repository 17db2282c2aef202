/** The lines of finaldata.csv, each once: a set that keeps the order of arrival. */

const BLOCK_BYTES = 1 << 22;
const GROUP_LINES = 1 << 16;
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
const LF = 10;

/**
 * A set of lines, exact: a line is new unless an equal one is there, byte for byte. Lines stay in the blocks that
 * they are written into; those that turn out to be known are passed over when lines are handed on.
 *
 * The table is open addressing with linear probing; a slot is two words: 12 bits of the hash over 20 bits with
 * the number of the block, and the offset of the line in that block plus one, which is 0 in an empty slot. The
 * table is far larger than any cache, so lines are looked up in groups, region of the table by region (a stable
 * counting sort, after the radix joins of Boncz, Manegold and Kersten 1999): one wait for memory serves many.
 */
export class RowSet {
  /** Lines in the set, as of the last `settle`. */
  kept = 0;
  /** Lines that were in the set already, as of the last `settle`. */
  duplicates = 0;
  /** Where the next line is written, from `position` on. */
  block: Uint8Array = new Uint8Array(BLOCK_BYTES);
  position = 0;

  /** Means nothing; what is read ahead must go somewhere, or it would not be read. */
  touched = 0;

  private readonly blocks: Uint8Array[] = [this.block];
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

  /** Sees to it that `block` has room for `size` bytes from `position` on. */
  reserve(size: number): void {
    if (this.position + size <= this.block.length) return;
    this.settle();
    this.block = new Uint8Array(Math.max(BLOCK_BYTES, size));
    this.blocks.push(this.block);
    this.position = 0;
    this.group.start = 0;
  }

  /** Takes in the line at `block[position..end)`, LF included. */
  add(end: number): void {
    const { group } = this;
    group.ends[group.count++] = end;
    this.position = end;
    if (group.count === GROUP_LINES) this.settle();
  }

  /** Looks up the lines added since the last time, and hands on those that are new. */
  settle(): void {
    const { group, block } = this;
    const { count } = group;
    while (this.kept + count > (this.mask + 1) * MAX_LOAD) this.rehash((this.mask + 1) * 2);
    group.hash(block, this.mask);
    const duplicates = this.enter();
    this.kept += count - duplicates;
    this.duplicates += duplicates;
    if (count > duplicates)
      this.onLines(duplicates === 0 ? block.subarray(group.start, this.position) : group.newLines(block));
    group.count = 0;
    group.start = this.position;
  }

  /** Puts the lines of the group into the table, unless they are there; returns how many were. */
  private enter(): number {
    const { slots, mask, group } = this;
    const { count, order, known } = group;
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
          this.holds(word & BLOCK_MASK, offset - 1, start, group.ends[line] as number)
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

  /**
   * Whether the line at `offset` of a block is `block[start..end)`. Its length need not be known: a line ends at
   * the first LF outside quotes, so two lines that agree up to there are equal.
   */
  private holds(number: number, offset: number, start: number, end: number): boolean {
    const other = this.blocks[number] as Uint8Array;
    const { block } = this;
    let j = offset;
    for (let i = start; i < end; i++, j++) if (block[i] !== other[j]) return false;
    return true;
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

/** The lines that are looked up together; they lie one after the other in one block. */
class Group {
  count = 0;
  /** Where the first line starts in the block. */
  start = 0;
  readonly ends = new Int32Array(GROUP_LINES);
  /** Per line its first slot, the part of its hash that is kept there, its start and its number; by region. */
  readonly order = new Int32Array(GROUP_LINES * ENTRY);
  /** Whether the line was in the set already. */
  readonly known = new Uint8Array(GROUP_LINES);
  private readonly hashes = new Int32Array(GROUP_LINES);
  private packed = new Uint8Array(BLOCK_BYTES);

  /** Fills `order`; lines of one region are in order of arrival. */
  hash(block: Uint8Array, mask: number): void {
    const { count, ends, hashes, order } = this;
    const regions = new Int32Array((mask >>> REGION_BITS) + 2);
    let start = this.start;
    for (let line = 0; line < count; line++) {
      const end = ends[line] as number;
      const hash = slotHash(block, start, end);
      const region = (hash & mask) >>> REGION_BITS;
      hashes[line] = hash;
      regions[region + 1] = (regions[region + 1] as number) + 1;
      start = end;
    }
    for (let region = 1; region < regions.length; region++) {
      regions[region] = (regions[region] as number) + (regions[region - 1] as number);
    }
    start = this.start;
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
  newLines(block: Uint8Array): Uint8Array {
    const startOf = (line: number): number => (line === 0 ? this.start : (this.ends[line - 1] as number));
    const { count, ends, known } = this;
    const total = (ends[count - 1] as number) - this.start;
    if (this.packed.length < total) this.packed = new Uint8Array(total);
    let to = 0;
    for (let line = 0; line < count; ) {
      while (line < count && known[line] === 1) line++;
      const from = startOf(line);
      while (line < count && known[line] === 0) line++;
      const run = block.subarray(from, startOf(line));
      this.packed.set(run, to);
      to += run.length;
    }
    return this.packed.subarray(0, to);
  }
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
