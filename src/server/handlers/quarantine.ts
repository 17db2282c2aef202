/** The rows that were not accepted, and to put them back. */
import { readmit, showQuarantine } from '../../pipeline/data/quarantine.ts';
import type { WithData, WithRuns } from '../../pipeline/resources.ts';
import { lockedVerb } from '../../pipeline/run/locked-verb.ts';
import type { quarantineRoutes } from '../contract/quarantine.ts';
import type { Handlers } from '../handler.ts';

export function quarantineHandlers(resources: WithData & WithRuns): Handlers<typeof quarantineRoutes> {
  return {
    quarantine: ({ query }) => showQuarantine(resources, query),
    readmit: ({ body }) => lockedVerb(resources, 'readmit', 'api', (_, held) => readmit(held, body)),
  };
}
