/** Tells of the runs of other processes, by looking at the store while somebody listens. */
import type { LogLine, RunLogStore } from '../../store/port/run-logs.ts';
import type { RunOutline, RunStore } from '../../store/port/runs.ts';
import type { StepRecord, StepStore } from '../../store/port/steps.ts';
import type { Resources } from '../resources.ts';
import { type Said, saidOf } from '../states/said.ts';
import { runEntry, stepEntry } from './run-entry.ts';
import type { RunEvent, RunEvents } from './run-events.ts';

export interface FollowOptions {
  readonly store: () => Promise<
    Pick<RunStore, 'run' | 'runs'> & Pick<StepStore, 'steps'> & Pick<RunLogStore, 'logLines'>
  >;
  readonly everyMs: number;
  /** Runs of this process, which publish their events. */
  readonly isOwn: (runId: string) => boolean;
  readonly publish: (event: RunEvent) => void;
}

/** Runs that are looked at: so many may begin between two looks. */
const LOOKED_AT = 5;
/** Lines that are published at a look; the rest at the next, or where the log of the run is read. */
const LINES = 500;

/**
 * Looks at once and then every so often until the function that it returns is called. What had ended before is not
 * published, and nothing is once it has been stopped. A store that does not answer is asked again at the next look.
 */
export function followRuns({ store, everyMs, isOwn, publish }: FollowOptions): () => void {
  const known = new Map<string, Seen>();
  let first = true;
  let looking = false;
  let stopped = false;
  const look = async (): Promise<void> => {
    const open = await store();
    for (const run of (await open.runs({ limit: LOOKED_AT })).toReversed()) {
      const seen = known.get(run.id);
      if (isOwn(run.id) || (seen?.status === run.status && run.status !== 'running')) continue;
      const isOld = first && run.status !== 'running';
      const steps = isOld ? [] : await open.steps(run.id);
      const lines = isOld
        ? []
        : await open.logLines({ runId: run.id, after: seen?.line ?? -1, limit: LINES });
      const isOver = !isOld && run.verb === 'run' && run.status === 'succeeded';
      const said = isOver ? saidOf((await open.run(run.id))?.summary) : null;
      // A look may still wait for the store when nobody listens any more.
      if (stopped) return;
      if (!isOld) for (const event of changes(seen, { run, steps, lines, said })) publish(event);
      known.set(run.id, {
        status: run.status,
        line: lines.at(-1)?.place ?? seen?.line ?? -1,
        steps: new Map(steps.map((step) => [step.name, step.status])),
      });
    }
    first = false;
    for (const id of [...known.keys()].slice(0, -MAX_KNOWN)) known.delete(id);
  };
  const beat = (): void => {
    if (looking) return;
    looking = true;
    look()
      .catch(() => undefined)
      .finally(() => {
        looking = false;
      });
  };
  beat();
  const timer = setInterval(beat, everyMs);
  timer.unref();
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}

const MAX_KNOWN = 50;

/** A run as it was at the last look. */
interface Seen {
  readonly status: RunOutline['status'];
  /** Place of its last line; -1: none. */
  readonly line: number;
  readonly steps: ReadonlyMap<string, StepRecord['status']>;
}

/** A run as it is at this look. */
interface Found {
  readonly run: RunOutline;
  readonly steps: readonly StepRecord[];
  /** Those that came since the last look. */
  readonly lines: readonly LogLine[];
  readonly said: Said | null;
}

function* changes(seen: Seen | undefined, { run, steps, lines, said }: Found): Generator<RunEvent> {
  if (seen === undefined) {
    yield {
      kind: 'run-started',
      run: {
        ...runEntry(run),
        status: 'running',
        finishedAt: null,
        seconds: null,
        result: null,
        error: null,
      },
    };
  }
  for (const record of steps) {
    const before = seen?.steps.get(record.name);
    const step = stepEntry(record);
    if (before === undefined) {
      yield {
        kind: 'step-started',
        runId: run.id,
        step: { ...step, status: 'running', seconds: null, note: '' },
      };
    }
    if (before !== record.status && record.status !== 'running') {
      yield { kind: 'step-finished', runId: run.id, step };
    }
  }
  for (const line of lines) yield { kind: 'log', runId: run.id, line };
  if (run.status !== 'running') yield { kind: 'run-finished', run: runEntry(run), said };
}

/** How often the store is asked for runs of other processes while somebody listens. */
const FOLLOW_EVERY_MS = 1500;

/** Follows the runs of other processes from the first listener on, until the last one is gone. */
export function listenToRuns({ events, store }: Pick<Resources, 'events' | 'store'>): RunEvents['listen'] {
  let listeners = 0;
  let unfollow = (): void => undefined;
  return (listener) => {
    const stop = events.listen(listener);
    if (listeners++ === 0) {
      unfollow = followRuns({ store, everyMs: FOLLOW_EVERY_MS, isOwn: events.isOwn, publish: events.relay });
    }
    let stopped = false;
    return () => {
      if (stopped) return;
      stopped = true;
      stop();
      if (--listeners === 0) unfollow();
    };
  };
}
