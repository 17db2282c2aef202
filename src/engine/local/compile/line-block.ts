/** Lines on their way from the reader of files to the set of rows. */

/** Lines that a block holds at most; so many are looked up together. */
export const BLOCK_LINES = 1 << 16;

/** `count` lines one after the other in `bytes`, LF included; line k ends at `ends[k]`. */
export interface LineBlock {
  readonly bytes: Uint8Array;
  readonly ends: Int32Array;
  readonly count: number;
  /** Numbers of lines, from 0 to `count`, before which totals are asked for. */
  readonly marks: readonly number[];
}

/** How many lines were new, how many were not, and how many of the new end in an empty field, that of the target. */
export interface LineTotals {
  readonly kept: number;
  readonly duplicates: number;
  readonly unlabelled: number;
}
