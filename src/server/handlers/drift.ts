/** What checks of the deployed model and of challengers have said. */
import type { WithStore } from '../../pipeline/resources.ts';
import { driftAnswer, listChecks } from '../../pipeline/trends/drift-history.ts';
import type { driftRoutes } from '../contract/drift.ts';
import type { Handlers } from '../handler.ts';

export function driftHandlers(resources: WithStore): Handlers<typeof driftRoutes> {
  return {
    drift: () => driftAnswer(resources),
    checks: ({ query }) => listChecks(resources, query),
  };
}
