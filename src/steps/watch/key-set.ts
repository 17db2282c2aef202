/** Sets of row keys as sorted arrays: 8 bytes a row, however many there are. */

/** All keys of the parts, ascending. */
export function sortedKeys(parts: readonly BigUint64Array[]): BigUint64Array {
  const all = new BigUint64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all.sort();
}

/** Whether the set holds the key, by bisection. */
export function holdsKey(sorted: BigUint64Array, key: bigint): boolean {
  return placeOfKey(sorted, key) >= 0;
}

/** Place of a key in the set, or -1. */
export function placeOfKey(sorted: BigUint64Array, key: bigint): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as bigint) < key) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === key ? low : -1;
}
