/** Counts the lines of an NDJSON file and those with anything on them: the independent check on its reader. */
import { LF } from '../csv/record-reader.ts';

const SPACE = 32;

/** A running count over the bytes of a file. `records` are lines with any byte that is not white space. */
export class ObjectCount {
  lines = 0;
  records = 0;
  private filled = false;
  private open = false;

  /** Counts `bytes[from..to)`, which follow on what was counted before. */
  add(bytes: Uint8Array, from: number, to: number): void {
    if (to === from) return;
    let { lines, records, filled } = this;
    for (let i = from; i < to; i++) {
      const c = bytes[i] as number;
      if (c === LF) {
        lines++;
        if (filled) records++;
        filled = false;
      } else if (c > SPACE || !isWhiteSpace(c)) filled = true;
    }
    this.lines = lines;
    this.records = records;
    this.filled = filled;
    this.open = bytes[to - 1] !== LF;
  }

  /** Counts a last line that has no line ending. Call once, at the end of the file. */
  end(): void {
    if (this.open) this.lines++;
    if (this.filled) this.records++;
    this.open = false;
    this.filled = false;
  }
}

/** White space as JSON has it. */
export function isWhiteSpace(c: number): boolean {
  return c === SPACE || c === 9 || c === LF || c === 13;
}
