/** The lines of finaldata.csv, each once: a set that keeps the order of arrival. */
import { EarlierLines, type WrittenLines } from './earlier-lines.ts';
import { BLOCK_LINES, type LineBlock, type LineTotals } from './line-block.ts';
import { hashLine, type LineHash, type LineHasher } from './line-hash.ts';
import {
  highOf,
  placeOf,
  type RowTable,
  SEGMENT_SHIFT,
  SEGMENTS,
  type Segment,
  SLOT,
  TOP_MASK,
} from './row-table.ts';

/** Numbers that a group keeps of a line. */
const ENTRY = 4;
/** Entries whose slots are touched ahead. */
const TOUCH = 64;
/** Place of a line that stands in the block at hand. */
const HERE = -1;
const COMMA = 44;

/** The file that the lines are in. */
export interface RowFile extends WrittenLines {
  /** Where the next line will stand. */
  readonly position: number;
  /** Takes lines in, and must not keep the array. */
  write(lines: Uint8Array): void;
}

/**
 * A set of lines, exact: a line is new unless an equal one is there, byte for byte. Lines stay in their file; what is in
 * memory is a hash of 48 bits and the place of each (RowTable), so it grows with the number of different lines alone. A
 * line whose hash is known is held against the line at that place.
 *
 * The table is far larger than any cache, so the lines of a block are looked up segment of the table by segment (a
 * stable counting sort, after the radix joins of Boncz, Manegold and Kersten 1999): one wait for memory serves many.
 */
export class RowSet {
  readonly table: RowTable;
  /** Means nothing; what is read ahead must go somewhere, or it would not be read. */
  touched = 0;

  private kept = 0;
  private duplicates = 0;
  private unlabelled = 0;
  private readonly file: RowFile;
  private readonly earlier: EarlierLines;
  private readonly group: Group;

  /** `table`: that of the lines which are in the file already, made with the same `hasher`. */
  constructor(file: RowFile, table: RowTable, hasher: LineHasher = hashLine) {
    this.group = new Group(hasher);
    this.file = file;
    this.table = table;
    this.earlier = new EarlierLines(file);
  }

  /** Makes room for about so many lines in all, so that the table need not grow. */
  expect(rows: number): void {
    this.table.expect(rows);
  }

  /** Takes in the lines of a block, which must not change any more, and writes those that are new. */
  take(block: LineBlock): LineTotals[] {
    const { group } = this;
    group.hash(block);
    for (let segment = 0; segment < SEGMENTS; segment++) this.enter(segment, block);
    this.checkKnown(block);
    const duplicates = this.settle(block);
    const totals = block.marks.map((line) => this.totalsBefore(block, line));
    const { unlabelled } = this.totalsBefore(block, block.count);
    this.kept += block.count - duplicates;
    this.duplicates += duplicates;
    this.unlabelled = unlabelled;
    if (block.count > duplicates) this.file.write(duplicates === 0 ? allLines(block) : group.newLines(block));
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

  /** Puts the lines of the block that belong to a segment into it, unless their hashes are there. */
  private enter(segment: number, block: LineBlock): void {
    const { firsts } = this.group;
    const from = firsts[segment] as number;
    const to = firsts[segment + 1] as number;
    for (let i = from; i < to; i++) {
      if ((i - from) % TOUCH === 0) this.touch(segment, i, Math.min(to, i + TOUCH));
      this.enterLine(segment, i, block, false);
    }
  }

  /**
   * Looks for the line of entry `i`, and puts it in where it is not there, at the place that it has if no line of the
   * block is known (`settle` puts that right where some are). One of this block with its hash is compared at once, an earlier one only where
   * `atOnce`; else the line is taken to be known, and `places` says where its equal should stand.
   */
  private enterLine(segment: number, i: number, block: LineBlock, atOnce: boolean): void {
    const { order, known, places, slots } = this.group;
    const part = this.table.segments[segment] as Segment;
    const hash = order[i * ENTRY] as number;
    const tag = order[i * ENTRY + 1] as number;
    const start = order[i * ENTRY + 2] as number;
    const line = order[i * ENTRY + 3] as number;
    const base = this.file.position;
    if (part.count >= part.limit) this.grow(segment);
    const { words, capacity } = part;
    let slot = part.home(hash);
    for (;;) {
      const low = words[slot * SLOT + 1] as number;
      const top = words[slot * SLOT + 2] as number;
      if (low === 0 && top === 0) break;
      if (words[slot * SLOT] === hash && (top & TOP_MASK) === tag) {
        const place = placeOf(low, top);
        const isHere = place >= base;
        const end = block.ends[line] as number;
        const isEqual = isHere
          ? isSameLine(block.bytes, place - base, start, end)
          : !atOnce || this.earlier.has(place, block.bytes, start, end);
        if (isEqual) {
          known[line] = 1;
          places[line] = isHere ? HERE : place;
          return;
        }
      }
      slot = slot + 1 === capacity ? 0 : slot + 1;
    }
    words[slot * SLOT] = hash;
    words[slot * SLOT + 1] = (base + start) | 0;
    words[slot * SLOT + 2] = tag | highOf(base + start);
    part.count++;
    known[line] = 0;
    slots[line] = slot;
  }

  /** Makes a segment larger, and finds again where the new lines of this block went. */
  private grow(segment: number): void {
    const { firsts, order, slots } = this.group;
    const part = this.table.segments[segment] as Segment;
    this.table.grow(part);
    const { words, capacity } = part;
    for (let i = firsts[segment] as number; i < (firsts[segment + 1] as number); i++) {
      const line = order[i * ENTRY + 3] as number;
      if ((slots[line] as number) < 0) continue;
      const place = this.file.position + (order[i * ENTRY + 2] as number);
      const top = (order[i * ENTRY + 1] as number) | highOf(place);
      let slot = part.home(order[i * ENTRY] as number);
      while (words[slot * SLOT + 1] !== (place | 0) || words[slot * SLOT + 2] !== top) {
        slot = slot + 1 === capacity ? 0 : slot + 1;
      }
      slots[line] = slot;
    }
  }

  /** Holds lines that are taken to be known against the earlier ones; one that is not equal is looked for again. */
  private checkKnown(block: LineBlock): void {
    const { known, places, segmentOf, firsts, order } = this.group;
    let start = 0;
    for (let line = 0; line < block.count; line++) {
      const end = block.ends[line] as number;
      const place = places[line] as number;
      if (known[line] === 1 && place !== HERE && !this.earlier.has(place, block.bytes, start, end)) {
        let i = firsts[segmentOf(line)] as number;
        while (order[i * ENTRY + 3] !== line) i++;
        this.enterLine(segmentOf(line), i, block, true);
      }
      start = end;
    }
  }

  /** Puts the places of new lines right that come after one which was known; returns how many were. */
  private settle({ ends, count }: LineBlock): number {
    const { known, slots, segmentOf } = this.group;
    let { position } = this.file;
    let duplicates = 0;
    let start = 0;
    for (let line = 0; line < count; line++) {
      const end = ends[line] as number;
      if (known[line] === 1) duplicates++;
      else {
        if (duplicates > 0) {
          const { words } = this.table.segments[segmentOf(line)] as Segment;
          const at = (slots[line] as number) * SLOT;
          words[at + 1] = position | 0;
          words[at + 2] = ((words[at + 2] as number) & TOP_MASK) | highOf(position);
        }
        position += end - start;
      }
      start = end;
    }
    return duplicates;
  }

  /** Reads the first slots of some lines, so that the waits for memory overlap. */
  private touch(segment: number, from: number, to: number): void {
    const part = this.table.segments[segment] as Segment;
    const { order } = this.group;
    const { words } = part;
    let touched = 0;
    for (let i = from; i < to; i++) touched ^= words[part.home(order[i * ENTRY] as number) * SLOT] as number;
    this.touched = touched;
  }
}

/** What is worked out of the lines of one block. */
class Group {
  /** Per line the two parts of its hash, its start and its number; by segment, those of one in order of arrival. */
  readonly order = new Int32Array(BLOCK_LINES * ENTRY);
  /** The first entry of each segment. */
  readonly firsts = new Int32Array(SEGMENTS + 1);
  /** Whether the line was in the set already: 1, or 0. */
  readonly known = new Uint8Array(BLOCK_LINES);
  /** Where the equal of a known line stands, or HERE. */
  readonly places = new Float64Array(BLOCK_LINES);
  /** The slot of a line that is new, or -1. */
  readonly slots = new Int32Array(BLOCK_LINES);
  private readonly hashes = new Int32Array(BLOCK_LINES);
  private readonly tops = new Int32Array(BLOCK_LINES);
  private packed = new Uint8Array(0);

  private readonly hasher: LineHasher;

  constructor(hasher: LineHasher) {
    this.hasher = hasher;
  }

  readonly segmentOf = (line: number): number => (this.hashes[line] as number) >>> SEGMENT_SHIFT;

  /** Fills `order` and `firsts`. */
  hash({ bytes, ends, count }: LineBlock): void {
    const { hashes, tops, order, firsts } = this;
    const hashed: LineHash = { top: 0 };
    firsts.fill(0);
    this.slots.fill(-1, 0, count);
    let start = 0;
    for (let line = 0; line < count; line++) {
      const end = ends[line] as number;
      const hash = this.hasher(bytes, start, end, hashed);
      hashes[line] = hash;
      tops[line] = hashed.top;
      const next = (hash >>> SEGMENT_SHIFT) + 1;
      firsts[next] = (firsts[next] as number) + 1;
      start = end;
    }
    for (let k = 1; k <= SEGMENTS; k++) firsts[k] = (firsts[k] as number) + (firsts[k - 1] as number);
    const nexts = firsts.slice();
    start = 0;
    for (let line = 0; line < count; line++) {
      const hash = hashes[line] as number;
      const place = nexts[hash >>> SEGMENT_SHIFT] as number;
      nexts[hash >>> SEGMENT_SHIFT] = place + 1;
      order[place * ENTRY] = hash;
      order[place * ENTRY + 1] = tops[line] as number;
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
 * Whether the line that starts at `other` is `bytes[start..end)`. A line ends at the first LF outside quotes, so two that
 * agree up to there are equal.
 */
function isSameLine(bytes: Uint8Array, other: number, start: number, end: number): boolean {
  for (let i = start, j = other; i < end; i++, j++) if (bytes[i] !== bytes[j]) return false;
  return true;
}
