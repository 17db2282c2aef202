/** Does a verb under the run's lock of a workspace, recorded as a run, whoever asks for it. */
import { removeUnfinished } from '../../base/atomic-file.ts';
import type { RunTrigger } from '../../store/port/runs.ts';
import type { WithRuns } from '../resources.ts';
import { announcing } from './announce-runs.ts';
import { moveRows } from './move-rows.ts';
import type { RunEvent } from './run-events.ts';
import { type Session, type SessionDeps, type SessionEnd, withSession } from './session.ts';

/** Files that are put into the input folder under the lock; what others put there is none of ours. */
const WRITTEN_INPUTS = /^(?:readmitted|outcomes)-/;

/**
 * Does the whole of a run, which has a result. `run-locked` where another one holds the lock. The body is given the
 * resources as they are for the holder of the lock, whose writes are `lease-lost` once another one holds it.
 */
export async function lockedRun<S, R extends WithRuns>(
  resources: R,
  name: string,
  trigger: RunTrigger,
  body: (session: Session, held: R) => Promise<SessionEnd<S>>,
): Promise<S> {
  const { workspace, clock, log, progress, version, events, journal, redact } = resources;
  const store = await resources.store();
  const reportLine: SessionDeps['reportLine'] = (runId, line) => events.publish({ kind: 'log', runId, line });
  // Who hears that a run has ended may start the next one, so it is told once the lock is free.
  const ended: RunEvent[] = [];
  const publish = (event: RunEvent): void => {
    if (event.kind === 'run-finished') ended.push(event);
    else events.publish(event);
  };
  const deps: SessionDeps = {
    ...{ store, clock, log, progress, journal, redact, reportLine },
    announcing: (fenced) => announcing(fenced, { publish }),
  };
  const options = {
    ...{ verb: name, trigger, version, logDebug: resources.logDebug },
    lockTtlMs: workspace.config.run_lock_seconds * 1000,
    liveToken: resources.live.currentToken(),
    keepLogs: workspace.config.run_logs_kept,
  };
  const work = withSession(deps, options, async (session) => {
    // With the lock held, what is unfinished is what a killed run left.
    removeUnfinished(workspace.paths.output);
    removeUnfinished(workspace.paths.model);
    removeUnfinished(workspace.paths.input, WRITTEN_INPUTS);
    const held = { ...resources, store: async () => session.store };
    await moveRows(held);
    return body(session, held);
  });
  return work.finally(() => {
    for (const event of ended) events.publish(event);
  });
}

/** Does one verb. */
export function lockedVerb<S, R extends WithRuns>(
  resources: R,
  name: string,
  trigger: RunTrigger,
  body: (session: Session, held: R) => Promise<S>,
): Promise<S> {
  return lockedRun(resources, name, trigger, async (session, held) => ({
    result: null,
    summary: await body(session, held),
  }));
}
