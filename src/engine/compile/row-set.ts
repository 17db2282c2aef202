/** The lines of finaldata.csv as they grow, each once: a set that keeps the order of arrival. */
import { LineBuffer } from './line-buffer.ts';

const FIRST_SLOTS = 1 << 12;
/** Above this share of filled slots the table doubles. */
const MAX_LOAD = 0.7;
const BATCH_LINES = 256;
const STAGE_BYTES = 1 << 16;
/** Of the first word of a slot, the bits with the number of the block; the rest is hash. */
const BLOCK_MASK = (1 << 20) - 1;
const TAG_MASK = ~BLOCK_MASK;
const QUOTE = 34;
const LF = 10;

/**
 * A set of lines, exact: a line is new unless an equal one is there, byte for byte. The table is open addressing
 * with linear probing; a slot is two words: 16 bits of the hash and 48 bits of the address of the line, plus one.
 * Lines are staged and looked up some hundred at a time, after a first touch of all their slots, so that the
 * waits for memory overlap; the table is far larger than any cache.
 */
export class RowSet {
  /** Lines in the set, those staged not counted. */
  rows = 0;
  /** Where the next line is written, from `position` on. */
  stage: Uint8Array = new Uint8Array(STAGE_BYTES);
  position = 0;

  private staged = 0;
  private readonly ends = new Int32Array(BATCH_LINES);
  private readonly lows = new Int32Array(BATCH_LINES);
  private readonly highs = new Int32Array(BATCH_LINES);
  private slots: Int32Array = new Int32Array(FIRST_SLOTS * 2);
  private mask = FIRST_SLOTS - 1;
  private readonly lines: LineBuffer;
  /** The last hash. */
  private low = 0;
  private high = 0;

  /** `onBlock` is given the lines in order, some MiB at a time; `finish` gives it the rest. */
  constructor(onBlock: (lines: Uint8Array) => void) {
    this.lines = new LineBuffer(onBlock, true);
  }

  /** Makes room for about so many lines in all, so that the table need not grow. */
  expect(rows: number): void {
    let slots = this.mask + 1;
    while (slots * MAX_LOAD < rows) slots *= 2;
    if (slots > this.mask + 1) this.rehash(slots);
  }

  /** Sees to it that `stage` has room for `size` bytes from `position` on. */
  reserve(size: number): void {
    if (this.position + size <= this.stage.length) return;
    this.settle();
    if (size > this.stage.length) this.stage = new Uint8Array(size);
  }

  /** Takes in the line at `stage[position..end)`, LF included, unless an equal one is there already. */
  add(end: number): void {
    const k = this.staged++;
    this.hash(this.stage, this.position, end);
    this.ends[k] = end;
    this.lows[k] = this.low;
    this.highs[k] = this.high;
    this.position = end;
    if (this.staged === BATCH_LINES) this.settle();
  }

  /** Looks up the staged lines, after which `rows` counts them. */
  settle(): void {
    if (this.rows + this.staged > (this.mask + 1) * MAX_LOAD) this.rehash((this.mask + 1) * 2);
    const { stage, ends, lows, slots, mask } = this;
    let touched = 0;
    for (let k = 0; k < this.staged; k++) touched |= slots[((lows[k] as number) & mask) * 2] as number;
    let start = 0;
    for (let k = 0; k < this.staged; k++) {
      const end = ends[k] as number;
      this.enter(stage, start, end, lows[k] as number, this.highs[k] as number);
      start = end;
    }
    this.staged = touched & 0;
    this.position = 0;
  }

  /** Hands out the last lines. */
  finish(): void {
    this.settle();
    this.lines.finish();
  }

  private enter(stage: Uint8Array, start: number, end: number, low: number, high: number): void {
    const { slots, mask, lines } = this;
    const tag = high & TAG_MASK;
    let slot = low & mask;
    for (;;) {
      const offset = slots[slot * 2 + 1] as number;
      if (offset === 0) break;
      const word = slots[slot * 2] as number;
      if ((word & TAG_MASK) === tag && this.holds(word & BLOCK_MASK, offset - 1, stage, start, end)) return;
      slot = (slot + 1) & mask;
    }
    lines.reserve(end - start);
    slots[slot * 2] = tag | lines.blockNumber;
    slots[slot * 2 + 1] = lines.position + 1;
    const { block } = lines;
    let to = lines.position;
    for (let i = start; i < end; i++) block[to++] = stage[i] as number;
    lines.position = to;
    this.rows++;
  }

  /**
   * Whether the line at `offset` of a block is `stage[start..end)`. Its length need not be known: a line ends at
   * the first LF outside quotes, so two lines that agree up to there are equal.
   */
  private holds(number: number, offset: number, stage: Uint8Array, start: number, end: number): boolean {
    const block = this.lines.blocks[number] as Uint8Array;
    let j = offset;
    for (let i = start; i < end; i++, j++) if (stage[i] !== block[j]) return false;
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
      const block = this.lines.blocks[word & BLOCK_MASK] as Uint8Array;
      const start = offset - 1;
      this.hash(block, start, lineEnd(block, start));
      let slot = this.low & mask;
      while (slots[slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
      slots[slot * 2] = word;
      slots[slot * 2 + 1] = offset;
    }
    this.slots = slots;
    this.mask = mask;
  }

  /** Sets two words of hash over the bytes, four at a time (the rounds and the end mix of MurmurHash3). */
  private hash(bytes: Uint8Array, start: number, end: number): void {
    let a = 0x9747b28c;
    let b = end - start;
    let i = start;
    for (; i + 4 <= end; i += 4) {
      const word =
        (bytes[i] as number) |
        ((bytes[i + 1] as number) << 8) |
        ((bytes[i + 2] as number) << 16) |
        ((bytes[i + 3] as number) << 24);
      a = Math.imul(a ^ Math.imul(word, 0xcc9e2d51), 0x85ebca6b);
      a ^= a >>> 15;
      b = (Math.imul(((b << 13) | (b >>> 19)) ^ word, 0x1b873593) + a) | 0;
    }
    for (; i < end; i++) {
      a = Math.imul(a ^ (bytes[i] as number), 0x01000193);
      b = (Math.imul(b ^ (bytes[i] as number), 0xc2b2ae35) + a) | 0;
    }
    this.low = mix(a ^ b);
    this.high = mix((b + 0x9e3779b9) | 0);
  }
}

function mix(value: number): number {
  let h = value;
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
