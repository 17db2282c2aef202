/** The rows that say when a learner is to stop: whole clients, which it does not learn from. */
import { clientFolds, numberClients, smallerClassClients } from './client-folds.ts';

/** Fewest parts that clients are dealt into: half of them at most are held back. */
const MIN_PARTS = 2;

/**
 * A share of the clients of each class, drawn by the seed: their rows, in row order. More than the share where a class
 * has too few clients for so many parts.
 * @param labels 1 and 0.
 * @param clients the client of each row; null: each row is a client of its own.
 */
export function stoppingRows(
  labels: ArrayLike<number>,
  clients: Int32Array | null,
  { share, seed }: { readonly share: number; readonly seed: number },
): Uint32Array {
  const own = numberClients(labels.length, clients);
  const folds = Math.max(MIN_PARTS, Math.min(Math.round(1 / share), smallerClassClients(labels, own)));
  const [fold] = clientFolds(labels, own, { folds, repeats: 1, seed });
  return Uint32Array.from(own.codes, (_, row) => row).filter((row) => fold?.[row] === 0);
}
