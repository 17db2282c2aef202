/** The log of a run, over a real store. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { TidewatchError } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import type { LogLine, RunLogStore } from '../../store/port/run-logs.ts';
import type { Store } from '../../store/port.ts';
import { openStore } from '../../store/store.ts';
import { createLogRecorder, MAX_LINES, MAX_WARNINGS, type RecorderDeps } from './log-recorder.ts';

let folder: string;
let store: Store;
let runs = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recorder-'));
  store = await openStore(join(folder, 'state.db'));
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function record(changes: Partial<RecorderDeps> = {}, keepRuns = 10) {
  const runId = `r${++runs}`;
  await store.startRun({
    id: runId,
    verb: 'run',
    trigger: 'command',
    version: '1',
    startedAt: '2026-03-01T08:00:00.000Z',
  });
  const told: LogLine[] = [];
  const recorder = createLogRecorder(
    {
      store,
      clock: systemClock,
      log: silentLog,
      report: (line) => told.push(line),
      redact: (text) => text.replace('hunter2', '***'),
      ...changes,
    },
    { runId, keepRuns, debug: false },
  );
  return { runId, told, recorder, lines: () => store.logLines({ runId, limit: 9999 }) };
}

describe('the recorder of a log', () => {
  it('keeps lines with their step, without secrets and without those for debugging, and tells them', async () => {
    const { recorder, lines, told } = await record();
    recorder.take('info', 'the password hunter2', 'pull');
    recorder.take('debug', 'nobody reads this', null);
    recorder.take('warn', 'x'.repeat(5000), null);
    await recorder.close(true);
    recorder.take('error', 'too late', null);
    const kept = await lines();
    expect(kept).toEqual(told);
    expect(kept.map(({ level, step }) => [level, step])).toEqual([
      ['info', 'pull'],
      ['warn', null],
    ]);
    expect(kept[0]?.message).toBe('the password ***');
    expect(kept[1]?.message).toHaveLength(4003);
  });

  it('keeps so many lines, then so many warnings and errors, and counts the rest', async () => {
    const { runId, recorder, lines } = await record();
    for (let k = 0; k < MAX_LINES + 10; k++) recorder.take('info', `line ${k}`, null);
    for (let k = 0; k < MAX_WARNINGS + 3; k++) recorder.take('error', `error ${k}`, null);
    recorder.take('info', 'one more', null);
    await recorder.close(false);
    expect(await lines()).toHaveLength(MAX_LINES + MAX_WARNINGS);
    expect(await store.runLog(runId)).toEqual({
      lines: { debug: 0, info: MAX_LINES, warn: 0, error: MAX_WARNINGS },
      dropped: 14,
    });
  });

  it('fails nothing where the store takes no lines, and counts them', async () => {
    let refusing = true;
    const recordLog: RunLogStore['recordLog'] = async (...lines) => {
      if (refusing) throw new TidewatchError('store-unavailable', 'The store is away.');
      await store.recordLog(...lines);
    };
    const { runId, recorder } = await record({ store: { recordLog, endLog: store.endLog } });
    for (let k = 0; k < 200; k++) recorder.take('info', `line ${k}`, null);
    await new Promise((resolve) => setImmediate(resolve));
    refusing = false;
    recorder.take('warn', 'back', null);
    await recorder.close(true);
    const lines = { debug: 0, info: 0, warn: 1, error: 0 };
    expect(await store.runLog(runId)).toEqual({ lines, dropped: 200 });
  });

  it('keeps nothing where nothing is to be kept', async () => {
    const { runId, recorder, told } = await record({}, 0);
    recorder.take('error', 'lost', null);
    await recorder.close(false);
    expect(told).toEqual([]);
    expect(await store.runLog(runId)).toBeNull();
  });
});
