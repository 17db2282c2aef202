/** Promises that every state store keeps about what is measured over time, each on the real database. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import type {
  BucketSize,
  MeasurementBucket,
  MeasurementStore,
  NewMeasurement,
} from '../../src/store/port/measurements.ts';
import type { Store } from '../../src/store/port.ts';
import { openStore } from '../../src/store/store.ts';
import { STORES } from './stores.ts';

const nothing = { label: null, modelVersion: null, low: null, high: null, level: null, rows: null };
const measured = (value: number, at: string, more: Partial<NewMeasurement> = {}): NewMeasurement => ({
  runId: 'r',
  name: 'f1',
  at,
  value,
  ...more,
});
/** A time on a day of March 2026, whose 2nd is a Monday. */
const march = (day: number, hour = 8) => new Date(Date.UTC(2026, 2, day, hour)).toISOString();

describe.each(STORES)('measurements in $name', ({ newUrl }) => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore(newUrl());
    const version = '1.2.3';
    await store.startRun({ id: 'r', verb: 'run', trigger: 'command', version, startedAt: march(1) });
    return () => store.close();
  });
  const buckets = (
    by: BucketSize,
    query: Partial<Parameters<MeasurementStore['measurementBuckets']>[0]> = {},
  ) => store.measurementBuckets({ name: 'f1', by, limit: 100, ...query });

  it('are none at first', async () => {
    expect(await store.measurements({ name: 'f1', limit: 5 })).toEqual([]);
    for (const by of ['day', 'week', 'month', 'model'] as const) expect(await buckets(by)).toEqual([]);
    expect(await store.measurementNames()).toEqual([]);
    await store.recordMeasurements([]);
  });

  it('come back as they were, newest first, with null for what was not said', async () => {
    const full = measured(0.1 + 0.2, march(2), {
      low: 0.2,
      high: 1 / 3,
      level: 0.95,
      rows: 26,
      modelVersion: 'm1',
    });
    await store.recordMeasurements([full, measured(0.5, march(1))]);
    const [newest, oldest] = await store.measurements({ name: 'f1', limit: 5 });
    expect(newest).toEqual({ ...nothing, ...full, cursor: expect.any(String) });
    expect(oldest).toEqual({ ...nothing, ...measured(0.5, march(1)), cursor: expect.any(String) });
  });

  it('come back bit for bit, of every size', async () => {
    const random = createRandom(7);
    const values = Array.from({ length: 2000 }, (_, index) =>
      index % 2 === 0
        ? 1e6 * (random.uniform() - 0.5)
        : (random.uniform() - 0.5) * 10 ** (500 * random.uniform() - 250),
    );
    await store.recordMeasurements(values.map((value) => measured(value, march(1), { low: -value })));
    const read = await store.measurements({ name: 'f1', limit: values.length });
    expect(read.map(({ value }) => value)).toEqual(values.toReversed());
    expect(read.map(({ low }) => low)).toEqual(values.map((value) => -value).toReversed());
    const [day] = await buckets('day');
    expect([day?.min, day?.max]).toEqual([Math.min(...values), Math.max(...values)]);
  });

  it('are kept all or none, and only of runs and names that are known', async () => {
    const good = measured(0.5, march(1));
    await expect(
      store.recordMeasurements([good, measured(0.6, march(2), { runId: 'nobody' })]),
    ).rejects.toMatchObject({ code: 'internal' });
    const wrong = JSON.parse('{"runId":"r","name":"f2","at":"2026-03-01T08:00:00.000Z","value":1}');
    await expect(store.recordMeasurements([good, wrong])).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('"f2"'),
    });
    expect(await store.measurements({ name: 'f1', limit: 5 })).toEqual([]);
    expect(await buckets('day')).toEqual([]);
  });

  it('keep the whole, its columns and other names apart', async () => {
    await store.recordMeasurements([
      measured(0.1, march(1), { name: 'psi', label: 'age' }),
      measured(0.2, march(1), { name: 'psi', label: 'city' }),
      measured(0.3, march(2), { name: 'psi' }),
      measured(0.4, march(3), { name: 'rows' }),
    ]);
    const values = async (query: object) =>
      (await store.measurements({ name: 'psi', limit: 9, ...query })).map(({ value }) => value);
    expect(await values({})).toEqual([0.3]);
    expect(await values({ label: 'age' })).toEqual([0.1]);
    expect((await buckets('month', { name: 'psi', label: 'city' }))[0]).toMatchObject({ mean: 0.2 });
    expect(await store.measurementNames()).toEqual([
      { name: 'psi', label: null, from: '2026-03-02', to: '2026-03-02', count: 1 },
      { name: 'psi', label: 'age', from: '2026-03-01', to: '2026-03-01', count: 1 },
      { name: 'psi', label: 'city', from: '2026-03-01', to: '2026-03-01', count: 1 },
      { name: 'rows', label: null, from: '2026-03-03', to: '2026-03-03', count: 1 },
    ]);
  });

  it('can be asked for a stretch of time, since inclusive and until exclusive, and for a model', async () => {
    await store.recordMeasurements(
      [1, 2, 3, 4].map((day) => measured(day, march(day), { modelVersion: day < 3 ? 'm1' : 'm2' })),
    );
    const days = async (query: object) =>
      (await store.measurements({ name: 'f1', limit: 9, ...query })).map(({ value }) => value);
    expect(await days({ since: march(2), until: march(4) })).toEqual([3, 2]);
    expect(await days({ modelVersion: 'm1' })).toEqual([2, 1]);
    expect(await days({ modelVersion: 'm3' })).toEqual([]);
    const bucketed = async (query: object) => (await buckets('day', query)).map(({ mean }) => mean);
    expect(await bucketed({ since: march(2, 23), until: march(4, 0) })).toEqual([3, 2]);
    expect(await bucketed({ since: march(2, 0), until: march(4, 1) })).toEqual([4, 3, 2]);
    expect(await bucketed({ modelVersion: 'm2' })).toEqual([4, 3]);
  });

  it('come page by page, each once, however many have the same time', async () => {
    await store.recordMeasurements(Array.from({ length: 450 }, (_, value) => measured(value, march(1))));
    const all: number[] = [];
    let before: string | undefined;
    for (;;) {
      const page = await store.measurements({
        name: 'f1',
        limit: 100,
        ...(before === undefined ? {} : { before }),
      });
      if (page.length === 0) break;
      all.push(...page.map(({ value }) => value));
      before = page.at(-1)?.cursor;
    }
    expect(all).toEqual(Array.from({ length: 450 }, (_, index) => 449 - index));
  });

  it('are put together by day, week from Monday, month and model', async () => {
    await store.recordMeasurements([
      measured(0.5, '2026-02-28T23:59:59.999Z', { modelVersion: 'm1' }),
      measured(0.7, march(1), { modelVersion: 'm1' }),
      measured(0.6, march(2), { modelVersion: 'm1' }),
    ]);
    await store.recordMeasurements([measured(0.9, march(2, 9), { modelVersion: 'm2', low: 0.8, rows: 5 })]);
    const summary = async (by: BucketSize) =>
      (await buckets(by)).map(({ bucket, from, to, count, min, max }) => [bucket, from, to, count, min, max]);
    expect(await summary('day')).toEqual([
      ['2026-03-02', '2026-03-02', '2026-03-02', 2, 0.6, 0.9],
      ['2026-03-01', '2026-03-01', '2026-03-01', 1, 0.7, 0.7],
      ['2026-02-28', '2026-02-28', '2026-02-28', 1, 0.5, 0.5],
    ]);
    expect(await summary('week')).toEqual([
      ['2026-03-02', '2026-03-02', '2026-03-02', 2, 0.6, 0.9],
      ['2026-02-23', '2026-02-28', '2026-03-01', 2, 0.5, 0.7],
    ]);
    expect(await summary('month')).toEqual([
      ['2026-03', '2026-03-01', '2026-03-02', 3, 0.6, 0.9],
      ['2026-02', '2026-02-28', '2026-02-28', 1, 0.5, 0.5],
    ]);
    expect(await summary('model')).toEqual([
      ['m2', '2026-03-02', '2026-03-02', 1, 0.9, 0.9],
      ['m1', '2026-02-28', '2026-03-02', 3, 0.5, 0.7],
    ]);
    const [march2] = await buckets('day');
    expect(march2?.mean).toBeCloseTo(0.75, 14);
    expect(march2?.last).toMatchObject({ value: 0.9, low: 0.8, rows: 5, modelVersion: 'm2' });
    expect((await buckets('month', { limit: 1 })).map(({ bucket }) => bucket)).toEqual(['2026-03']);
  });

  it('that are not numbers count for nothing, and are told as the last', async () => {
    await store.recordMeasurements([measured(Number.NaN, march(1)), measured(0.5, march(2))]);
    await store.recordMeasurements([measured(Number.NaN, march(2, 9))]);
    const [second, first] = await buckets('day');
    expect(first).toMatchObject({ count: 0, mean: null, min: null, max: null, last: { value: Number.NaN } });
    expect(second).toMatchObject({ count: 1, mean: 0.5, min: 0.5, max: 0.5, last: { value: Number.NaN } });
    expect(second?.bucket).toBe('2026-03-02');
    expect((await buckets('model'))[0]).toMatchObject({ bucket: null, count: 1 });
  });

  it.each([0, -1, 1.5, Number.NaN])('refuse %d as the number of buckets', async (limit) => {
    await expect(buckets('day', { limit })).rejects.toMatchObject({ code: 'request-invalid' });
  });

  it('give the same sums by day however the list was cut into recordings', async () => {
    const one = fc.record({
      day: fc.integer({ min: 1, max: 4 }),
      value: fc.oneof(fc.constant(Number.NaN), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
      model: fc.constantFrom('', 'a', 'b'),
    });
    let columns = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(one, { maxLength: 6 }), { maxLength: 4 }), async (lists) => {
        const series = { name: 'psi', label: `column ${++columns}` } as const;
        for (const list of lists) {
          await store.recordMeasurements(
            list.map(({ day, value, model }) =>
              measured(value, march(day), { ...series, ...(model === '' ? {} : { modelVersion: model }) }),
            ),
          );
        }
        const all = lists.flat();
        const days = await store.measurementBuckets({ ...series, by: 'day', limit: 9 });
        expect(days.map(({ from }) => from)).toEqual(
          [...new Set(all.map(({ day }) => march(day).slice(0, 10)))].sort().reverse(),
        );
        for (const bucket of days) expectSumsOf(bucket, all);
      }),
      { numRuns: 25 },
    );
  });
});

/** The bucket of a day against the plain list. */
function expectSumsOf(bucket: MeasurementBucket, all: readonly { day: number; value: number }[]): void {
  const values = all
    .filter(({ day, value }) => march(day).startsWith(bucket.from) && !Number.isNaN(value))
    .map(({ value }) => value);
  expect(bucket.count).toBe(values.length);
  if (values.length === 0) {
    expect(bucket.mean).toBeNull();
    return;
  }
  expect(bucket.min).toBe(Math.min(...values) + 0);
  expect(bucket.max).toBe(Math.max(...values) + 0);
  const sum = values.reduce((total, value) => total + value, 0);
  const size = Math.max(...values.map(Math.abs), 1e-300);
  expect(Math.abs((bucket.mean ?? Number.NaN) - sum / values.length)).toBeLessThanOrEqual(size * 1e-12);
}
