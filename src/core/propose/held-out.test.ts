import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashText } from './hash-text.ts';
import { countHash, createHashCounts, cutOf, isHeldOut, mergeHashCounts, rowsBelow } from './held-out.ts';

function counted(hashes: readonly number[]) {
  const counts = createHashCounts();
  for (const hash of hashes) countHash(counts, hash);
  return counts;
}

describe('cutOf', () => {
  it('holds out the asked share of rows to a row, and leaves rows on either side', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 300 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (rows, share) => {
          const hashes = Array.from({ length: rows }, (_, index) => hashText(`row ${index}`));
          const bins = new Set(hashes.map((hash) => hash >>> 12));
          fc.pre(bins.size === rows);
          const counts = counted(hashes);
          const cut = cutOf(counts, share);
          const held = hashes.filter((hash) => isHeldOut(hash, cut)).length;
          expect(held).toBe(rowsBelow(counts, cut));
          expect(held).toBe(Math.min(Math.max(Math.round(share * rows), 1), rows - 1));
        },
      ),
      { numRuns: 30 },
    );
  });
  it('holds out nothing where all rows are alike, or there is none', () => {
    expect(cutOf(counted([7, 7, 7]), 0.2)).toBe(0);
    expect(cutOf(counted([]), 0.2)).toBe(0);
  });
});

describe('mergeHashCounts', () => {
  it('counts both as one', () => {
    const merged = mergeHashCounts(counted([0, 2 ** 31]), counted([2 ** 31]));
    expect(merged.rows).toBe(3);
    expect(rowsBelow(merged, 2 ** 20)).toBe(3);
    expect(rowsBelow(merged, 1)).toBe(1);
  });
});
