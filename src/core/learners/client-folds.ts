/**
 * Folds of clients: the rows of a client are all in one fold, so that no model is tested on a client that it was
 * trained on (the idea of scikit-learn's StratifiedGroupKFold).
 */
import { type FoldOptions, stratifiedFolds } from './selection.ts';

/** Rows as those of clients that are numbered from 0 in the order of their first rows. */
export interface ClientRows {
  readonly clients: number;
  /** The client of each row. */
  readonly codes: Int32Array;
}

/** @param codes the client of each row by any numbers from 0; null: each row is a client of its own. */
export function numberClients(rows: number, codes: Int32Array | null): ClientRows {
  if (codes === null) return { clients: rows, codes: Int32Array.from({ length: rows }, (_, row) => row) };
  const most = codes.reduce((high, code) => Math.max(high, code), -1);
  const numbers = new Int32Array(most + 1).fill(-1);
  let clients = 0;
  const numbered = codes.map((code) => {
    if (numbers[code] === -1) numbers[code] = clients++;
    return numbers[code] as number;
  });
  return { clients, codes: numbered };
}

/** The class of each client: 1 where any of its rows left, else 0. */
export function clientClasses(labels: ArrayLike<number>, { clients, codes }: ClientRows): Uint8Array {
  const classes = new Uint8Array(clients);
  for (let row = 0; row < codes.length; row++) if (labels[row] === 1) classes[codes[row] as number] = 1;
  return classes;
}

/** Clients with a row of a class, for the class that fewer have: as many folds can each leave one for the others. */
export function smallerClassClients(labels: ArrayLike<number>, { clients, codes }: ClientRows): number {
  const has = [new Uint8Array(clients), new Uint8Array(clients)];
  for (let row = 0; row < codes.length; row++) {
    const own = has[labels[row] === 1 ? 1 : 0] as Uint8Array;
    own[codes[row] as number] = 1;
  }
  return Math.min(...has.map((flags) => flags.reduce((sum, flag) => sum + flag, 0)));
}

/**
 * Fold of each row, once a repeat: clients are dealt as `stratifiedFolds` deals rows, by their classes, and their rows
 * follow. Where every client has one row these are its folds, bit for bit.
 */
export function clientFolds(labels: ArrayLike<number>, rows: ClientRows, options: FoldOptions): Uint8Array[] {
  return stratifiedFolds(clientClasses(labels, rows), options).map((fold) =>
    Uint8Array.from(rows.codes, (client) => fold[client] as number),
  );
}
