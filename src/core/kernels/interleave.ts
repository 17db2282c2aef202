/** From columns of bytes to rows of bytes. */

/**
 * Writes the rows begin..end of columns, `rows` apart, to a matrix with `stride` bytes a row; some rows at a time, so
 * that what is written stays in the cache.
 */
export function interleave(
  columns: Uint8Array,
  rows: number,
  features: number,
  matrix: Uint8Array,
  stride: number,
  begin: number,
  end: number,
): void {
  for (let from = begin; from < end; from += 1024) {
    const to = Math.min(from + 1024, end);
    for (let feature = 0; feature < features; feature++) {
      const base = feature * rows;
      for (let row = from; row < to; row++) matrix[row * stride + feature] = columns[base + row] as number;
    }
  }
}
