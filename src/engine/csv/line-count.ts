/** Counts lines and records by quote parity alone: the independent check on the reader of records. */
import { CR, LF, QUOTE } from './record-reader.ts';

/**
 * A running count over the bytes of a file. `records` are lines that are not empty and do not end inside
 * quotes; it holds for files whose quotes are sound. `lines` holds for every file.
 */
export class LineCount {
  lines = 0;
  records = 0;
  private inside = false;
  /** Bytes other than CR since the last end of a record. */
  private filled = false;
  private open = false;

  /** Counts `bytes[from..to)`, which follow on what was counted before. */
  add(bytes: Uint8Array, from: number, to: number): void {
    let { lines, records, inside, filled } = this;
    for (let i = from; i < to; i++) {
      const c = bytes[i] as number;
      if (c > QUOTE) {
        filled = true;
      } else if (c === LF) {
        lines++;
        if (!inside) {
          if (filled) records++;
          filled = false;
        }
      } else if (c === QUOTE) {
        inside = !inside;
        filled = true;
      } else if (c !== CR) {
        filled = true;
      }
    }
    this.lines = lines;
    this.records = records;
    this.inside = inside;
    this.filled = filled;
    if (to > from) this.open = bytes[to - 1] !== LF;
  }

  /** Counts a last line that has no line ending. Call once, at the end of the file. */
  end(): void {
    if (this.open) this.lines++;
    if (this.filled) this.records++;
    this.open = false;
    this.filled = false;
  }
}
