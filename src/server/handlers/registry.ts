/** The registry of models, and what a call may change of it, under the run's lock. */
import { listDeployments } from '../../pipeline/models/deployment-history.ts';
import { diffModels } from '../../pipeline/models/model-diff.ts';
import { addNote } from '../../pipeline/models/model-notes.ts';
import { promote, rollback } from '../../pipeline/models/promote.ts';
import type { WithModel, WithRuns } from '../../pipeline/resources.ts';
import { lockedVerb } from '../../pipeline/run/locked-verb.ts';
import type { registryRoutes } from '../contract/registry.ts';
import type { Handlers } from '../handler.ts';
import { pageOf } from './page-of.ts';

/** Whoever holds the API key. */
const AUTHOR = 'api';

export function registryHandlers(resources: WithModel & WithRuns): Handlers<typeof registryRoutes> {
  return {
    deployments: ({ query }) => listDeployments(resources, pageOf(query)),
    diffModels: ({ query: { from, to } }) => diffModels(resources, from, to),
    promoteModel: ({ params, body }) =>
      lockedVerb(resources, 'promote', 'api', (session, held) =>
        promote(held, session, params.version, body.reason),
      ),
    rollback: ({ body }) =>
      lockedVerb(resources, 'rollback', 'api', (session, held) => rollback(held, session, body.reason)),
    noteModel: ({ params, body: { text, author = AUTHOR } }) =>
      addNote(resources, { model: params.version, text, author }),
  };
}
