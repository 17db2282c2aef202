/** The largest numbers that are reckoned with. */

/**
 * Beyond it no row is taken in. Squares of such numbers, summed over any number of rows, and products of three of them
 * are finite; no quantity of a client comes near.
 */
export const LARGEST_NUMBER = 1e100;

/** The values with those beyond the limit at it, NaN as it is; the same array where there are none. */
export function withinLimit(values: Float64Array): Float64Array {
  for (let i = 0; i < values.length; i++) {
    if (Math.abs(values[i] as number) > LARGEST_NUMBER) return values.map(limited);
  }
  return values;
}

function limited(value: number): number {
  return Math.abs(value) > LARGEST_NUMBER ? Math.sign(value) * LARGEST_NUMBER : value;
}
