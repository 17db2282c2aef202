import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ORIGINAL_NUMBERS, writeOriginalFiles } from '../../test/golden/original-files.ts';
import { systemClock } from '../base/clock.ts';
import { silentProgress } from '../base/progress.ts';
import { configSchema } from '../config/schema.ts';
import { MODEL_FORMAT, type ModelDocument } from '../core/document/document.ts';
import { createScorer } from '../core/scoring/scorer.ts';
import { createDuckdbEngine } from '../engine/local/duckdb/engine.ts';
import type { Engine, Table } from '../engine/port.ts';
import { contractOf } from '../formats/contract/contract.ts';
import type { Store } from '../store/port.ts';
import { openStore } from '../store/store.ts';
import { DIAGNOSE_PARTS, diagnose, tableStatistics } from './diagnose.ts';

const contract = contractOf(configSchema.shape.columns.parse({}), ['', 'NA']);

/** Leaves where the last month saw less than 100. */
const model: ModelDocument = {
  format: MODEL_FORMAT,
  version: '0123456789ab',
  target: { column: 'exited', positive: '1' },
  id: 'corporation',
  inputs: [{ name: 'lastmonth_activity', kind: 'numeric' }],
  features: [{ kind: 'number', source: 'lastmonth_activity', missing: 1000 }],
  learner: { kind: 'logistic-regression', coefficients: [-1], intercept: 100, means: [100] },
  calibration: { kind: 'none' },
  threshold: 0.5,
  certificate: {
    trainedAt: '2026-01-01T00:00:00.000Z',
    version: '0.1.0',
    seed: 0,
    snapshot: { id: 'a', rows: 1, positives: 1 },
    files: [],
    options: {},
    fit: {},
  },
};
const scorer = createScorer(model);
const none = () => Promise.resolve([]);

let folder: string;
let engine: Engine;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'diagnose-'));
  engine = await createDuckdbEngine({ threads: 1, memoryLimit: '300MB', temporaryFolder: folder });
  store = await openStore(join(folder, 'tidewatch.db'));
});
afterEach(async () => {
  await store.close();
  await engine.close();
  rmSync(folder, { recursive: true });
});

function openCsv(rows: readonly string[]): Promise<Table> {
  const path = join(folder, 'clients.csv');
  const header = 'corporation,lastmonth_activity,lastyear_activity,number_of_employees,exited';
  writeFileSync(path, `${[header, ...rows].join('\n')}\n`);
  return engine.open({ kind: 'files', paths: [path], contract, labels: 'required' });
}

async function recordRun(id: string, steps: Record<string, number | null>): Promise<void> {
  const startedAt = `2026-01-0${id}T00:00:00.000Z`;
  await store.startRun({ id, verb: 'run', trigger: 'command', version: '0.1.0', startedAt });
  for (const [name, seconds] of Object.entries(steps)) {
    await store.startStep({ runId: id, name, startedAt });
    const status = seconds === null ? 'failed' : 'succeeded';
    await store.finishStep(id, name, { seconds: seconds ?? 99, status, note: '' });
  }
}

describe('diagnose', () => {
  it('predicts every row in order, and tells statistics, durations and dependencies', async () => {
    await recordRun('1', { ingest: 2, train: 1 });
    await recordRun('2', { ingest: 4, train: null });
    await recordRun('3', { ingest: 9 });
    const table = await openCsv(['a,50,600,10,1', 'b,500,,20,0', 'c,99,700,30,1', 'd,101,800,40,0']);
    const dependencies = [{ name: 'zod', installed: '4.0.0', latest: null, outdated: null }];
    const told = await diagnose(
      { store, clock: systemClock, dependencies: () => Promise.resolve(dependencies) },
      { parts: DIAGNOSE_PARTS, runId: '3', scorer, data: table, snapshot: { id: 'abc', table } },
    );
    expect(told.predictions).toEqual({
      modelVersion: '0123456789ab',
      threshold: 0.5,
      rows: 4,
      leaving: 2,
      predictions: [1, 0, 1, 0],
    });
    expect(told.statistics).toMatchObject({ snapshot: 'abc', rows: 4 });
    const byName = new Map(told.statistics?.columns.map((column) => [column.name, column]));
    expect(byName.get('corporation')).toMatchObject({
      role: 'id',
      mean: null,
      missing: 0,
      missingPercent: 0,
    });
    expect(byName.get('lastyear_activity')).toEqual({
      name: 'lastyear_activity',
      role: 'numeric',
      mean: 700,
      median: 700,
      std: 100,
      min: 600,
      max: 800,
      missing: 1,
      missingPercent: 25,
    });
    expect(byName.get('number_of_employees')).toMatchObject({ mean: 25, median: 25 });
    expect(told.durations).toEqual([
      { name: 'ingest', startedAt: '2026-01-03T00:00:00.000Z', seconds: 9, mean: 5, median: 4, count: 3 },
      { name: 'train', startedAt: '2026-01-01T00:00:00.000Z', seconds: 1, mean: 1, median: 1, count: 1 },
    ]);
    expect(told.dependencies).toEqual(dependencies);
    expect(told.absent).toEqual({});
  });

  it('says what it can, and why not the rest, where nothing is deployed or ingested', async () => {
    const told = await diagnose(
      { store, clock: systemClock, dependencies: none },
      { parts: DIAGNOSE_PARTS, runId: '1', scorer: null, data: null, snapshot: null },
    );
    expect(told).toEqual({
      predictions: null,
      statistics: null,
      durations: [
        { name: 'ingest', startedAt: null, seconds: null, mean: null, median: null, count: 0 },
        { name: 'train', startedAt: null, seconds: null, mean: null, median: null, count: 0 },
      ],
      dependencies: [],
      absent: {
        predictions: expect.stringContaining('No model is deployed'),
        statistics: expect.stringContaining('Nothing has been ingested'),
      },
    });
    expect(await store.latestDiagnostics()).toBeNull();
  });

  it('tells only the parts that are asked for, and asks nobody for the rest', async () => {
    const table = await openCsv(['a,50,600,10,1']);
    const told = await diagnose(
      { store, clock: systemClock, dependencies: () => Promise.reject(new Error('asked')) },
      { parts: ['predictions'], runId: '1', scorer, data: table, snapshot: { id: 'abc', table } },
    );
    expect(told).toMatchObject({ statistics: null, durations: [], dependencies: [], absent: {} });
    expect(told.predictions?.predictions).toEqual([1]);
    expect(await store.latestDiagnostics()).toBeNull();
  });

  it('records for a run all but the predictions of single rows, and nothing where it was only asked', async () => {
    await recordRun('1', {});
    const table = await openCsv(['a,50,600,10,1', 'b,500,600,20,0']);
    const deps = { store, clock: systemClock, dependencies: none };
    const options = {
      parts: DIAGNOSE_PARTS,
      scorer,
      data: table,
      snapshot: { id: 'abc', table },
    };
    await diagnose(deps, { ...options, runId: null });
    expect(await store.latestDiagnostics()).toBeNull();
    const told = await diagnose(deps, { ...options, runId: '1' });
    const { predictions: _, ...summary } = told.predictions ?? { predictions: [] };
    expect(await store.latestDiagnostics()).toMatchObject({
      runId: '1',
      snapshotId: 'abc',
      values: { ...told, predictions: summary },
    });
  });

  it('has the statistics that pandas has of the original data', async () => {
    const reference = ORIGINAL_NUMBERS.reference_implementation.practice;
    writeOriginalFiles(folder);
    const { snapshot } = await engine.compile({
      folder: join(folder, 'practicedata'),
      output: join(folder, 'ingesteddata'),
      contract,
      maxRejectedShare: 0,
      progress: silentProgress,
    });
    const table = await engine.open({ kind: 'snapshot', snapshot, contract });
    const { rows, columns } = await tableStatistics({ id: snapshot.id, table });
    expect(rows).toBe(26);
    for (const name of [
      'lastmonth_activity',
      'lastyear_activity',
      'number_of_employees',
      'exited',
    ] as const) {
      const column = columns.find((one) => one.name === name);
      const { mean, median, std_ddof1 } = reference.stats[name];
      expect(column?.mean).toBeCloseTo(mean, 10);
      expect(column?.median).toBe(median);
      expect(column?.std).toBeCloseTo(std_ddof1, 10);
      expect(column?.missingPercent).toBe(reference.na_percent[name]);
    }
  });
});
