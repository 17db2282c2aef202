/** What ran, to start a run, and runs as they happen. */
import type { WithRuns } from '../../pipeline/resources.ts';
import { listenToRuns } from '../../pipeline/run/follow-runs.ts';
import type { RunControl } from '../../pipeline/run/run-control.ts';
import { listRuns, readRunLog, runningNow, showRun } from '../../pipeline/run/run-history.ts';
import type { runRoutes } from '../contract/runs.ts';
import type { Handlers } from '../handler.ts';
import { pageOf } from './page-of.ts';

export function runHandlers(resources: WithRuns, control: RunControl): Handlers<typeof runRoutes> {
  const listen = listenToRuns(resources);
  return {
    runs: ({ query: { verb, ...page } }) =>
      listRuns(resources, { ...pageOf(page), ...(verb === undefined ? {} : { verb }) }),
    run: ({ params }) => showRun(resources, params.id),
    runLogs: ({ params, query: { limit, level, after } }) =>
      readRunLog(resources, params.id, {
        limit,
        ...(level === undefined ? {} : { level }),
        ...(after === undefined ? {} : { after }),
      }),
    startRun: async () => ({ id: await control.start() }),
    events: () => ({
      hello: async () => {
        const now = await runningNow(resources);
        return { kind: 'hello', running: now?.run ?? null, steps: now?.steps ?? [] };
      },
      since: (id) => resources.events.since(id),
      listen,
    }),
  };
}
