/** What happens in runs, as it happens: published to whoever listens, with a memory for those who come back. */
import type { Clock } from '../../base/clock.ts';
import type { ProgressEvent } from '../../base/progress.ts';
import type { LogLine } from '../../store/port/run-logs.ts';
import type { Said } from '../states/said.ts';
import type { RunEntry, StepEntry } from './run-entry.ts';

export type RunEvent =
  | { readonly kind: 'run-started'; readonly run: RunEntry }
  | { readonly kind: 'step-started'; readonly runId: string; readonly step: StepEntry }
  | {
      readonly kind: 'progress';
      readonly runId: string;
      readonly label: string;
      readonly done: number;
      readonly total: number | null;
      readonly unit: ProgressEvent['unit'];
    }
  | { readonly kind: 'step-finished'; readonly runId: string; readonly step: StepEntry }
  | { readonly kind: 'log'; readonly runId: string; readonly line: LogLine }
  | {
      readonly kind: 'run-finished';
      readonly run: RunEntry;
      /** The first of the states that held at its end; null: it failed, or was not the whole process. */
      readonly said: Said | null;
    };

/** An event with its place: the name of the process that published it, and a count. */
export interface PublishedEvent {
  readonly id: string;
  readonly event: RunEvent;
}

export interface RunEvents {
  /** Tells of a run of this process. */
  publish(event: RunEvent): void;
  /** Tells of a run of another process. */
  relay(event: RunEvent): void;
  /** Whether the run was begun in this process. */
  isOwn(runId: string): boolean;
  /** Tells how far the run of this process is, a few times a second at most; nothing where none is under way. */
  progress(event: ProgressEvent): void;
  /** The events after one, as far as they are remembered; none where that one is not of this process. */
  since(id: string): readonly PublishedEvent[];
  /** Calls `listener` at every event until the function that it returns is called. */
  listen(listener: (published: PublishedEvent) => void): () => void;
}

/** What is published once: progress is soon old, and lines are in the log of the run. */
export function isRemembered({ kind }: Pick<RunEvent, 'kind'>): boolean {
  return kind !== 'progress' && kind !== 'log';
}

/** Events that are remembered: those of some dozens of runs. */
const REMEMBERED = 500;
/** Runs of this process that are known by name. */
const OWN_RUNS = 100;
const PROGRESS_EVERY_MS = 250;

/** `origin` tells the events of this process from those of one before it. */
export function createRunEvents(clock: Pick<Clock, 'elapsedMs'>, origin: string): RunEvents {
  const remembered: { readonly place: number; readonly published: PublishedEvent }[] = [];
  const listeners = new Set<(published: PublishedEvent) => void>();
  let place = 0;
  let running: string | null = null;
  let progressAt = Number.NEGATIVE_INFINITY;
  const own: string[] = [];
  const publishEvent = (event: RunEvent): void => {
    const published = { id: `${origin}-${++place}`, event };
    if (isRemembered(event)) remembered.push({ place, published });
    if (remembered.length > REMEMBERED) remembered.shift();
    for (const listener of listeners) listener(published);
  };
  return {
    publish: (event) => {
      if (event.kind === 'run-started') {
        running = event.run.id;
        own.push(running);
        if (own.length > OWN_RUNS) own.shift();
      }
      if (event.kind === 'run-finished' && event.run.id === running) running = null;
      publishEvent(event);
    },
    relay: publishEvent,
    isOwn: (runId) => own.includes(runId),
    progress: ({ label, done, total, unit }) => {
      if (running === null || clock.elapsedMs() - progressAt < PROGRESS_EVERY_MS) return;
      progressAt = clock.elapsedMs();
      publishEvent({ kind: 'progress', runId: running, label, done, total: total ?? null, unit });
    },
    since: (id) => {
      const [, from] = /^(.*)-(\d{1,15})$/.exec(id)?.slice(1) ?? [];
      if (from === undefined || id !== `${origin}-${from}`) return [];
      return remembered.filter((each) => each.place > Number(from)).map(({ published }) => published);
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
