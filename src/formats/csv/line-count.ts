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

  /** Counts `bytes[from..to)`, which follow on what was counted before. `bytes` must start its buffer. */
  add(bytes: Uint8Array, from: number, to: number): void {
    if (to === from) return;
    this.open = bytes[to - 1] !== LF;
    if (this.isPlain(bytes, from, to)) this.addPlain(bytes, from, to);
    else this.addBytes(bytes, from, to);
  }

  private addPlain(bytes: Uint8Array, from: number, to: number): void {
    const lines = countLines(bytes, from, to);
    this.lines += lines;
    this.records += lines;
    this.filled = this.open;
  }

  /** Whether every line is a record: no quotes, no CR and no empty line. Native searches, so quick to ask. */
  private isPlain(bytes: Uint8Array, from: number, to: number): boolean {
    if (this.inside || (bytes[from] === LF && !this.filled)) return false;
    const part = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from);
    return !part.includes(QUOTE) && !part.includes(CR) && !part.includes('\n\n');
  }

  private addBytes(bytes: Uint8Array, from: number, to: number): void {
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
  }

  /** Counts a last line that has no line ending. Call once, at the end of the file. */
  end(): void {
    if (this.open) this.lines++;
    if (this.filled) this.records++;
    this.open = false;
    this.filled = false;
  }
}

/** Number of LF in `bytes[from..to)`, four bytes at a time ("count zero bytes", Warren, Hacker's Delight, 6-1). */
function countLines(bytes: Uint8Array, from: number, to: number): number {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
  const first = Math.min(to, (from + 3) & ~3);
  const last = Math.max(first, to & ~3);
  let lines = 0;
  for (let i = from; i < first; i++) if (bytes[i] === LF) lines++;
  for (let k = first >>> 2; k < last >>> 2; k++) {
    const x = (words[k] as number) ^ 0x0a0a0a0a;
    const zeros = ~(((x & 0x7f7f7f7f) + 0x7f7f7f7f) | x | 0x7f7f7f7f);
    lines += Math.imul(zeros >>> 7, 0x01010101) >>> 24;
  }
  for (let i = last; i < to; i++) if (bytes[i] === LF) lines++;
  return lines;
}
