/** How fast trends are over a store with 100,000 runs: what the command, the API and the CSV read. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { createRandom, type Random } from '../src/base/random.ts';
import { trendCsv } from '../src/pipeline/trends/trend-csv.ts';
import type { TrendRequest } from '../src/pipeline/trends/trend-request.ts';
import { readTrends } from '../src/pipeline/trends/trends.ts';
import { MEASURES, type MeasureName } from '../src/store/nouns/measures.ts';
import type { NewMeasurement } from '../src/store/port/measurements.ts';
import type { Store } from '../src/store/port.ts';
import { openStore } from '../src/store/store.ts';
import { median, medianTime, timeOfWork } from './measure.ts';

const RUNS = 100_000;
const EVERY_MS = 10 * 60_000;
const RUNS_A_MODEL = 400;
const STEPS = ['detect', 'ingest', 'watch', 'diagnose', 'report', 'call'] as const;
const NAMES = [
  'f1',
  'f1-new',
  'f1-estimated',
  'rows',
  'rows-new',
  'missing-share',
  'quarantined-share',
  'duplicate-share',
  'psi-max',
  'drift-columns',
  'domain-auc',
  'sr',
  'e-value',
  'positive-share',
  'flagged-share',
  'seconds-run',
  'seconds-ingest',
  'seconds-watch',
  'seconds-train',
  'seconds-score',
] as const satisfies readonly MeasureName[];

const runId = (index: number) => `run-${String(index).padStart(7, '0')}`;
const timeOf = (index: number) => new Date(Date.UTC(2024, 0, 1) + index * EVERY_MS).toISOString();
const modelOf = (index: number) => `m${String(Math.floor(index / RUNS_A_MODEL)).padStart(4, '0')}`;

/** Makes the store in a temporary folder, measures, and gives the tables as Markdown. */
export async function benchTrends(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-trends-'));
  const path = join(folder, 'tidewatch.db');
  try {
    await (await openStore(path)).close();
    fillRuns(path);
    const store = await openStore(path);
    try {
      const perRun = await fillMeasurements(store);
      const head =
        `${RUNS.toLocaleString('en')} runs, ${(RUNS * STEPS.length).toLocaleString('en')} steps, ` +
        `${(RUNS * NAMES.length).toLocaleString('en')} measurements of ${NAMES.length} names, ` +
        `${RUNS / RUNS_A_MODEL} models; the file has ${Math.round(statSync(path).size / 1e6)} MB. ` +
        `Recording the ${NAMES.length} numbers of one run: ${perRun.toFixed(1)} ms of CPU.`;
      return [head, await timesTable(store)].join('\n\n');
    } finally {
      await store.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs, steps, scores and deployments, in one transaction without the port, which would take minutes. */
function fillRuns(path: string): void {
  const db = new Database(path);
  const run = db.prepare(
    'insert into runs (id, verb, started_by, version, started_at, finished_at, status, result, summary) ' +
      "values (?, 'run', 'schedule', '1.0.0', ?, ?, 'succeeded', 'no-drift', ?)",
  );
  const step = db.prepare(
    "insert into steps (run_id, name, started_at, seconds, status, note) values (?, ?, ?, ?, 'succeeded', ?)",
  );
  const score = db.prepare(
    'insert into scores (run_id, model_version, created_at, dataset, dataset_id, rows, f1, metrics) ' +
      "values (?, ?, ?, 'new-data', 'd', 200, 0.7, '{}')",
  );
  const deployment = db.prepare(
    "insert into deployments (id, run_id, model_version, deployed_at, f1, reason) values (?, ?, ?, ?, 0.7, 'drift')",
  );
  const summary = JSON.stringify({
    result: 'no-drift',
    steps: STEPS.map((name) => ({ name, seconds: 0.1 })),
  });
  db.exec('begin');
  for (let index = 0; index < RUNS; index++) {
    const id = runId(index);
    const at = timeOf(index);
    run.run(id, at, at, summary);
    for (const name of STEPS) step.run(id, name, at, 0.1, `${name} did what it does`);
    score.run(id, modelOf(index), at);
    if (index % RUNS_A_MODEL === 0) deployment.run(`d${index}`, id, modelOf(index), at);
  }
  db.exec('commit');
  db.close();
}

/** Measurements through the port, many runs at once; then those of single runs, for the time that one takes. */
async function fillMeasurements(store: Store): Promise<number> {
  const random = createRandom(1);
  const chunk = 500;
  const last = RUNS - 100;
  for (let from = 0; from < last; from += chunk) {
    const runs = Array.from({ length: Math.min(chunk, last - from) }, (_, k) => from + k);
    await store.recordMeasurements(runs.flatMap((index) => measurementsOf(index, random)));
  }
  const times: number[] = [];
  for (let index = last; index < RUNS; index++) {
    const measurements = measurementsOf(index, random);
    times.push((await timeOfWork(() => store.recordMeasurements(measurements))).cpuMs);
  }
  return median(times);
}

function measurementsOf(index: number, random: Random): NewMeasurement[] {
  return NAMES.map((name) => {
    const value = MEASURES[name].unit === 'rows' ? 1000 + index : 0.5 + 0.1 * random.uniform();
    const base = { runId: runId(index), name, at: timeOf(index), modelVersion: modelOf(index) };
    return { ...base, value, low: value - 0.05, high: value + 0.05, level: 0.95, rows: 200 };
  });
}

async function timesTable(store: Store): Promise<string> {
  const all: TrendRequest = {
    series: null,
    since: null,
    until: null,
    by: null,
    modelVersion: null,
    limit: 500,
  };
  const since = timeOf(RUNS - 1000);
  const f1 = [{ name: 'f1-new' as const, label: null }];
  const cases: readonly [string, () => Promise<unknown>][] = [
    ['`tidewatch trends` (12 series, by week, which it chose itself)', () => readTrends(store, all)],
    ['12 series by day, newest 500 days', () => readTrends(store, { ...all, by: 'day' })],
    ['12 series by model', () => readTrends(store, { ...all, by: 'model' })],
    ['`GET /api/v1/trends`, 12 series by run, newest 500', () => readTrends(store, { ...all, by: 'run' })],
    ['one series by month', () => readTrends(store, { ...all, series: f1, by: 'month' })],
    ['one series by run, since a week', () => readTrends(store, { ...all, series: f1, by: 'run', since })],
    [
      'one series by run of one old model',
      () => readTrends(store, { ...all, series: f1, by: 'run', modelVersion: modelOf(RUNS / 2) }),
    ],
    ['names with their counts', () => store.measurementNames()],
  ];
  const lines: string[] = [];
  for (const [what, work] of cases) {
    const { wallMs, cpuMs } = await medianTime(work);
    lines.push(`| ${what} | ${wallMs.toFixed(1)} ms | ${cpuMs.toFixed(1)} ms |`);
  }
  return [
    '| what | wall time | CPU time |',
    '|---|---|---|',
    ...lines,
    await csvLine(store, 'CSV of one series, every run', { ...all, series: f1, by: 'run', limit: 1e9 }),
    await csvLine(store, `CSV of all ${NAMES.length} series, every run`, { ...all, by: 'run', limit: 1e9 }),
    await csvLine(store, `CSV of all ${NAMES.length} series by day`, { ...all, by: 'day', limit: 1e9 }),
  ].join('\n');
}

/** Once, since it takes its time. */
async function csvLine(store: Store, what: string, request: TrendRequest): Promise<string> {
  let bytes = 0;
  const { wallMs, cpuMs } = await timeOfWork(async () => {
    for await (const text of trendCsv(store, request)) bytes += text.length;
  });
  const size = (bytes / 1e6).toFixed(1);
  return `| ${what} (${size} MB) | ${(wallMs / 1000).toFixed(1)} s | ${(cpuMs / 1000).toFixed(1)} s |`;
}
