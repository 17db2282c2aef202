/** Gathers accepted lines into blocks for a sink, and tells what became of the lines before a mark. */
import type { FinalContent } from './final-file.ts';
import { BLOCK_LINES, type LineTotals } from './line-block.ts';
import type { LineSink } from './line-sink.ts';

const BLOCK_BYTES = 1 << 20;
/** Blocks that may be on their way before the reader waits. */
const MAX_UNDERWAY = 4;

interface Mark {
  resolve(totals: LineTotals): void;
  reject(error: unknown): void;
}

export class LineFeed {
  /** Where the next line is written, from `position` on. */
  block: Uint8Array;
  position = 0;

  private ends: Int32Array;
  private count = 0;
  private places: number[] = [];
  private marks: Mark[] = [];
  private underway: Promise<void>[] = [];
  /** Arrays that the sink has done with; to use them again is to have few of them, however seldom memory is collected. */
  private readonly free: { readonly block: Uint8Array; readonly ends: Int32Array }[] = [];
  private readonly sink: LineSink;

  constructor(sink: LineSink) {
    this.sink = sink;
    ({ block: this.block, ends: this.ends } = this.arrays(BLOCK_BYTES));
  }

  /** Lets the sink take over the rows of its base; false where it cannot. */
  resume(): Promise<boolean> {
    return this.sink.resume();
  }

  /** Prepares the sink for about so many lines in all. */
  expect(rows: number): void {
    this.sink.expect(rows);
  }

  /** Sees to it that `block` has room for `size` bytes from `position` on. */
  reserve(size: number): void {
    if (this.position + size > this.block.length) this.send(size);
  }

  /** Takes in the line at `block[position..end)`, LF included. */
  add(end: number): void {
    this.ends[this.count++] = end;
    this.position = end;
    if (this.count === BLOCK_LINES) this.send();
  }

  /** Totals over all lines added before. They come when the lines are looked up, `finish` at the latest. */
  mark(): Promise<LineTotals> {
    this.places.push(this.count);
    const totals = new Promise<LineTotals>((resolve, reject) => {
      this.marks.push({ resolve, reject });
    });
    // A failure of the sink is met by `ready` and `finish`, even if nobody looks at the totals any more.
    totals.catch(() => {});
    return totals;
  }

  /** Resolves when the sink can do with more; rejects when it has failed. */
  async ready(): Promise<void> {
    while (this.underway.length > MAX_UNDERWAY) await this.underway.shift();
  }

  /** Sends what is left, and ends the file. */
  async finish(): Promise<FinalContent> {
    this.send();
    for (const block of this.underway.splice(0)) await block;
    return this.sink.finish();
  }

  private send(room = 0): void {
    const { block: bytes, ends, count, places, marks } = this;
    const done = this.sink.put({ bytes, ends, count, marks: places }).then(
      (totals) => {
        if (bytes.length === BLOCK_BYTES) this.free.push({ block: bytes, ends });
        for (const [k, mark] of marks.entries()) mark.resolve(totals[k] as LineTotals);
      },
      (error: unknown) => {
        for (const mark of marks) mark.reject(error);
        throw error;
      },
    );
    done.catch(() => {});
    this.underway.push(done);
    ({ block: this.block, ends: this.ends } = this.arrays(Math.max(BLOCK_BYTES, room)));
    this.position = 0;
    this.count = 0;
    this.places = [];
    this.marks = [];
  }

  private arrays(bytes: number): { readonly block: Uint8Array; readonly ends: Int32Array } {
    const used = bytes === BLOCK_BYTES ? this.free.pop() : undefined;
    if (used !== undefined) return used;
    return {
      block: new Uint8Array(this.memory(bytes)),
      ends: new Int32Array(this.memory(BLOCK_LINES * 4)),
    };
  }

  /**
   * Memory of a block. It is shared with a sink in another thread, not handed over: once any ArrayBuffer has been
   * detached, V8 guards every access to typed arrays (some 5 % of the reading thread).
   */
  private memory(bytes: number): ArrayBuffer | SharedArrayBuffer {
    return this.sink.threaded ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  }
}
