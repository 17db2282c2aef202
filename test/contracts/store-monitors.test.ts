/** What every state store keeps of the watching of models. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WatchRecord } from '../../src/store/port/monitors.ts';
import type { Store } from '../../src/store/port.ts';
import { openStore } from '../../src/store/store.ts';
import { estimateOf, foundTruth, watchStatesOf } from '../stored-values.ts';
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
    expect(await store.monitorState('nobody', 'risks')).toBeNull();
    expect(await store.watchedRows('nobody', 'judged')).toEqual([]);
    expect(await store.cohorts()).toEqual([]);
    expect(await store.estimates({ limit: 5, modelVersion: 'nobody' })).toEqual([]);
  });

  it('answer with the newest state of each test, to the last bit', async () => {
    const { performance: state, waiting } = watchStatesOf(1);
    const { performance: older } = watchStatesOf(3);
    await store.recordWatch(watch({ states: [{ name: 'performance', rows: 3, state: older }] }));
    await store.recordWatch(
      watch({
        runId: 'r2',
        createdAt: at(2),
        states: [
          { name: 'performance', rows: 9, state },
          { name: 'waiting', rows: 9, state: waiting },
        ],
      }),
    );
    const others = [{ name: 'performance', rows: 1, state: older }] as const;
    await store.recordWatch(watch({ modelVersion: 'other', states: others }));
    const kept = { rows: 9, runId: 'r2', createdAt: at(2) };
    expect(await store.monitorState('m', 'performance')).toEqual({ ...kept, state });
    expect(await store.monitorState('m', 'waiting')).toEqual({ ...kept, state: waiting });
    expect(await store.monitorState('m', 'risks')).toBeNull();
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
    const estimate = { rows: 2, estimated: estimateOf(1), labelled: 0, truth: null, cohort };
    const [early, late] = [foundTruth(1), foundTruth(2)];
    await store.recordWatch(watch({ modelVersion: 'e', estimate }));
    await store.recordWatch(watch({ modelVersion: 'e', runId: 'r2', createdAt: at(2), estimate }));
    expect(await store.cohorts()).toEqual([
      { runId: 'r', modelVersion: 'e', parts: [cohort] },
      { runId: 'r2', modelVersion: 'e', parts: [cohort] },
    ]);
    const truths = [
      { runId: 'r', modelVersion: 'e', labelled: 1, truth: early, settled: false },
      { runId: 'r2', modelVersion: 'e', labelled: 2, truth: late, settled: true },
    ];
    await store.recordWatch(watch({ modelVersion: 'f', runId: 'r3', truths }));
    expect(await store.cohorts()).toEqual([{ runId: 'r', modelVersion: 'e', parts: [cohort] }]);
    expect(await store.estimates({ limit: 5, modelVersion: 'e' })).toMatchObject([
      { runId: 'r2', rows: 2, estimated: estimateOf(1), labelled: 2, truth: late, settled: true },
      { runId: 'r', labelled: 1, truth: early, settled: false },
    ]);
  });

  it('leave the truth of an estimate as it was where its rows are lost, and wait for no more', async () => {
    const cohort = { reference: 'e'.repeat(64), rows: 2 };
    const truth = foundTruth(1);
    const estimate = { rows: 2, estimated: estimateOf(1), labelled: 1, truth, cohort };
    await store.recordWatch(watch({ modelVersion: 'lost', estimate }));
    const truths = [{ runId: 'r', modelVersion: 'lost', labelled: null, truth: null, settled: true }];
    await store.recordWatch(watch({ modelVersion: 'lost', runId: 'r2', truths }));
    expect(await store.estimates({ limit: 5, modelVersion: 'lost' })).toMatchObject([
      { labelled: 1, truth, settled: true },
    ]);
    expect((await store.cohorts()).map(({ modelVersion }) => modelVersion)).not.toContain('lost');
    expect((await store.keptReferences()).has(cohort.reference)).toBe(false);
  });

  it('keep all of a look or nothing of it', async () => {
    const states = [{ name: 'waiting', rows: 1, state: { until: null } }] as const;
    const broken = { rows: Number.NaN, estimated: estimateOf(1), labelled: 0, truth: null, cohort: null };
    await expect(
      store.recordWatch(watch({ modelVersion: 'half', states, estimate: broken })),
    ).rejects.toThrow();
    await expect(
      store.recordWatch(watch({ modelVersion: 'half', runId: 'nobody', states })),
    ).rejects.toMatchObject({ code: 'internal' });
    expect(await store.monitorState('half', 'waiting')).toBeNull();
  });
});

describe('the monitors of a state store in a file', () => {
  it('keep the newest state of each test alone, so that the file does not grow with every look', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'states-'));
    const path = join(folder, 'state.db');
    const store = await openStore(path);
    try {
      await store.startRun(run('r'));
      const delivery = { at: at(1), rows: 1, file: 'x'.repeat(600) };
      const state = { deliveries: Array.from({ length: 100 }, () => delivery) };
      for (let rows = 1; rows <= 50; rows++) {
        await store.recordWatch(watch({ states: [{ name: 'inputs', rows, state }] }));
      }
      expect((await store.monitorState('m', 'inputs'))?.rows).toBe(50);
    } finally {
      await store.close();
    }
    const { size } = statSync(path);
    rmSync(folder, { recursive: true });
    expect(size).toBeLessThan(1_000_000);
  });
});
