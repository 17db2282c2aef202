/** What every state store keeps of the watching of models. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
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

  it('give keys back as they were, in their order, by model and purpose', async () => {
    const many = BigUint64Array.from({ length: 120_001 }, (_, index) => BigInt(index) * 0x9e3779b97f4a7c15n);
    const edge = BigUint64Array.of(0n, 2n ** 64n - 1n, 2n ** 63n);
    await store.recordWatch(watch({ modelVersion: 'k', rows: [{ purpose: 'judged', keys: many }] }));
    await store.recordWatch(
      watch({
        modelVersion: 'k',
        rows: [
          { purpose: 'judged', keys: edge },
          { purpose: 'seen', keys: new BigUint64Array(0) },
        ],
      }),
    );
    const judged = await store.watchedRows('k', 'judged');
    expect(judged.flatMap((keys) => [...keys])).toEqual([...many, ...edge]);
    expect(await store.watchedRows('k', 'seen')).toEqual([]);
  });

  it('give the keys that were judged back look by look, however many pieces a look has', async () => {
    const looks = [
      { runId: 'r', keys: BigUint64Array.from({ length: 50_001 }, (_, index) => BigInt(index)) },
      { runId: 'r2', keys: new BigUint64Array(0) },
      { runId: 'r3', keys: BigUint64Array.of(7n, 2n ** 64n - 1n) },
    ];
    for (const { runId, keys } of looks) {
      const rows = [
        { purpose: 'judged', keys },
        { purpose: 'seen', keys: BigUint64Array.of(1n) },
      ] as const;
      await store.recordWatch(watch({ runId, modelVersion: 'looks', rows }));
    }
    expect(await store.judgedLooks('looks')).toEqual([looks[0], looks[2]]);
    expect(await store.judgedLooks('nobody')).toEqual([]);
  });

  it('set an estimate beside its truth and forget its rows when no label is waited for', async () => {
    const cohort = {
      keys: BigUint64Array.of(1n, 2n ** 64n - 1n),
      probabilities: Float64Array.of(0.1 + 0.2, 5e-324),
    };
    const estimate = { rows: 2, estimated: estimateOf(1), labelled: 0, truth: null, cohort };
    const [early, late] = [foundTruth(1), foundTruth(2)];
    await store.recordWatch(watch({ modelVersion: 'e', estimate }));
    await store.recordWatch(watch({ modelVersion: 'e', runId: 'r2', createdAt: at(2), estimate }));
    expect(await store.cohorts()).toEqual([
      { runId: 'r', modelVersion: 'e', cohort },
      { runId: 'r2', modelVersion: 'e', cohort },
    ]);
    const truths = [
      { runId: 'r', modelVersion: 'e', labelled: 1, truth: early, settled: false },
      { runId: 'r2', modelVersion: 'e', labelled: 2, truth: late, settled: true },
    ];
    await store.recordWatch(watch({ modelVersion: 'f', runId: 'r3', truths }));
    expect(await store.cohorts()).toEqual([{ runId: 'r', modelVersion: 'e', cohort }]);
    expect(await store.estimates({ limit: 5, modelVersion: 'e' })).toMatchObject([
      { runId: 'r2', rows: 2, estimated: estimateOf(1), labelled: 2, truth: late, settled: true },
      { runId: 'r', labelled: 1, truth: early, settled: false },
    ]);
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

  it('keep any double and any key', async () => {
    let models = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.double()), { maxLength: 20 }),
        async (pairs) => {
          const modelVersion = `any-${++models}`;
          const cohort = {
            keys: BigUint64Array.from(pairs, ([key]) => key),
            probabilities: Float64Array.from(pairs, ([, value]) => value),
          };
          const estimate = { rows: pairs.length, estimated: estimateOf(1), labelled: 0, truth: null, cohort };
          await store.recordWatch(watch({ modelVersion, estimate }));
          const kept = (await store.cohorts()).filter((each) => each.modelVersion === modelVersion);
          expect(kept).toEqual(pairs.length === 0 ? [] : [{ runId: 'r', modelVersion, cohort }]);
        },
      ),
      { numRuns: 30 },
    );
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
