/** Rates of levels for rows that are learned from, none of which holds the outcome of its own row. */
import { createRandom, permutation } from '../../base/random.ts';
import { logit } from '../math/sigmoid.ts';
import { levelLogOdds } from './target-rate.ts';

/** Rows by client, the clients in a random order. */
export interface ClientOrder {
  /** All rows, those of a client together. */
  readonly rows: Uint32Array;
  /** Where the rows of each client of the order end. */
  readonly ends: Uint32Array;
}

/**
 * A random order of the clients by `seed`, and the rows of each in their own order.
 * @param clients the client of each row by any numbers from 0; null: each row is a client of its own.
 */
export function orderClients(rows: number, clients: Int32Array | null, seed: number): ClientOrder {
  const random = createRandom(seed, ORDER_STREAM);
  if (clients === null) {
    return { rows: permutation(rows, random), ends: Uint32Array.from({ length: rows }, (_, i) => i + 1) };
  }
  const ranks = permutation(clients.reduce((high, code) => Math.max(high, code), -1) + 1, random);
  const ends = new Uint32Array(ranks.length);
  for (const client of clients) bump(ends, ranks[client] as number, 1);
  for (let rank = 1; rank < ends.length; rank++) bump(ends, rank, ends[rank - 1] as number);
  const next = Uint32Array.from(ends, (_, rank) => ends[rank - 1] ?? 0);
  const ordered = new Uint32Array(rows);
  clients.forEach((client, row) => {
    const rank = ranks[client] as number;
    ordered[next[rank] as number] = row;
    bump(next, rank, 1);
  });
  return { rows: ordered, ends };
}

/** Apart from the streams that draw rows and features of trees with the same seed. */
const ORDER_STREAM = 0x6f726472;

/**
 * The shrunk rate of leavers, as log-odds, of each row's level among the rows of the clients before its own in the order: the
 * ordered target statistic of Prokhorenkova et al. 2018 (CatBoost). The outcomes of a client have no part in the
 * values of its own rows. The first rows of a level have the base rate, which is the same number for every row, so
 * that it may well be that of all rows.
 *
 * One order serves all columns of a fit, and its values are not averaged with those of other orders: the mean of
 * many orders, or columns that say the same in different orders, come near the rate of all other rows of the level,
 * which is lower for a row that left than for one that stayed, and so gives the outcome away.
 *
 * @param codes the level of each row from 0 to levels - 1; below 0: the row has the base rate.
 * @param labels 1 and 0, one a row.
 */
export function orderedRates(
  codes: Int32Array,
  levels: number,
  labels: ArrayLike<number>,
  baseRate: number,
  { rows, ends }: ClientOrder,
): Float64Array {
  const counts = new Uint32Array(levels);
  const left = new Uint32Array(levels);
  const rates = new Float64Array(codes.length).fill(logit(baseRate));
  let begin = 0;
  for (const end of ends) {
    for (let i = begin; i < end; i++) {
      const row = rows[i] as number;
      const code = codes[row] as number;
      if (code >= 0) rates[row] = levelLogOdds(left[code] as number, counts[code] as number, baseRate);
    }
    for (let i = begin; i < end; i++) {
      const row = rows[i] as number;
      const code = codes[row] as number;
      if (code < 0) continue;
      bump(counts, code, 1);
      bump(left, code, labels[row] as number);
    }
    begin = end;
  }
  return rates;
}

function bump(values: Uint32Array, index: number, by: number): void {
  values[index] = (values[index] as number) + by;
}
