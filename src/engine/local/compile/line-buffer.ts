/** Lines that are written into a block of memory and handed on block by block. */

const BLOCK_BYTES = 1 << 20;

export class LineBuffer {
  /** Where the next line is written, from `position` on. */
  block: Uint8Array = new Uint8Array(BLOCK_BYTES);
  position = 0;
  private readonly onLines: (lines: Uint8Array) => void;

  /** `onLines` is given the lines in order, and must not keep the array. */
  constructor(onLines: (lines: Uint8Array) => void) {
    this.onLines = onLines;
  }

  /** Sees to it that `block` has room for `size` bytes from `position` on. */
  reserve(size: number): void {
    if (this.position + size <= this.block.length) return;
    this.finish();
    if (size > this.block.length) this.block = new Uint8Array(size);
  }

  /** Hands out the lines that were not yet. */
  finish(): void {
    if (this.position > 0) this.onLines(this.block.subarray(0, this.position));
    this.position = 0;
  }
}
