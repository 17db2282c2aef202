/** Keeps what the live model says of every client after new data or a deployment, so that trends can be told. */
import { clientKey } from '../../core/clients/client-key.ts';
import { createScorer } from '../../core/scoring/scorer.ts';
import type { KeptColumns } from '../../engine/port.ts';
import { clientId } from '../../engine/rows/read-clients.ts';
import { type ScoredClients, scoreClients } from '../../engine/rows/score-clients.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import { foldsOf, type ScoredSnapshot } from '../clients/client-risks.ts';
import type { Current } from '../current.ts';
import type { WithData } from '../resources.ts';
import type { Session } from '../run/session.ts';

/** Scores that are kept in all: twenty scorings of a million clients, some 16 bytes each. */
const KEPT_SCORES = 20_000_000;

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
        const reference = await resources.keptRows.write(scoresOf(scored));
        const createdAt = resources.clock.now().toISOString();
        const of = { runId: session.runId, modelVersion: model.version, snapshotId: snapshot.id, createdAt };
        await store.recordScoring({ ...of, clients: scored.clients, reference }, KEPT_SCORES);
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

/** The scores in the order of the clients' keys, to the precision of floats of 4 bytes. */
function scoresOf({ ranked, probabilities, ...scored }: ScoredClients): KeptColumns {
  const keys = BigUint64Array.from(ranked, (client) => clientKey(clientId(scored, client)));
  const order = Uint32Array.from(keys, (_, place) => place).sort((a, b) =>
    (keys[a] as bigint) < (keys[b] as bigint) ? -1 : 1,
  );
  return {
    keys: BigUint64Array.from(order, (place) => keys[place] as bigint),
    probabilities: Float64Array.from(order, (place) =>
      Math.fround(probabilities[ranked[place] as number] as number),
    ),
  };
}
