/** Chooses which rows are held out for testing, by hashes: no memory of the rows, no dependence on their order. */

const BIN_BITS = 20;
const BINS = 1 << BIN_BITS;

/** Rows of a class counted by the upper bits of their hash. */
export interface HashCounts {
  readonly bins: Uint32Array;
  rows: number;
}

export function createHashCounts(): HashCounts {
  return { bins: new Uint32Array(BINS), rows: 0 };
}

export function countHash(counts: HashCounts, hash: number): void {
  const bin = hash >>> (32 - BIN_BITS);
  counts.bins[bin] = (counts.bins[bin] as number) + 1;
  counts.rows++;
}

/**
 * The cut below which a hash is held out, so that about `share` (0 to 1) of the rows are: as near as the bins, a
 * million of them, allow, and at least one row on either side where two rows differ in their bins. 0 for no rows.
 */
export function cutOf({ bins, rows }: HashCounts, share: number): number {
  const wanted = Math.min(Math.max(Math.round(share * rows), 1), rows - 1);
  let below = 0;
  let best = 0;
  let bestError = Number.POSITIVE_INFINITY;
  for (let bin = 0; bin < bins.length && below < rows; bin++) {
    if (bins[bin] === 0) continue;
    below += bins[bin] as number;
    const error = Math.abs(below - wanted);
    if (error < bestError && below < rows) {
      bestError = error;
      best = bin + 1;
    }
  }
  return best;
}

/** Whether a row of this hash is held out under a cut. */
export function isHeldOut(hash: number, cut: number): boolean {
  return hash >>> (32 - BIN_BITS) < cut;
}

/** The counts of both classes as one. */
export function mergeHashCounts(a: HashCounts, b: HashCounts): HashCounts {
  return { bins: a.bins.map((count, bin) => count + (b.bins[bin] as number)), rows: a.rows + b.rows };
}

/** How many of the counted rows are below a cut. */
export function rowsBelow({ bins }: HashCounts, cut: number): number {
  let rows = 0;
  for (let bin = 0; bin < cut; bin++) rows += bins[bin] as number;
  return rows;
}
