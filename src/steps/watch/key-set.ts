/** Sets of row keys as sorted arrays: 8 bytes a row, however many there are. */
import { placeAtOrBefore } from '../../engine/kept/look-up.ts';

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
  return sorted[placeAtOrBefore(sorted, key)] === key;
}
