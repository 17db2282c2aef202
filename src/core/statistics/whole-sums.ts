/** Sums of a column of whole numbers that lose no digit, whatever their order. */

/** Plain data; exact, so associative and commutative. */
export interface WholeSums {
  /** Values that are whole and at most 2^53 in size. */
  readonly count: number;
  readonly missing: number;
  /** Values that are neither: a fraction, one past 2^53, an infinite one. They are in no sum. */
  readonly others: number;
  readonly sum: bigint;
  readonly squares: bigint;
  /** Infinity while count is 0. */
  readonly min: number;
  /** -Infinity while count is 0. */
  readonly max: number;
}

/** Largest size of a value, and of a sum that a double holds exactly. */
export const LARGEST_WHOLE = 2 ** 53;

/** No values seen. */
export function createWholeSums(): WholeSums {
  const [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return { count: 0, missing: 0, others: 0, sum: 0n, squares: 0n, min, max };
}

/** Sums with the values of a column added; NaN is missing. */
export function addWholeSums(sums: WholeSums, values: Float64Array): WholeSums {
  let { count, missing, others, sum, squares, min, max } = sums;
  // Small sums are kept in doubles as long as they are exact there; a sum of whole numbers is at most that of squares.
  let [some, someSquares] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) {
      missing++;
      continue;
    }
    if (!(Number.isInteger(value) && Math.abs(value) <= LARGEST_WHOLE)) {
      others++;
      continue;
    }
    count++;
    if (value < min) min = value;
    if (value > max) max = value;
    const square = value * value;
    if (someSquares + square > LARGEST_WHOLE) {
      sum += BigInt(some);
      squares += BigInt(someSquares);
      [some, someSquares] = [0, 0];
    }
    if (square > LARGEST_WHOLE) {
      sum += BigInt(value);
      squares += BigInt(value) ** 2n;
    } else {
      some += value;
      someSquares += square;
    }
  }
  return {
    count,
    missing,
    others,
    sum: sum + BigInt(some),
    squares: squares + BigInt(someSquares),
    min,
    max,
  };
}

/** The values of both. */
export function mergeWholeSums(a: WholeSums, b: WholeSums): WholeSums {
  return {
    count: a.count + b.count,
    missing: a.missing + b.missing,
    others: a.others + b.others,
    sum: a.sum + b.sum,
    squares: a.squares + b.squares,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
  };
}

/** Sample standard deviation (ddof 1) of exact sums; NaN for fewer than two values. */
export function wholeDeviation(count: bigint, sum: bigint, squares: bigint): number {
  if (count < 2n) return Number.NaN;
  return Math.sqrt(Number(count * squares - sum * sum) / Number(count * (count - 1n)));
}
