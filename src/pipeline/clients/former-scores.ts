/** What former scorings said of clients. */
import { clientKey } from '../../core/clients/client-key.ts';
import { lookUp } from '../../engine/kept/look-up.ts';
import type { ScoringRecord, ScoringStore } from '../../store/port/scorings.ts';
import type { WithKeptRows } from '../resources.ts';

const MAX_SCORINGS = 1000;

/** The newest scoring of another snapshot or model than these; null where there is none. */
export async function earlierScoring(
  store: Pick<ScoringStore, 'scorings'>,
  now: { readonly modelVersion: string; readonly snapshot: string | null },
): Promise<ScoringRecord | null> {
  const scorings = await store.scorings(MAX_SCORINGS);
  return (
    scorings.find(
      ({ modelVersion, snapshotId }) => modelVersion !== now.modelVersion || snapshotId !== now.snapshot,
    ) ?? null
  );
}

/** What a scoring said of clients, one each; null where it did not know the client, or its scores are not there any more. */
export async function scoresAt(
  resources: WithKeptRows,
  scoring: ScoringRecord | null,
  ids: readonly string[],
): Promise<readonly (number | null)[]> {
  if (scoring === null) return ids.map(() => null);
  const scores = await scoresIn(resources, scoring, BigUint64Array.from(ids, clientKey));
  return ids.map((_, place) => {
    const score = scores?.[place] ?? Number.NaN;
    return Number.isNaN(score) ? null : score;
  });
}

/** What the newest `limit` scorings said of one client, newest first; those that did not know it are left out. */
export async function scoresOfClient(
  resources: WithKeptRows,
  id: string,
  limit: number,
): Promise<readonly (ScoringRecord & { readonly probability: number })[]> {
  const scorings = await (await resources.store()).scorings(limit);
  const scored = await Promise.all(
    scorings.map(async (scoring) => {
      const [probability = null] = await scoresAt(resources, scoring, [id]);
      return probability === null ? [] : [{ ...scoring, probability }];
    }),
  );
  return scored.flat();
}

/** NaN for a client that it did not know; null where the scores are not there any more. */
async function scoresIn(
  { store, keptRows }: WithKeptRows,
  { runId, reference }: ScoringRecord,
  keys: BigUint64Array,
): Promise<Float64Array | null> {
  if (reference === null) {
    const scores = await (await store()).inlineScores(runId);
    return Float64Array.from(keys, (key) => lookUp(scores, key));
  }
  const reading = await keptRows.lookup(reference, keys);
  return reading.kind === 'found' ? reading.value : null;
}
