/** Lines that are written into blocks of memory and handed on block by block. */

const BLOCK_BYTES = 1 << 22;

export class LineBuffer {
  /** The block that the next line is written into, from `position` on. */
  block: Uint8Array = new Uint8Array(BLOCK_BYTES);
  position = 0;
  /** The blocks so far, the current one last; only that one where blocks are not kept. */
  readonly blocks: Uint8Array[] = [this.block];
  private readonly keep: boolean;
  private readonly onBlock: (lines: Uint8Array) => void;

  /** `onBlock` is given the lines in order, some MiB at a time. `keep`: whether they stay in memory. */
  constructor(onBlock: (lines: Uint8Array) => void, keep = false) {
    this.onBlock = onBlock;
    this.keep = keep;
  }

  /** Index of the current block. */
  get blockNumber(): number {
    return this.blocks.length - 1;
  }

  /** Sees to it that `block` has room for `size` bytes from `position` on. */
  reserve(size: number): void {
    if (this.position + size <= this.block.length) return;
    this.finish();
    if (this.keep || size > this.block.length) {
      this.block = new Uint8Array(Math.max(BLOCK_BYTES, size));
      if (!this.keep) this.blocks.length = 0;
      this.blocks.push(this.block);
    }
    this.position = 0;
  }

  /** Hands out the lines that were not yet. */
  finish(): void {
    if (this.position > 0) this.onBlock(this.block.subarray(0, this.position));
  }
}
