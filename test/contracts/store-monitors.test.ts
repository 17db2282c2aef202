/** What every state store keeps of the watching of models. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WatchRecord } from '../../src/store/port/monitors.ts';
import type { Store } from '../../src/store/port.ts';
import { openStore } from '../../src/store/store.ts';
import { at, run, STORES } from './stores.ts';

const watch = (change: Partial<WatchRecord> = {}): WatchRecord => ({
  runId: 'r',
  modelVersion: 'm',
  createdAt: at(1),
  states: [],
  rows: [],
  estimate: null,
  truths: [],
  ...change,
});

describe.each(STORES)('the monitors of a state store in $name', ({ newUrl }) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(newUrl());
    for (const id of ['r', 'r2', 'r3']) await store.startRun(run(id));
  });
  afterAll(() => store.close());

  it('know nothing of a model that was never watched', async () => {
    expect(await store.monitorStates('nobody')).toEqual(new Map());
    expect(await store.watchedRows('nobody', 'judged')).toEqual([]);
    expect(await store.cohorts()).toEqual([]);
    expect(await store.estimates({ limit: 5, modelVersion: 'nobody' })).toEqual([]);
  });

  it('answer with the newest state of each test, to the last bit', async () => {
    const state = { logs: [1 / 3, -2e-300, 0.1], alarmedAt: null };
    await store.recordWatch(watch({ states: [{ name: 'f1', rows: 3, state: { logs: [] } }] }));
    await store.recordWatch(
      watch({
        runId: 'r2',
        createdAt: at(2),
        states: [
          { name: 'f1', rows: 9, state },
          { name: 'brier', rows: 9, state: null },
        ],
      }),
    );
    await store.recordWatch(watch({ modelVersion: 'other', states: [{ name: 'f1', rows: 1, state: 1 }] }));
    expect(await store.monitorStates('m')).toEqual(
      new Map([
        ['brier', { rows: 9, runId: 'r2', createdAt: at(2), state: null }],
        ['f1', { rows: 9, runId: 'r2', createdAt: at(2), state }],
      ]),
    );
  });

  it('give references back in their order, by model and purpose, and none where there are no rows', async () => {
    const [first, second] = [
      { reference: 'a'.repeat(64), rows: 2 ** 31 },
      { reference: 'b'.repeat(64), rows: 3 },
    ];
    await store.recordWatch(watch({ modelVersion: 'k', rows: [{ purpose: 'judged', ...first }] }));
    await store.recordWatch(
      watch({
        modelVersion: 'k',
        rows: [
          { purpose: 'judged', ...second },
          { purpose: 'judged', ...first },
          { purpose: 'seen', reference: 'c'.repeat(64), rows: 0 },
        ],
      }),
    );
    expect(await store.watchedRows('k', 'judged')).toEqual([first, second, first]);
    expect(await store.watchedRows('k', 'seen')).toEqual([]);
  });

  it('give what was judged back look by look', async () => {
    const of = (reference: string, rows = 1) => ({ reference, rows });
    const looks = [
      { runId: 'r', rows: [of('1'), of('2')] },
      { runId: 'r2', rows: [of('3', 0)] },
      { runId: 'r3', rows: [of('4')] },
    ];
    for (const { runId, rows: judged } of looks) {
      const rows = [
        ...judged.map((each) => ({ purpose: 'judged', ...each }) as const),
        { purpose: 'seen', ...of('5') } as const,
      ];
      await store.recordWatch(watch({ runId, modelVersion: 'looks', rows }));
    }
    expect(await store.judgedLooks('looks')).toEqual([looks[0], looks[2]]);
    expect(await store.judgedLooks('nobody')).toEqual([]);
  });

  it('set an estimate beside its truth and forget its rows when no label is waited for', async () => {
    const cohort = { reference: 'd'.repeat(64), rows: 2 };
    const estimate = { rows: 2, estimated: { f1: 0.5 }, labelled: 0, truth: null, cohort };
    await store.recordWatch(watch({ modelVersion: 'e', estimate }));
    await store.recordWatch(watch({ modelVersion: 'e', runId: 'r2', createdAt: at(2), estimate }));
    expect(await store.cohorts()).toEqual([
      { runId: 'r', modelVersion: 'e', parts: [cohort] },
      { runId: 'r2', modelVersion: 'e', parts: [cohort] },
    ]);
    const truths = [
      { runId: 'r', modelVersion: 'e', labelled: 1, truth: { f1: 0.25 }, settled: false },
      { runId: 'r2', modelVersion: 'e', labelled: 2, truth: { f1: 1 }, settled: true },
    ];
    await store.recordWatch(watch({ modelVersion: 'f', runId: 'r3', truths }));
    expect(await store.cohorts()).toEqual([{ runId: 'r', modelVersion: 'e', parts: [cohort] }]);
    expect(await store.estimates({ limit: 5, modelVersion: 'e' })).toMatchObject([
      { runId: 'r2', rows: 2, estimated: { f1: 0.5 }, labelled: 2, truth: { f1: 1 }, settled: true },
      { runId: 'r', labelled: 1, truth: { f1: 0.25 }, settled: false },
    ]);
  });

  it('leave the truth of an estimate as it was where its rows are lost, and wait for no more', async () => {
    const cohort = { reference: 'e'.repeat(64), rows: 2 };
    const estimate = { rows: 2, estimated: {}, labelled: 1, truth: { f1: 0.5 }, cohort };
    await store.recordWatch(watch({ modelVersion: 'lost', estimate }));
    const truths = [{ runId: 'r', modelVersion: 'lost', labelled: null, truth: null, settled: true }];
    await store.recordWatch(watch({ modelVersion: 'lost', runId: 'r2', truths }));
    expect(await store.estimates({ limit: 5, modelVersion: 'lost' })).toMatchObject([
      { labelled: 1, truth: { f1: 0.5 }, settled: true },
    ]);
    expect((await store.cohorts()).map(({ modelVersion }) => modelVersion)).not.toContain('lost');
    expect((await store.keptReferences()).has(cohort.reference)).toBe(false);
  });

  it('keep all of a look or nothing of it', async () => {
    const states = [{ name: 'f1', rows: 1, state: 1 }];
    const broken = { rows: Number.NaN, estimated: {}, labelled: 0, truth: null, cohort: null };
    await expect(
      store.recordWatch(watch({ modelVersion: 'half', states, estimate: broken })),
    ).rejects.toThrow();
    await expect(
      store.recordWatch(watch({ modelVersion: 'half', runId: 'nobody', states })),
    ).rejects.toMatchObject({ code: 'internal' });
    expect(await store.monitorStates('half')).toEqual(new Map());
  });
});

describe('the monitors of a state store in a file', () => {
  it('keep the newest state of each test alone, so that the file does not grow with every look', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'states-'));
    const path = join(folder, 'state.db');
    const store = await openStore(path);
    try {
      await store.startRun(run('r'));
      const state = 'x'.repeat(60_000);
      for (let rows = 1; rows <= 50; rows++) {
        await store.recordWatch(watch({ states: [{ name: 'risks', rows, state }] }));
      }
      expect((await store.monitorStates('m')).get('risks')?.rows).toBe(50);
    } finally {
      await store.close();
    }
    const { size } = statSync(path);
    rmSync(folder, { recursive: true });
    expect(size).toBeLessThan(1_000_000);
  });
});
