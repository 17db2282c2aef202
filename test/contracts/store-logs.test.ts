/** What every state store keeps of what runs logged. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogLine, RunLogStore } from '../../src/store/port/run-logs.ts';
import type { Store } from '../../src/store/port.ts';
import { openStore } from '../../src/store/store.ts';
import { at, run, STORES } from './stores.ts';

/** More than an INSERT takes at once. */
const MANY = 1203;
const LEVELS = ['info', 'debug', 'warn', 'error'] as const;
const TEXT = 'größer als 東京 🌊 \'"\\ \n;--';

const line = (place: number, changes: Partial<LogLine> = {}): LogLine => ({
  place,
  at: at(place),
  level: 'info',
  step: 'ingest',
  message: `line ${place}`,
  ...changes,
});

describe.each(STORES)('the logs of runs in $name', ({ newUrl }) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(newUrl());
  });
  afterAll(() => store.close());

  let begun = 0;
  const begin = async (): Promise<string> => {
    const id = `logged${++begun}`;
    await store.startRun(run(id, at(begun)));
    return id;
  };
  const placesOf = async (query: Parameters<RunLogStore['logLines']>[0]) =>
    (await store.logLines(query)).map(({ place }) => place);

  it('are nothing for a run that logged nothing, and for none', async () => {
    const runId = await begin();
    await store.recordLog(runId, []);
    for (const id of [runId, 'nobody']) {
      expect(await store.runLog(id)).toBeNull();
      expect(await store.logLines({ runId: id, limit: 9 })).toEqual([]);
    }
  });

  it('come back as they were, in order, of the run that was asked for', async () => {
    const [one, other] = [await begin(), await begin()];
    const lines = [line(0, { step: null, message: TEXT }), line(1, { level: 'error' })];
    await store.recordLog(one, lines);
    await store.recordLog(other, [line(0)]);
    expect(await store.logLines({ runId: one, limit: 9 })).toEqual(lines);
  });

  it('are read page by page and from a level on', async () => {
    const runId = await begin();
    const lines = Array.from({ length: MANY }, (_, place) =>
      line(place, { level: LEVELS[place % 4] ?? 'info' }),
    );
    await store.recordLog(runId, lines.slice(0, 700));
    await store.recordLog(runId, lines.slice(700));
    expect(await placesOf({ runId, limit: MANY })).toEqual(lines.map(({ place }) => place));
    expect(await placesOf({ runId, after: 700, limit: 3 })).toEqual([701, 702, 703]);
    expect(await placesOf({ runId, level: 'warn', after: 1, limit: 4 })).toEqual([2, 3, 6, 7]);
    expect(await placesOf({ runId, level: 'error', after: MANY, limit: 4 })).toEqual([]);
    const quarter = Math.floor(MANY / 4);
    const counted = { info: quarter + 1, debug: quarter + 1, warn: quarter + 1, error: quarter };
    expect(await store.runLog(runId)).toEqual({ lines: counted, dropped: 0 });
  });

  it('take a line once, though it is told twice', async () => {
    const runId = await begin();
    await store.recordLog(runId, [line(0), line(1)]);
    await store.recordLog(runId, [line(1, { message: 'again' }), line(2)]);
    expect((await store.logLines({ runId, limit: 9 })).map(({ message }) => message)).toEqual([
      'line 0',
      'line 1',
      'line 2',
    ]);
  });

  it('say how many lines were not kept', async () => {
    const runId = await begin();
    await store.endLog(runId, { succeeded: true, dropped: 12 }, 1000);
    expect(await store.runLog(runId)).toEqual({
      lines: { debug: 0, info: 0, warn: 0, error: 0 },
      dropped: 12,
    });
  });

  it('stay of the newest runs that succeeded, and of as many others', async () => {
    const ids: string[] = [];
    for (let k = 0; k < 8; k++) {
      const runId = await begin();
      await store.recordLog(runId, [line(0)]);
      // The last one goes on.
      if (k < 7) await store.endLog(runId, { succeeded: k % 2 === 0, dropped: 0 }, 2);
      ids.push(runId);
    }
    const kept = [];
    for (const id of ids) kept.push((await store.logLines({ runId: id, limit: 9 })).length);
    // Of 0, 2, 4 and 6, which succeeded, the newest two; of 1, 3 and 5 too, and the one that began since.
    expect(kept).toEqual([0, 0, 0, 1, 1, 1, 1, 1]);
    expect(await store.runLog(ids[0] ?? '')).toBeNull();
  });
});
