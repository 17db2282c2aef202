/**
 * Where the compiled kernel and the TypeScript that drives it meet in memory. Read by both compilers, so it holds plain
 * constants only, in bytes.
 */

/** An edge: what it has at each place (u32 unless said otherwise), and its size. */
export const EDGE_BYTES = 40;
/** Numbers of the edge above, and of the nearest one above of the same feature, in bytes from the first one. */
export const ABOVE = 0;
export const SAME = 4;
/** Place of the feature among the values of a row. */
export const FEATURE = 8;
/** Decision (u16) and the side that the edge is for (u16). */
export const DECISION = 12;
export const SIDE = 14;
/** Doubles. */
export const OWN_SHARE = 16;
export const SHARE = 24;
export const VALUE = 32;

/** What an edge has during the passes, two doubles each: `edge-sums.ts` says what they are. */
export const WORK_BYTES = 80;
export const PRODUCT = 0;
export const SUM = 16;
export const GAIN = 32;
export const INVERSE = 48;
/** 1 where the row follows the edge and those above of the same feature (u32). */
export const FOLLOWS = 64;

/** Two points of the integral: the points (two doubles), then their weights. */
export const PAIR_BYTES = 32;
