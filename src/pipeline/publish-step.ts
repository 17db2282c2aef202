/** The publication of the newest scores into the database that the configuration names. */
import { TidewatchError } from '../base/errors.ts';
import { createScorer } from '../core/models/scorer.ts';
import { scoreClients } from '../engine/score-clients.ts';
import { PUBLISHED_REASONS, type PublishedClient, type PublishSummary, publish } from '../steps/publish.ts';
import { rank } from '../steps/rank.ts';
import { openExternal, resolvePlace } from '../store/external/open-external.ts';
import type { Resources } from './resources.ts';
import type { Session } from './session.ts';
import { currentSnapshot, readLiveModel } from './workspace-state.ts';

/** Values of the model's inputs that are held so that reasons need no second reading. */
const HELD_BYTES = 256 << 20;
/** Clients that are told at a time. */
const CHUNK = 20_000;
const EVERYONE = { owner: null, segment: null, minRisk: null, search: null, reasons: PUBLISHED_REASONS };

/** Publishes where the configuration says to; null, and nothing happens, where it does not or no model is live. */
export async function publishStep(resources: Resources, session: Session): Promise<PublishSummary | null> {
  const isDue = resources.workspace.config.publish !== null && readLiveModel(resources) !== null;
  return isDue ? publishScores(resources, session) : null;
}

/** The same as a verb. Errors `config-invalid`, `nothing-deployed`, `nothing-ingested`, `source-unavailable`. */
export async function publishScores(resources: Resources, session: Session): Promise<PublishSummary> {
  const { workspace, env, clock, progress, contract } = resources;
  const to = workspace.config.publish;
  if (to === null) {
    throw new TidewatchError(
      'config-invalid',
      'config.json does not say where to publish: give "publish" with the "url" and "table" of a database.',
    );
  }
  const live = readLiveModel(resources);
  if (live === null) {
    throw new TidewatchError(
      'nothing-deployed',
      'No model is deployed yet. "tidewatch run" trains and deploys one.',
    );
  }
  const snapshot = currentSnapshot(resources);
  const what = 'The database of "publish"';
  const place = resolvePlace(to.url, workspace.root, env, what);
  return session.step(
    'publish',
    async () => {
      const scorer = createScorer(live.model);
      const table = await (await resources.engine()).open({ kind: 'snapshot', snapshot, contract });
      try {
        const scored = await scoreClients(table, scorer, HELD_BYTES);
        const database = await openExternal(place, { what, timeoutMs: to.timeout_seconds * 1000 });
        try {
          return await publish(
            { database, progress },
            chunksOf({ table: async () => table, scorer }, scored),
            {
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

async function* chunksOf(
  deps: Parameters<typeof rank>[0],
  scored: Parameters<typeof rank>[1],
): AsyncGenerator<readonly PublishedClient[]> {
  for (let offset = 0; offset < scored.order.length; offset += CHUNK) {
    const { clients } = await rank(deps, scored, { ...EVERYONE, offset, limit: CHUNK });
    yield clients.map((client) => ({ ...client, reasons: client.reasons.map(({ sentence }) => sentence) }));
  }
}
