/** Keeps what the live model says of every client after new data or a deployment, so that trends can be told. */
import { clientKey } from '../../core/clients/client-key.ts';
import { createScorer } from '../../core/scoring/scorer.ts';
import { clientId } from '../../engine/rows/read-clients.ts';
import { type ScoredClients, scoreClients } from '../../engine/rows/score-clients.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import type { ClientScores, ScoringRecord, ScoringStore } from '../../store/port/scorings.ts';
import { foldsOf, type ScoredSnapshot } from '../clients/client-risks.ts';
import type { Current } from '../current.ts';
import type { WithData } from '../resources.ts';
import type { Session } from '../run/session.ts';

/** Scores that are kept in all: twenty scorings of a million clients, some 16 bytes each. */
const KEPT_SCORES = 20_000_000;
const MAX_SCORINGS = 1000;

/**
 * Scores the clients, also those who have left, keeps it and returns it for the steps that come. null, and nothing happens, where no column
 * names clients, no model is live, or the newest scoring is of this snapshot and model already.
 */
export async function rankStep(
  resources: WithData,
  session: Session,
  { live, snapshot }: Pick<Current, 'live' | 'snapshot'>,
): Promise<ScoredSnapshot | null> {
  if (live === null || snapshot === null || columnOf(resources.contract, 'id') === null) return null;
  const store = await resources.store();
  const [newest] = await store.scorings(1);
  const { model } = live;
  if (newest?.modelVersion === model.version && newest.snapshotId === snapshot.id) return null;
  const scored = await session.step(
    'rank',
    async () => {
      const { contract } = resources;
      const table = await (await resources.engine()).open({ kind: 'snapshot', snapshot, contract });
      try {
        const scored = await scoreClients(table, createScorer(model), { folds: foldsOf(resources, model) });
        const scores = scoresOf(scored);
        const createdAt = resources.clock.now().toISOString();
        const of = { runId: session.runId, modelVersion: model.version, snapshotId: snapshot.id, createdAt };
        await store.recordScoring({ ...of, clients: scored.clients, ...scores }, KEPT_SCORES);
        return scored;
      } finally {
        await table.close();
      }
    },
    ({ lists: { listed, left } }) =>
      `${listed.totals.clients} clients scored, ${listed.totals.flagged} of them at risk` +
      (left.order.length === 0 ? '' : `; ${left.order.length} have left`),
  );
  return { snapshot: snapshot.id, modelVersion: model.version, scored };
}

function scoresOf(scored: ScoredClients): ClientScores {
  const { ranked } = scored;
  const keys = new BigUint64Array(ranked.length);
  const probabilities = new Float32Array(ranked.length);
  for (let place = 0; place < ranked.length; place++) {
    const client = ranked[place] as number;
    keys[place] = clientKey(clientId(scored, client));
    probabilities[place] = scored.probabilities[client] as number;
  }
  return { keys, probabilities };
}

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

/** What a scoring said of clients, one each; null where it did not know the client. */
export async function scoresAt(
  store: Pick<ScoringStore, 'clientScores'>,
  scoring: ScoringRecord | null,
  ids: readonly string[],
): Promise<readonly (number | null)[]> {
  if (scoring === null) return ids.map(() => null);
  const scores = await store.clientScores(scoring.runId, BigUint64Array.from(ids, clientKey));
  return Array.from(scores, (score) => (Number.isNaN(score) ? null : score));
}
