/** Makes a store tell of the runs and steps that are recorded in it, as it records them. */
import type { RunRecord } from '../../store/port/runs.ts';
import type { Store } from '../../store/port.ts';
import { saidOf } from '../states/said.ts';
import { runEntry } from './run-entry.ts';
import type { RunEvents } from './run-events.ts';

/** The store for one piece of work. What it could not record is told all the same: it happened. */
export function announcing(store: Store, events: Pick<RunEvents, 'publish'>): Store {
  const runs = new Map<string, RunRecord>();
  const steps = new Map<string, string>();
  return {
    ...store,
    startRun: async (run) => {
      await store.startRun(run);
      const record: RunRecord = {
        ...run,
        finishedAt: null,
        status: 'running',
        result: null,
        error: null,
        summary: null,
      };
      runs.set(run.id, record);
      events.publish({ kind: 'run-started', run: runEntry(record) });
    },
    finishRun: async (id, end) => {
      const run = runs.get(id);
      try {
        await store.finishRun(id, end);
      } finally {
        if (run !== undefined) {
          const told = runEntry({ ...run, ...end });
          events.publish({ kind: 'run-finished', run: told, said: saidOf(end.summary) });
        }
      }
    },
    startStep: async ({ runId, name, startedAt }) => {
      await store.startStep({ runId, name, startedAt });
      steps.set(name, startedAt);
      const step = { name, startedAt, seconds: null, status: 'running' as const, note: '' };
      events.publish({ kind: 'step-started', runId, step });
    },
    finishStep: async (runId, name, end) => {
      await store.finishStep(runId, name, end);
      events.publish({
        kind: 'step-finished',
        runId,
        step: { name, startedAt: steps.get(name) ?? '', ...end },
      });
    },
  };
}
