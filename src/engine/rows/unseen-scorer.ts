/** Scores rows of clients that a model was trained on by the models of folds that have not seen them. */
import { createScorer, type Scorer } from '../../core/scoring/scorer.ts';
import type { FoldModels } from '../kept/fold-models.ts';

/**
 * The scorer of each row: for a client that the model was trained on, the model of a fold that has not seen it. Its new
 * rows are much like its old ones, and what the model has learned by heart of those would hide that it fails others.
 * @param clients key of the client of each row, as `FoldModels.foldOf` takes it.
 * @returns undefined where the one scorer scores all rows.
 */
export function unseenScorer(
  scorer: Scorer,
  folds: FoldModels | null,
  clients: BigUint64Array | null,
): ((row: number) => Scorer) | undefined {
  if (folds === null || clients === null) return undefined;
  const scorers = folds.models.map(createScorer);
  return (row) => scorers[folds.foldOf(clients[row] as bigint)] ?? scorer;
}
