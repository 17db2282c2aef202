/** Starts the whole process when somebody asks for it, and waits for it at the end. */
import type { Resources } from '../resources.ts';
import { lockedRun } from './locked-verb.ts';
import { runProcess } from './run.ts';

/** What starts runs in this process. */
export interface RunControl {
  /** Starts the whole process and returns its id as soon as it has begun. `run-locked` where another one runs. */
  start(): Promise<string>;
  /** When the clock starts the next run; null without a clock. */
  next(): Date | null;
}

/** `next` says when the clock starts the next run. Must be closed: that waits for the run that was started. */
export function createRunControl(
  resources: Resources,
  next: () => Date | null,
): RunControl & { close(): Promise<void> } {
  const running = new Set<Promise<void>>();
  const start = (): Promise<string> =>
    new Promise((begun, refused) => {
      // How it ends is recorded and logged; only what came before its beginning is told here.
      const run: Promise<void> = lockedRun(resources, 'run', 'api', (session, held) => {
        begun(session.runId);
        return runProcess(held, session);
      })
        .then(() => undefined, refused)
        .finally(() => running.delete(run));
      running.add(run);
    });
  return {
    start,
    next,
    close: async () => {
      await Promise.all(running);
    },
  };
}
