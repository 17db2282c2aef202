/** The publication of the newest scores into the database that the configuration names. */
import { TidewatchError } from '../../base/errors.ts';
import { createScorer } from '../../core/scoring/scorer.ts';
import { scoreClients } from '../../engine/rows/score-clients.ts';
import { type PublishSummary, publish } from '../../steps/publish.ts';
import { externalPlace, openExternal } from '../../store/external/open-external.ts';
import { foldsOf, type ScoredSnapshot } from '../clients/client-risks.ts';
import { publishedClients } from '../clients/published-clients.ts';
import { withSaidOutcomes } from '../clients/said-outcomes.ts';
import { type Current, currentSnapshot } from '../current.ts';
import type { Resources, WithData } from '../resources.ts';
import type { Session } from '../run/session.ts';

/**
 * Publishes where the configuration says to; null, and nothing happens, where it does not or no model is live.
 * `known`: the clients as an earlier step of the run scored them.
 */
export async function publishStep(
  resources: WithData & Pick<Resources, 'env' | 'progress'>,
  session: Session,
  current: Current,
  known: ScoredSnapshot | null,
): Promise<PublishSummary | null> {
  const isDue = resources.workspace.config.publish !== null && current.live !== null;
  return isDue ? publishScores(resources, session, current, known) : null;
}

/** Publishes at all events. Errors `config-invalid`, `nothing-deployed`, `nothing-ingested`, `source-unavailable`. */
export async function publishScores(
  resources: WithData & Pick<Resources, 'env' | 'progress'>,
  session: Session,
  current: Current,
  known: ScoredSnapshot | null = null,
): Promise<PublishSummary> {
  const { workspace, env, clock, progress, contract } = resources;
  const to = workspace.config.publish;
  if (to === null) {
    throw new TidewatchError(
      'config-invalid',
      'config.json does not say where to publish: give "publish" with the "url" and "table" of a database.',
    );
  }
  const { live } = current;
  if (live === null) {
    throw new TidewatchError(
      'nothing-deployed',
      'No model is deployed yet. "tidewatch run" trains and deploys one.',
    );
  }
  const snapshot = currentSnapshot(resources, current);
  const what = 'The database of "publish"';
  const place = externalPlace(to.url, workspace.root, env, what);
  return session.step(
    'publish',
    async () => {
      const table = await (await resources.engine()).open({ kind: 'snapshot', snapshot, contract });
      try {
        const isKnown = known?.snapshot === snapshot.id && known.modelVersion === live.model.version;
        const scored = await withSaidOutcomes(
          await resources.store(),
          isKnown
            ? known.scored
            : await scoreClients(table, createScorer(live.model), { folds: foldsOf(resources, live.model) }),
        );
        const database = await openExternal(place, { what, timeoutMs: to.timeout_seconds * 1000 });
        try {
          return await publish(
            { database, store: await resources.store(), progress },
            publishedClients(table, scored),
            {
              clients: scored.lists.listed.order.length,
              table: to.table,
              mode: to.mode,
              snapshot: snapshot.id,
              modelVersion: live.model.version,
              scoredAt: clock.now(),
            },
          );
        } finally {
          await database.close();
        }
      } finally {
        await table.close();
      }
    },
    ({ clients, table, mode }) => `${clients} clients written to ${table} (${mode})`,
  );
}
