/** A recorded piece of work: holds the run's lock, writes the run and its steps to the store, and ends both well. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { asTidewatchError, type TidewatchError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Progress } from '../../base/progress.ts';
import { leaseLost } from '../../store/lease/lease-lost.ts';
import type { LeaseStore } from '../../store/port/leases.ts';
import type { LogLine } from '../../store/port/run-logs.ts';
import type { RunResult, RunTrigger } from '../../store/port/runs.ts';
import type { Store } from '../../store/port.ts';
import { saidOf } from '../states/said.ts';
import type { LogJournal } from './log-journal.ts';
import { createLogRecorder } from './log-recorder.ts';
import { measureRun } from './measure-run.ts';
import { acquireRunLock } from './run-lock.ts';
import { storedSummary } from './stored-summary.ts';

export interface SessionDeps {
  readonly store: Store;
  /** The same store, telling of the runs and steps that are recorded in it. */
  readonly announcing: (store: Store) => Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly progress: Progress;
  /** Everything that is logged, to be kept with the run. */
  readonly journal: Pick<LogJournal, 'follow'>;
  /** Hears of each line that is kept. */
  readonly reportLine: (runId: string, line: LogLine) => void;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
}

export interface SessionOptions {
  /** `run`, or the verb of the one step. */
  readonly verb: string;
  readonly trigger: RunTrigger;
  readonly version: string;
  readonly lockTtlMs: number;
  /** The token of what is live, which that of the lock has to be greater than. */
  readonly liveToken: number;
  /** Logs of so many runs that succeeded are kept, and of as many others. */
  readonly keepLogs: number;
  readonly logDebug: boolean;
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
  /** The state, for as long as this session holds the lock: after that every write is `lease-lost`. */
  readonly store: Store;
  /** Greater than that of any session before. */
  readonly token: number;
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
  const { clock } = deps;
  const startedAt = clock.now().toISOString();
  const from = clock.elapsedMs();
  const runId = `${startedAt.replace(/[-:]/g, '').replace(/\.\d+/, '')}-${randomBytes(3).toString('hex')}`;
  const lock = await acquireRunLock(deps, {
    runId,
    ttlMs: options.lockTtlMs,
    above: options.liveToken,
  });
  const store = deps.announcing(deps.store.fencedBy(lock.lease));
  const held = { ...deps, store };
  try {
    await store.startRun({
      id: runId,
      verb: options.verb,
      trigger: options.trigger,
      version: options.version,
      startedAt,
    });
    const abandoned = await store.abandonRuns(runId, startedAt);
    return await logged(held, options, runId, (running) => {
      if (abandoned > 0)
        deps.log.warn({ run: runId }, `${abandoned} runs before this one ended without a word`);
      const session = createSession(held, { runId, startedAt, token: lock.lease.token }, running);
      return finishing(held, { session, verb: options.verb, from }, () => body(session));
    });
  } finally {
    // What happened before is the thing to tell; a lock that cannot be given back ends by itself.
    await lock
      .release()
      .catch((second: unknown) => deps.log.error({ run: runId }, asTidewatchError(second).message));
  }
}

/** Keeps what is logged while `body` does its work, of the step under way where only one is. */
async function logged<S>(
  deps: SessionDeps,
  { keepLogs, logDebug }: SessionOptions,
  runId: string,
  body: (running: Set<string>) => Promise<S>,
): Promise<S> {
  const { log, redact, store, clock } = deps;
  const report = (line: LogLine): void => deps.reportLine(runId, line);
  const recorder = createLogRecorder(
    { store, clock, log, redact, report },
    { runId, keepRuns: keepLogs, debug: logDebug },
  );
  const running = new Set<string>();
  const unfollow = deps.journal.follow((level, message, details) => {
    const [only = null, ...others] = running;
    const named = 'step' in details && typeof details.step === 'string' ? details.step : null;
    recorder.take(level, message, named ?? (others.length === 0 ? only : null));
  });
  let succeeded = false;
  try {
    const value = await body(running);
    succeeded = true;
    return value;
  } finally {
    unfollow();
    await recorder.close(succeeded);
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
    const kept = storedSummary(summary);
    await store.finishRun(runId, {
      finishedAt: now(),
      status: 'succeeded',
      result,
      error: null,
      summary: kept,
    });
    const said = saidOf(summary);
    const told = result === null ? 'run finished' : `run finished: ${result}`;
    const headline = said === null ? '' : `. ${said.headline}`;
    log[said?.severity === 'act' ? 'warn' : 'info']({ run: runId, result, ...said }, `${told}${headline}`);
    return summary;
  } catch (thrown) {
    const error = await reasonOf(thrown, store);
    log.error({ run: runId, code: error.code }, error.message);
    // The run that took over has recorded how this one ended.
    if (error.code === 'lease-lost') throw error;
    const record = { code: error.code, message: error.message };
    // The first failure is the one to tell, even if the store fails as well.
    await measure().catch((second: unknown) => log.error({ run: runId }, asTidewatchError(second).message));
    await store
      .finishRun(runId, { finishedAt: now(), status: 'failed', result: null, error: record, summary: null })
      .catch((second: unknown) => log.error({ run: runId }, asTidewatchError(second).message));
    throw error;
  }
}

/** What a run failed of. Where it has lost its lock, that is the reason: the run after it clears away what is unfinished. */
async function reasonOf(thrown: unknown, store: Pick<LeaseStore, 'whileHeld'>): Promise<TidewatchError> {
  const error = asTidewatchError(thrown);
  if (error.code === 'lease-lost') return error;
  const isHeld = await store
    .whileHeld(() => true)
    .catch((second: unknown) => asTidewatchError(second).code !== 'lease-lost');
  return isHeld ? error : leaseLost(error);
}

function createSession(
  deps: SessionDeps,
  of: Pick<Session, 'runId' | 'startedAt' | 'token'>,
  running: Set<string>,
): Session {
  const { store, clock, log, progress } = deps;
  const { runId } = of;
  const steps: StepSummary[] = [];
  const begun: string[] = [];
  const finish = async (step: StepSummary): Promise<void> => {
    steps.push(step);
    steps.sort((a, b) => begun.indexOf(a.name) - begun.indexOf(b.name));
    await store.finishStep(runId, step.name, { seconds: step.seconds, status: step.status, note: step.note });
    const { name, status, seconds, note } = step;
    const told = `step ${name} ${status}${status === 'skipped' ? '' : ` in ${seconds.toFixed(2)} s`}`;
    const details = { run: runId, ...step, step: name };
    if (status === 'failed') log.error(details, `${told}: ${note}`);
    else log.info(details, note === '' ? told : `${told}: ${note}`);
    running.delete(name);
  };
  const begin = async (name: string): Promise<void> => {
    begun.push(name);
    running.add(name);
    await store.startStep({ runId, name, startedAt: clock.now().toISOString() });
  };

  return {
    ...of,
    store,
    steps,
    step: async (name, body, note) => {
      await begin(name);
      progress({ label: name, done: steps.length, unit: 'steps' });
      log.debug({ run: runId, step: name }, `step ${name} begins`);
      const from = clock.elapsedMs();
      const seconds = () => Math.max(0, clock.elapsedMs() - from) / 1000;
      try {
        const value = await body();
        await finish({ name, status: 'succeeded', seconds: seconds(), note: note(value) });
        return value;
      } catch (thrown) {
        const { code, message } = asTidewatchError(thrown);
        if (code === 'lease-lost') throw thrown;
        await finish({ name, status: 'failed', seconds: seconds(), note: message }).catch((second: unknown) =>
          log.error({ run: runId }, asTidewatchError(second).message),
        );
        throw thrown;
      }
    },
    skip: async (name, why) => {
      await begin(name);
      await finish({ name, status: 'skipped', seconds: 0, note: why });
    },
  };
}
