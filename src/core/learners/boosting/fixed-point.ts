/**
 * Gradients as whole numbers. Sums of whole numbers are exact, so a histogram has the same bits in whatever order
 * and on however many threads its rows are added.
 */

/** Scales of one fit; both are powers of two. */
export interface FixedPoint {
  /** A stored gradient is round(w (p - y) * gradientScale), at most 2^30 in size. */
  readonly gradientScale: number;
  /** A stored hessian is round(w p (1 - p) * hessianScale), from 1 to 2^30. */
  readonly hessianScale: number;
  /** Bits that a sum of hessians needs; a count of rows fits above them in 63 bits. */
  readonly hessianBits: number;
}

/** What the gradients of rows are stored by. */
export type GradientScales = Pick<FixedPoint, 'gradientScale' | 'hessianScale'>;

/** Sums over rows in fixed point, and the rows; all whole numbers below 2^53. */
export interface NodeSums {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
}

/** The finest scales at which sums over `rows` rows of weight at most `maxWeight` stay exact in a double. */
export function chooseFixedPoint(rows: number, maxWeight: number): FixedPoint {
  const rowBits = Math.ceil(Math.log2(rows + 1));
  const unit = 2 ** Math.ceil(Math.log2(maxWeight));
  const gradientBits = Math.min(30, 52 - rowBits);
  const bits = Math.min(30, 62 - 2 * rowBits);
  return {
    gradientScale: 2 ** gradientBits / unit,
    hessianScale: (2 ** bits * 4) / unit,
    hessianBits: bits + rowBits,
  };
}

/** The stored gradient of a row of probability `p`, label `y` (0 or 1) and weight `w`. */
export function storedGradient(p: number, y: number, w: number, { gradientScale }: GradientScales): number {
  return roundToEven(w * (p - y) * gradientScale);
}

/** Its stored hessian. */
export function storedHessian(p: number, w: number, { hessianScale }: GradientScales): number {
  return Math.max(1, roundToEven(w * (p * (1 - p)) * hessianScale));
}

/** Adding and subtracting it rounds a double below 2^51 to the nearest whole number, ties to even. */
export const ROUNDER = 6755399441055744;

export function roundToEven(value: number): number {
  return value + ROUNDER - ROUNDER;
}

const LOG2E = Math.LOG2E;
/** ln 2 in two parts; the first has trailing zeros, so that n times it is exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** Margins are read as if they were within this of zero. */
const MARGIN_LIMIT = 40;

/**
 * The probability 1 / (1 + exp(-margin)) within 1e-10, finer than a gradient is stored, by the same operations in
 * the same order as the compiled kernel, since Math.exp differs between the two. The exponential is its Taylor
 * series to the 8th power around the nearest power of two, in the order of Estrin.
 */
export function probabilityOf(margin: number): number {
  const x = -Math.min(Math.max(margin, -MARGIN_LIMIT), MARGIN_LIMIT);
  const power = roundToEven(x * LOG2E);
  const rest = x - power * LN2_HIGH - power * LN2_LOW;
  const square = rest * rest;
  const fourth = square * square;
  const low = 1 + rest + square * (0.5 + rest * (1 / 6));
  const middle = 1 / 24 + rest * (1 / 120);
  const high = 1 / 720 + rest * (1 / 5040);
  const series = low + fourth * (middle + square * high + fourth * (1 / 40320));
  return 1 / (1 + series * 2 ** power);
}
