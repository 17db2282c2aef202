/** Puts clients in the order in which to call them. */
import { takeValues } from '../features/take-rows.ts';
import { orderDescending } from '../math/order-descending.ts';

export interface RiskColumns {
  /** Probability of leaving, one a row. */
  readonly probabilities: Float64Array;
  /** Money at stake, NaN where not known; null where nobody says. */
  readonly values: Float64Array | null;
}

/**
 * The rows from the first to call to the last: by expected loss (probability times value) where it is known, then
 * those without a value by probability. Equal ones come by `compareIds`, then in the order given.
 * @param rows the rows that take part.
 */
export function rankClients(
  rows: Uint32Array,
  { probabilities, values }: RiskColumns,
  compareIds: (a: number, b: number) => number,
): Uint32Array {
  if (values === null) return rankBy(rows, takeValues(probabilities, rows), compareIds);
  const known = rows.filter((row) => !Number.isNaN(values[row]));
  const unknown = rows.filter((row) => Number.isNaN(values[row]));
  const losses = Float64Array.from(known, (row) => (probabilities[row] as number) * (values[row] as number));
  const ranked = new Uint32Array(rows.length);
  ranked.set(rankBy(known, losses, compareIds));
  ranked.set(rankBy(unknown, takeValues(probabilities, unknown), compareIds), known.length);
  return ranked;
}

function rankBy(
  rows: Uint32Array,
  keys: Float64Array,
  compareIds: (a: number, b: number) => number,
): Uint32Array {
  const order = orderDescending(keys);
  const ranked = order.map((place) => rows[place] as number);
  for (let start = 0; start < ranked.length; ) {
    const key = keys[order[start] as number] as number;
    let end = start + 1;
    while (end < ranked.length && keys[order[end] as number] === key) end++;
    if (end - start > 1) ranked.subarray(start, end).sort((a, b) => compareIds(a, b) || a - b);
    start = end;
  }
  return ranked;
}
