/** A fair sample of rows from a stream whose length is not known before. */
import type { Random } from '../../base/random.ts';

/**
 * Reservoir sampling (Vitter's algorithm R, 1985): after n rows each of them is in the sample with the same
 * chance, and all of them are while n is at most `size`.
 */
export class RowSample {
  readonly rows: string[][] = [];
  private seen = 0;
  private readonly size: number;
  private readonly random: Random;

  constructor(size: number, random: Random) {
    this.size = size;
    this.random = random;
  }

  /** Offers a row; it is copied if it is taken. */
  offer(fields: readonly string[]): void {
    const slot = this.seen < this.size ? this.seen : this.random.below(this.seen + 1);
    this.seen++;
    if (slot < this.size) this.rows[slot] = fields.slice();
  }
}
