/** Finds rows by their keys, which ascend, by bisection. */
import type { KeptColumns } from '../port.ts';

/** The place of the last key that is not above `wanted`; -1 where all are. */
export function placeAtOrBefore(keys: BigUint64Array, wanted: bigint): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as bigint) <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The probability of the row with that key; NaN where there is none. */
export function lookUp({ keys, probabilities }: KeptColumns, key: bigint): number {
  const place = placeAtOrBefore(keys, key);
  return place >= 0 && keys[place] === key ? (probabilities?.[place] ?? Number.NaN) : Number.NaN;
}
