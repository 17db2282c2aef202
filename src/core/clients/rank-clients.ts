/** Puts clients in the order in which to call them. */
import { takeValues } from '../columns/take-rows.ts';
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
  const [known, unknown] = partByValue(rows, values);
  const losses = takeValues(probabilities, known);
  for (let k = 0; k < losses.length; k++) {
    losses[k] = (losses[k] as number) * (values[known[k] as number] as number);
  }
  const ranked = new Uint32Array(rows.length);
  ranked.set(rankBy(known, losses, compareIds));
  ranked.set(rankBy(unknown, takeValues(probabilities, unknown), compareIds), known.length);
  return ranked;
}

/** The rows with a value and those without, in the order given. */
function partByValue(rows: Uint32Array, values: Float64Array): readonly [Uint32Array, Uint32Array] {
  const parted = new Uint32Array(rows.length);
  let [known, unknown] = [0, rows.length];
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] as number;
    if (Number.isNaN(values[row])) parted[--unknown] = row;
    else parted[known++] = row;
  }
  return [parted.subarray(0, known), parted.subarray(known).reverse()];
}

function rankBy(
  rows: Uint32Array,
  keys: Float64Array,
  compareIds: (a: number, b: number) => number,
): Uint32Array {
  const order = orderDescending(keys);
  const ranked = new Uint32Array(order.length);
  for (let k = 0; k < order.length; k++) ranked[k] = rows[order[k] as number] as number;
  for (let start = 0; start < ranked.length; ) {
    const key = keys[order[start] as number] as number;
    let end = start + 1;
    while (end < ranked.length && keys[order[end] as number] === key) end++;
    if (end - start > 1) ranked.subarray(start, end).sort((a, b) => compareIds(a, b) || a - b);
    start = end;
  }
  return ranked;
}
