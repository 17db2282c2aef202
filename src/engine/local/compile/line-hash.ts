/** The hash of a line, of 48 bits: of two different lines in so many millions hardly any have the same one. */

/** The upper 16 bits of the hash that was worked out last. */
export interface LineHash {
  /** 16 bits in the upper half of a word, whose lower half is 0. */
  top: number;
}

/** Gives the lower 32 bits of the hash of `bytes[start..end)`, and puts the others into `into`. */
export type LineHasher = (bytes: Uint8Array, start: number, end: number, into: LineHash) => number;

/**
 * The lower 32 bits, and `into.top`: two hashes over the bytes, four at a time, each with the rounds and the end mix of
 * MurmurHash3 and constants of its own.
 */
export function hashLine(bytes: Uint8Array, start: number, end: number, into: LineHash): number {
  let h = end - start;
  let g = h ^ 0x5bd1e995;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const word =
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24);
    const k = Math.imul(word, 0xcc9e2d51);
    h ^= Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
    g = Math.imul(((g << 11) | (g >>> 21)) ^ word, 0x85ebca77);
  }
  for (; i < end; i++) {
    const byte = bytes[i] as number;
    h = Math.imul(h ^ byte, 0x01000193);
    g = Math.imul(((g << 7) | (g >>> 25)) ^ byte, 0xc2b2ae3d);
  }
  into.top = mixed(g) & -65536;
  return mixed(h);
}

function mixed(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
