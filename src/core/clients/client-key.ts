/** A key of 64 bits for the id of a client, the same on every machine and in every version. */

const PRIME = 0x01000193;

/**
 * Two FNV-1a hashes of 32 bits over the UTF-16 units, begun apart and finished as MurmurHash3 does (Appleby). Equal
 * ids have equal keys; two different ones share a key about once in 2^64 pairs.
 */
export function clientKey(id: string): bigint {
  let a = 0x811c9dc5;
  let b = 0x2b6e5a17;
  for (let i = 0; i < id.length; i++) {
    const unit = id.charCodeAt(i);
    a = Math.imul(a ^ unit, PRIME);
    b = Math.imul(b ^ (unit + i), 0x85ebca6b);
  }
  return (BigInt(finish(a ^ id.length)) << 32n) | BigInt(finish(b));
}

/** fmix32 of MurmurHash3 (Appleby): every bit of the hash comes to bear on every other. */
export function finish(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
