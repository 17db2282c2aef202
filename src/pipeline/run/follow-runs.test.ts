/** Two processes over one store: one writes its runs through a connection of its own, the other one follows. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../store/port.ts';
import { openStore } from '../../store/store.ts';
import { followRuns } from './follow-runs.ts';
import type { RunEvent } from './run-events.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const run = (id: string, second = 0) =>
  ({ id, verb: 'run', trigger: 'command', version: '1.2.3', startedAt: at(second) }) as const;
const END = {
  finishedAt: at(9),
  status: 'succeeded',
  result: 'no-drift',
  error: null,
  summary: null,
} as const;

let folder: string;
let writer: Store;
let reader: Store;
let told: RunEvent[];
let unfollow: () => void;
const own = new Set<string>();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'follow-'));
  writer = await openStore(join(folder, 'state.db'));
  reader = await openStore(join(folder, 'state.db'));
  told = [];
  unfollow = () => undefined;
  own.clear();
});
afterEach(async () => {
  unfollow();
  await Promise.all([writer.close(), reader.close()]);
  rmSync(folder, { recursive: true, force: true });
});

function follow(store: () => Promise<Store> = async () => reader): void {
  unfollow = followRuns({
    store,
    everyMs: 5,
    isOwn: (id) => own.has(id),
    publish: (event) => told.push(event),
  });
}

const shown = () =>
  told.map((event) => {
    if (event.kind === 'run-started' || event.kind === 'run-finished') {
      return `${event.kind} ${event.run.id} ${event.run.status}`;
    }
    if (event.kind === 'log') return `log ${event.line.message}`;
    return event.kind === 'progress' ? event.kind : `${event.kind} ${event.step.name} ${event.step.status}`;
  });

async function until(holds: () => boolean): Promise<void> {
  await expect.poll(() => holds() || shown(), { interval: 5, timeout: 60_000 }).toBe(true);
}

async function step(name: string, status: 'succeeded' | 'failed' = 'succeeded'): Promise<void> {
  await writer.finishStep('a', name, { seconds: 1, status, note: 'done' });
}

describe('followRuns', () => {
  it('tells of a run of another process, step by step, each once', async () => {
    follow();
    await writer.startRun(run('a'));
    await until(() => shown().includes('run-started a running'));
    await writer.startStep({ runId: 'a', name: 'ingest', startedAt: at(1) });
    await until(() => shown().includes('step-started ingest running'));
    const line = { at: at(1), level: 'info', step: 'ingest' } as const;
    await writer.recordLog('a', [{ ...line, place: 0, message: 'one' }]);
    await until(() => shown().includes('log one'));
    await writer.recordLog('a', [{ ...line, place: 1, message: 'two' }]);
    await until(() => shown().includes('log two'));
    await step('ingest');
    await writer.startStep({ runId: 'a', name: 'watch', startedAt: at(2) });
    await step('watch', 'failed');
    await writer.finishRun('a', END);
    await until(() => shown().includes('run-finished a succeeded'));
    expect(shown()).toEqual([
      'run-started a running',
      'step-started ingest running',
      'log one',
      'log two',
      'step-finished ingest succeeded',
      'step-started watch running',
      'step-finished watch failed',
      'run-finished a succeeded',
    ]);
  });

  it('tells the whole of a run that began and ended between two looks', async () => {
    await writer.startRun(run('old'));
    await writer.finishRun('old', END);
    await writer.startRun(run('b', 1));
    follow();
    await until(() => shown().includes('run-started b running'));
    await writer.startRun(run('a', 2));
    await writer.startStep({ runId: 'a', name: 'ingest', startedAt: at(2) });
    await step('ingest');
    await writer.finishRun('a', END);
    await until(() => shown().includes('run-finished a succeeded'));
    const ofA = shown().filter((text) => !text.includes(' b '));
    expect(ofA).toEqual([
      'run-started a running',
      'step-started ingest running',
      'step-finished ingest succeeded',
      'run-finished a succeeded',
    ]);
    expect(shown().join()).not.toContain('old');
  });

  it('does not tell of runs of its own process', async () => {
    own.add('mine');
    follow();
    await writer.startRun(run('mine'));
    await writer.startRun(run('a', 1));
    await until(() => shown().includes('run-started a running'));
    expect(shown()).toEqual(['run-started a running']);
  });

  it('goes on after a look at which the store did not answer', async () => {
    let looks = 0;
    follow(async () => {
      if (++looks < 3) throw new Error('not now');
      return reader;
    });
    await writer.startRun(run('a'));
    await until(() => shown().includes('run-started a running'));
    expect(looks).toBeGreaterThanOrEqual(3);
  });

  it('looks no more once it is told to stop, even in the middle of a look', async () => {
    let open: (store: Store) => void = () => undefined;
    follow(() => new Promise((resolve) => (open = resolve)));
    await writer.startRun(run('a'));
    unfollow();
    open(reader);
    // The same look by another that was not stopped, begun later over the same connection.
    const other: RunEvent[] = [];
    unfollow = followRuns({
      store: async () => reader,
      everyMs: 5,
      isOwn: () => false,
      publish: (event) => other.push(event),
    });
    await until(() => other.length > 0);
    expect(told).toEqual([]);
  });
});
