import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { diagnosticsOf } from '../../../test/stored-values.ts';
import { evaluate } from '../../core/metrics/evaluate.ts';
import type { Store } from '../../store/port.ts';
import { openStore } from '../../store/store.ts';
import type { TrendRequest } from '../trends/trend-request.ts';
import { readTrends } from '../trends/trends.ts';
import { type MeasuredRun, measureRun } from './measure-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'measure-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let databases = 0;
let store: Store;

const AT = '2026-03-01T08:00:00.000Z';
const step = (name: string, seconds: number, status: 'succeeded' | 'failed' | 'skipped' = 'succeeded') =>
  ({ name, seconds, status }) as const;
const run = (change: Partial<MeasuredRun> = {}): MeasuredRun => ({
  runId: 'r',
  verb: 'run',
  at: AT,
  seconds: 9,
  steps: [step('detect', 0.1), step('ingest', 2)],
  ...change,
});
const values = async (name: 'rows' | 'missing-share' | 'f1' | 'quarantined-share' | 'seconds-run') =>
  (await store.measurements({ name, limit: 9 })).map(({ value }) => value);

beforeEach(async () => {
  store = await openStore(join(folder, `${++databases}.db`));
  await store.startRun({ id: 'r', verb: 'run', trigger: 'command', version: '1', startedAt: AT });
  return () => store.close();
});

describe('measuring a run', () => {
  it('keeps the durations of the steps that succeeded, and of the whole run', async () => {
    const steps = [step('ingest', 2), step('train', 3, 'failed'), step('deploy', 0, 'skipped')];
    await measureRun(store, run({ steps }));
    expect((await store.measurementNames()).map(({ name }) => name)).toEqual([
      'seconds-ingest',
      'seconds-run',
    ]);
    expect(await values('seconds-run')).toEqual([9]);
  });

  it('keeps nothing of a run that found no new file, nor of steps that nobody measures', async () => {
    await measureRun(store, run({ steps: [step('detect', 0.1)] }));
    await measureRun(store, run({ steps: [] }));
    await measureRun(store, run({ verb: 'tidy', steps: [step('tidy', 1)] }));
    expect(await store.measurementNames()).toEqual([]);
  });

  it('adds up the accepted files of the run, and shares the missing values out over the columns', async () => {
    const file = { runId: 'r', folder: 'input', sha256: 'h', bytes: 1, reason: null };
    await store.recordFiles([
      { ...file, name: 'a', status: 'accepted', read: 10, kept: 7, duplicates: 2, quarantined: 1 },
      { ...file, name: 'b', status: 'accepted', read: 10, kept: 10, duplicates: 0, quarantined: 0 },
      { ...file, name: 'c', status: 'rejected', read: 99, kept: 0, duplicates: 0, quarantined: 99 },
    ]);
    await store.recordDiagnostics({
      runId: 'r',
      createdAt: AT,
      snapshotId: 's',
      values: diagnosticsOf(1),
    });
    await measureRun(store, run());
    expect(await values('rows')).toEqual([17]);
    expect(await values('quarantined-share')).toEqual([0.05]);
    expect(await values('missing-share')).toEqual([0.125]);
    const [age] = await store.measurements({ name: 'missing-share', label: 'age', limit: 1 });
    expect(age).toMatchObject({ value: 0.25, rows: 300, runId: 'r', at: AT });
  });

  it('tells F1 with its interval only of the model that went live, and of every newly trained one', async () => {
    const twelve = (values: readonly number[]) => new Array(12).fill(values).flat();
    const metrics = evaluate(twelve([0, 0, 1, 1, 1]), twelve([0.2, 0.7, 0.8, 0.4, 0.9]), 0.5);
    const score = { runId: 'r', modelVersion: 'm', createdAt: AT, dataset: 'test', datasetId: 'd' } as const;
    await store.recordScore({ ...score, rows: 60, f1: metrics.f1Score, metrics });
    await measureRun(store, run({ steps: [step('score', 1)] }));
    expect(await values('f1')).toEqual([]);
    const [challenger] = await store.measurements({ name: 'f1-challenger', limit: 1 });
    const { low, high, level } = metrics.metrics.f1 ?? {};
    expect(low).toBeTypeOf('number');
    expect(challenger).toMatchObject({
      value: metrics.f1Score,
      low,
      high,
      level,
      rows: 60,
      modelVersion: 'm',
    });
    const f1 = metrics.f1Score;
    await store.recordDeployment({ id: 'd', runId: 'r', modelVersion: 'm', deployedAt: AT, f1, reason: '' });
    await measureRun(store, run({ steps: [step('deploy', 1)] }));
    expect(await values('f1')).toEqual([f1]);
  });
});

describe('reading trends', () => {
  const all: TrendRequest = {
    series: [{ name: 'rows', label: null }],
    since: null,
    until: null,
    by: null,
    modelVersion: null,
    limit: 500,
  };

  it.each([
    [120, 10, 'run'],
    [1000, 60, 'day'],
    [1000, 8 * 60, 'week'],
    [1000, 24 * 60, 'month'],
  ] as const)('puts %d runs, one in %d minutes, together by %s', async (runs, minutes, by) => {
    await store.recordMeasurements(
      Array.from({ length: runs }, (_, index) => ({
        runId: 'r',
        name: 'rows' as const,
        at: new Date(Date.parse(AT) + index * minutes * 60_000).toISOString(),
        value: index,
      })),
    );
    const trends = await readTrends(store, all);
    expect(trends.by).toBe(by);
    const points = trends.series[0]?.points ?? [];
    expect(points.length).toBeLessThanOrEqual(120);
    expect(points.reduce((sum, { count }) => sum + count, 0)).toBe(runs);
    expect(points.map(({ from }) => from)).toEqual(points.map(({ from }) => from).sort());
  });

  it('shows a series that was asked for although it is empty, and of the important ones only those with points', async () => {
    expect((await readTrends(store, all)).series).toMatchObject([{ name: 'rows', points: [] }]);
    expect((await readTrends(store, { ...all, series: null })).series).toEqual([]);
  });
});
