/** Holds lines against those that were written before, read back from their file. */

/** What was written, readable by place. */
export interface WrittenLines {
  /** Puts what stands at a place into `into`; returns how many bytes, fewer only at the end of what was written. */
  read(place: number, into: Uint8Array): number;
}

/** Read at a time where lines are asked for one after the other, as those of a file that came before are. */
const MAX_BYTES = 1 << 18;
/** What begins so near behind the last window is taken to go on from it. */
const NEAR_BYTES = 1 << 16;

/**
 * One window over the file: it grows while places ascend closely, and is as short as a line where they do not, so
 * neither order reads much more than it needs.
 */
export class EarlierLines {
  private readonly file: WrittenLines;
  private window = new Uint8Array(1 << 12);
  private size = 0;
  private from = 0;
  private to = 0;

  constructor(file: WrittenLines) {
    this.file = file;
  }

  /** Whether `bytes[start..end)` stands at a place. */
  has(place: number, bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (place < this.from || place + length > this.to) this.move(place, length);
    const { window } = this;
    const at = place - this.from;
    // Less was written there, so it is another line.
    if (at + length > this.to - this.from) return false;
    for (let i = 0; i < length; i++) if (window[at + i] !== bytes[start + i]) return false;
    return true;
  }

  private move(place: number, length: number): void {
    const isNear = place >= this.from && place - this.to < NEAR_BYTES;
    this.size = Math.max(length, isNear ? Math.min(this.size * 2, MAX_BYTES) : 0);
    if (this.window.length < this.size) this.window = new Uint8Array(this.size);
    let held = 0;
    while (held < this.size) {
      const read = this.file.read(place + held, this.window.subarray(held, this.size));
      if (read === 0) break;
      held += read;
    }
    this.from = place;
    this.to = place + held;
  }
}
