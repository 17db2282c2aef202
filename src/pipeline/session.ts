/** A recorded piece of work: holds the run's lock, writes the run and its steps to the store, and ends both well. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { asTidewatchError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Progress } from '../base/progress.ts';
import type { RunResult, RunTrigger, Store } from '../store/port.ts';
import { measureRun } from './measure-run.ts';
import { acquireRunLock, type RunLock } from './run-lock.ts';

export interface SessionDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly progress: Progress;
}

export interface SessionOptions {
  /** `run`, or the verb of the one step. */
  readonly verb: string;
  readonly trigger: RunTrigger;
  readonly version: string;
  readonly lockTtlMs: number;
}

/** A step as the summary tells it. */
export interface StepSummary {
  readonly name: string;
  readonly status: 'succeeded' | 'failed' | 'skipped';
  readonly seconds: number;
  readonly note: string;
}

export interface Session {
  readonly runId: string;
  readonly startedAt: string;
  /** Those that have ended, in the order in which they began. */
  readonly steps: readonly StepSummary[];
  /** Runs and records one step; `note` says in a sentence what it did. Throws what the body throws. */
  step<T>(name: string, body: () => Promise<T>, note: (value: T) => string): Promise<T>;
  /** Records that a step was not needed, and why. */
  skip(name: string, why: string): Promise<void>;
}

/** What the work ends with: the result where it is a whole run, and the summary that is printed and stored. */
export interface SessionEnd<S> {
  readonly result: RunResult | null;
  readonly summary: S;
}

/**
 * Does `body` under the run's lock. The run is recorded as it begins and as it ends, well or badly; runs whose
 * process died are marked `abandoned`.
 */
export async function withSession<S>(
  deps: SessionDeps,
  options: SessionOptions,
  body: (session: Session) => Promise<SessionEnd<S>>,
): Promise<S> {
  const { store, clock } = deps;
  const startedAt = clock.now().toISOString();
  const from = clock.elapsedMs();
  const runId = `${startedAt.replace(/[-:]/g, '').replace(/\.\d+/, '')}-${randomBytes(3).toString('hex')}`;
  const lock = await acquireRunLock(deps, { runId, ttlMs: options.lockTtlMs });
  try {
    await store.startRun({
      id: runId,
      verb: options.verb,
      trigger: options.trigger,
      version: options.version,
      startedAt,
    });
    await store.abandonRuns(runId, startedAt);
    const session = createSession(deps, lock, runId, startedAt);
    return await finishing(deps, { session, verb: options.verb, from }, () => body(session));
  } finally {
    // What happened before is the thing to tell; a lock that cannot be given back ends by itself.
    await lock
      .release()
      .catch((second: unknown) => deps.log.error({ run: runId }, asTidewatchError(second).message));
  }
}

async function finishing<S>(
  deps: SessionDeps,
  work: { readonly session: Session; readonly verb: string; readonly from: number },
  body: () => Promise<SessionEnd<S>>,
): Promise<S> {
  const { store, clock, log } = deps;
  const { session, verb, from } = work;
  const { runId, steps, startedAt } = session;
  const now = () => clock.now().toISOString();
  let measured = false;
  const measure = async () => {
    if (measured) return;
    measured = true;
    const seconds = (clock.elapsedMs() - from) / 1000;
    await measureRun(store, { runId, verb, at: startedAt, seconds, steps });
  };
  try {
    const { result, summary } = await body();
    await measure();
    await store.finishRun(runId, { finishedAt: now(), status: 'succeeded', result, error: null, summary });
    log.info({ run: runId, result }, 'run finished');
    return summary;
  } catch (thrown) {
    const error = asTidewatchError(thrown);
    log.error({ run: runId, code: error.code }, error.message);
    const record = { code: error.code, message: error.message };
    // The first failure is the one to tell, even if the store fails as well.
    await measure().catch((second: unknown) => log.error({ run: runId }, asTidewatchError(second).message));
    await store
      .finishRun(runId, { finishedAt: now(), status: 'failed', result: null, error: record, summary: null })
      .catch((second: unknown) => log.error({ run: runId }, asTidewatchError(second).message));
    throw error;
  }
}

function createSession(deps: SessionDeps, lock: RunLock, runId: string, startedAt: string): Session {
  const { store, clock, log, progress } = deps;
  const steps: StepSummary[] = [];
  const begun: string[] = [];
  const finish = async (step: StepSummary): Promise<void> => {
    steps.push(step);
    steps.sort((a, b) => begun.indexOf(a.name) - begun.indexOf(b.name));
    await store.finishStep(runId, step.name, { seconds: step.seconds, status: step.status, note: step.note });
    log.info({ run: runId, ...step }, `step ${step.name} ${step.status}`);
  };
  const begin = async (name: string): Promise<void> => {
    begun.push(name);
    await store.startStep({ runId, name, startedAt: clock.now().toISOString() });
  };

  return {
    runId,
    startedAt,
    steps,
    step: async (name, body, note) => {
      lock.assertHeld();
      await begin(name);
      progress({ label: name, done: steps.length, unit: 'steps' });
      const from = clock.elapsedMs();
      const seconds = () => Math.max(0, clock.elapsedMs() - from) / 1000;
      try {
        const value = await body();
        await finish({ name, status: 'succeeded', seconds: seconds(), note: note(value) });
        return value;
      } catch (thrown) {
        await finish({
          name,
          status: 'failed',
          seconds: seconds(),
          note: asTidewatchError(thrown).message,
        }).catch((second: unknown) => log.error({ run: runId }, asTidewatchError(second).message));
        throw thrown;
      }
    },
    skip: async (name, why) => {
      await begin(name);
      await finish({ name, status: 'skipped', seconds: 0, note: why });
    },
  };
}
