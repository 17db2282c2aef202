/** What happens on the server at this moment: the run under way, and whether this page is connected. */

import { signal } from '@preact/signals';
import type { LogLine, RunEntry, RunEvent, Step } from '../../../src/server/contract.ts';
import { addressOf } from './address.ts';
import { ApiProblem, request } from './call.ts';
import { readEvents } from './event-stream.ts';
import { refreshAnswers } from './use-answer.ts';

export interface LiveRun {
  readonly run: RunEntry;
  readonly steps: readonly Step[];
  readonly progress: Progress | null;
}

type Progress = Extract<RunEvent, { kind: 'progress' }>;

/** The run under way; after its end it stays for a while, so that the end can be read. */
export const liveRun = signal<LiveRun | null>(null);
/** Lines of the run under way that were told since this page was opened. */
export const liveLines = signal<{ readonly runId: string | null; readonly lines: readonly LogLine[] }>({
  runId: null,
  lines: [],
});
/** lost: what is on the page may be old. */
export const connection = signal<'connecting' | 'open' | 'lost'>('connecting');

const RETRY_MS = 3000;
const REFUSED_RETRY_MS = 30_000;
let lastId: string | null = null;
let current: AbortController | null = null;

/** Listens, and again whenever the connection breaks. A second call begins anew, such as with another key. */
export async function listen(): Promise<void> {
  current?.abort();
  const mine = new AbortController();
  current = mine;
  while (!mine.signal.aborted) {
    const wait = await listenOnce(mine.signal);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** Listens until the connection ends; answers how long to wait before the next. */
async function listenOnce(abort: AbortSignal): Promise<number> {
  try {
    const headers: Record<string, string> = lastId === null ? {} : { 'last-event-id': lastId };
    const { body } = await request(addressOf('/api/v1/events'), { headers, signal: abort });
    if (body === null) return RETRY_MS;
    if (connection.value === 'lost') refreshAnswers();
    connection.value = 'open';
    for await (const { id, data } of readEvents(body)) {
      lastId = id ?? lastId;
      take(JSON.parse(data) as RunEvent);
    }
  } catch (error) {
    if (abort.aborted) return 0;
    if (error instanceof ApiProblem && error.code !== 'no-connection') return REFUSED_RETRY_MS;
  }
  if (!abort.aborted) connection.value = 'lost';
  return RETRY_MS;
}

/** Takes up one event. */
export function take(event: RunEvent): void {
  switch (event.kind) {
    case 'hello':
      if (event.running !== null) liveRun.value = { run: event.running, steps: event.steps, progress: null };
      else if (liveRun.value?.run.status === 'running') liveRun.value = null;
      return;
    case 'run-started':
      liveRun.value = { run: event.run, steps: [], progress: null };
      return;
    case 'run-finished':
      liveRun.value = { run: event.run, steps: liveRun.value?.steps ?? [], progress: null };
      refreshAnswers();
      return;
    case 'progress':
      if (liveRun.value?.run.id === event.runId) liveRun.value = { ...liveRun.value, progress: event };
      return;
    case 'log': {
      const before = liveLines.value.runId === event.runId ? liveLines.value.lines : [];
      liveLines.value = { runId: event.runId, lines: [...before, event.line] };
      return;
    }
    default:
      if (liveRun.value?.run.id === event.runId) liveRun.value = withStep(liveRun.value, event.step);
  }
}

function withStep(live: LiveRun, step: Step): LiveRun {
  const others = live.steps.filter((each) => each.name !== step.name || each.startedAt !== step.startedAt);
  return { ...live, steps: [...others, step], progress: null };
}
