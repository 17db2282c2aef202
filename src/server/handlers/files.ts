/** What was read, and what it made. */
import { listFiles, listSnapshots } from '../../pipeline/data/data-history.ts';
import type { WithStore } from '../../pipeline/resources.ts';
import type { fileRoutes } from '../contract/files.ts';
import type { Handlers } from '../handler.ts';
import { pageOf } from './page-of.ts';

export function fileHandlers(resources: WithStore): Handlers<typeof fileRoutes> {
  return {
    files: ({ query }) => listFiles(resources, query),
    snapshots: ({ query }) => listSnapshots(resources, pageOf(query)),
  };
}
