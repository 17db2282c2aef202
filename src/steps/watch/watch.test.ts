import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HELD } from '../../../test/held.ts';
import { silentProgress } from '../../base/progress.ts';
import { createRandom } from '../../base/random.ts';
import { columnsSchema } from '../../config/schema.ts';
import { clientKey } from '../../core/clients/client-key.ts';
import type { ModelDocument } from '../../core/document/document.ts';
import { fitBoostedTrees } from '../../core/learners/boosting/fit.ts';
import { fitLogistic } from '../../core/learners/logistic.ts';
import { evaluate } from '../../core/metrics/evaluate.ts';
import { countRisks, type RiskHistogram } from '../../core/monitor/calibration/risk-histogram.ts';
import type { MonitorState } from '../../core/monitor/performance/monitor.ts';
import type { RiskWatch } from '../../core/monitor/performance/risk-watch.ts';
import { createScorer } from '../../core/scoring/scorer.ts';
import { createKeptRows } from '../../engine/kept/kept-rows.ts';
import { readReferenceSample } from '../../engine/kept/reference-file.ts';
import { createDuckdbEngine } from '../../engine/local/duckdb/engine.ts';
import type { Engine, KeptRows, Snapshot } from '../../engine/port.ts';
import { scoreTable } from '../../engine/rows/score-table.ts';
import { contractOf } from '../../formats/contract/contract.ts';
import type { DriftCheck } from '../../store/port/drift-check.ts';
import type { ModelRecord } from '../../store/port/models.ts';
import type { Store } from '../../store/port.ts';
import { requireKeys } from '../../store/read-kept-rows.ts';
import { openStore } from '../../store/store.ts';
import { train } from '../train/train.ts';
import { keepRows } from './keep-rows.ts';
import { watch } from './watch.ts';
import type { WatchOptions } from './watch-options.ts';

let home: string;
let engine: Engine;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'watch-'));
  engine = await createDuckdbEngine({ threads: 2, memoryLimit: '300MB', temporaryFolder: join(home, 't') });
});
afterAll(async () => {
  await engine.close();
  rmSync(home, { recursive: true });
});

const columns = columnsSchema.parse({ numeric: ['n', 'm'], categorical: ['c'], segment: 'area', time: 'at' });
const contract = contractOf(columns, [''], 'keep');
const HEADER = 'corporation,n,m,c,area,at,exited\n';

interface Era {
  readonly at?: string;
  /** Share of the labels that are the contrary of what the clients would do in training. */
  readonly broken?: number;
  readonly shift?: number;
  readonly label?: (y: number) => string;
}

/** Rows of a linear risk. Two eras of one seed have the same clients. */
function rowsOf(
  seed: number,
  count: number,
  { at = '2024-01-01', broken = 0, shift = 0, label = String }: Era,
) {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, row) => {
    const [n, m, level] = [random.normal() + shift, random.normal(), random.below(3)];
    const y = random.uniform() < 1 / (1 + Math.exp(1.5 - 2 * n - level)) ? 1 : 0;
    const told = random.uniform() < broken ? 1 - y : y;
    return `s${seed}-${row},${n},${m},level ${level},${row % 3 === 0 ? 'north' : 'south'},${at},${label(told)}\n`;
  });
}

const TRAINING = rowsOf(1, 600, {});
const NOW = '2024-06-30T00:00:00Z';
const DEPLOYED = '2024-06-23T00:00:00Z';

let places = 0;
async function compile(
  files: readonly (readonly string[])[],
): Promise<Snapshot & { readonly output: string }> {
  const folder = join(home, `w${++places}`);
  mkdirSync(join(folder, 'in'), { recursive: true });
  for (const [index, rows] of files.entries()) {
    writeFileSync(join(folder, 'in', `${index}.csv`), `${HEADER}${rows.join('')}`);
  }
  const output = join(folder, 'out');
  const { snapshot } = await engine.compile({
    folder: join(folder, 'in'),
    output,
    contract,
    maxRejectedShare: 0,
    progress: silentProgress,
  });
  return { ...snapshot, output };
}

interface Live {
  readonly model: ModelDocument;
  readonly training: Snapshot & { readonly output: string };
}

/** A model trained on some rows, with the evaluation that it is deployed by in the store. */
async function trainOn(rows: readonly string[], now = NOW, horizonDays = 0): Promise<Live> {
  const training = await compile([rows]);
  const records: ModelRecord[] = [];
  await train(
    {
      engine,
      store: { ...HELD, recordModel: async (record) => void records.push(record) },
      clock: { now: () => new Date(now), elapsedMs: () => 0 },
      progress: silentProgress,
      compute: () => ({
        fitTrees: async (data, labels, request) => fitBoostedTrees(data, labels, request),
        fitLogistic: async (blocks, each) => fitLogistic(blocks, each),
        openStore: () => null,
      }),
    },
    {
      runId: 'r',
      version: '0',
      snapshot: training,
      files: ['a.csv'],
      contract,
      modelFolder: join(training.output, '..'),
      outputFolder: training.output,
      model: 'logistic',
      logistic: { C: 1, standardize: true },
      calibration: 'none',
      threshold: 0.5,
      campaign: null,
      monotone: {},
      outcomes: { horizonDays, meaning: 'outcome' },
      holdout: null,
      budgetSeconds: null,
      seed: 0,
    },
  );
  return { model: (records[0] as ModelRecord).document as ModelDocument, training };
}

/** Rows by the risk that the model gives them. */
async function risksOf(model: ModelDocument, rows: readonly string[]): Promise<RiskHistogram> {
  const table = await engine.open({ kind: 'snapshot', snapshot: await compile([rows]), contract });
  const { labels, probabilities } = await scoreTable(table, createScorer(model), { labels: true });
  await table.close();
  return countRisks(probabilities, labels);
}

let live: Live;
let heldOutRisks: RiskHistogram;
beforeAll(async () => {
  live = await trainOn(TRAINING);
  heldOutRisks = await risksOf(live.model, rowsOf(99, 1000, {}));
});

/** What the model scored on 1,000 held-out rows: made up, so that the promise is known. */
const HELD_OUT = evaluate(
  Float64Array.from({ length: 1000 }, (_, row) => Number(row < 400)),
  Float64Array.from({ length: 1000 }, (_, row) => (row < 320 || row >= 920 ? 0.9 : 0.1)),
  0.5,
);

const NONE = new BigUint64Array(0);

interface Watching {
  readonly store: Store;
  readonly keptRows: KeptRows;
  look(
    snapshot: Snapshot,
    run: string,
    changes?: Partial<WatchOptions>,
    now?: string,
  ): ReturnType<typeof watch>;
}

async function startWatching({ model, training }: Live = live, heldOut = HELD_OUT): Promise<Watching> {
  const store = await openStore(join(home, `${++places}.db`));
  const keptRows = createKeptRows(join(home, `kept${places}`));
  const begin = (id: string) =>
    store.startRun({ id, verb: 'run', trigger: 'command', version: '0', startedAt: NOW });
  await begin('training');
  await store.recordModel({
    version: model.version,
    runId: 'training',
    createdAt: NOW,
    snapshotId: training.id,
    learner: 'logistic',
    seconds: 1,
    document: model,
  });
  await store.recordScore({
    runId: 'training',
    modelVersion: model.version,
    createdAt: NOW,
    dataset: 'test',
    datasetId: 'd',
    rows: heldOut.rows,
    f1: heldOut.f1Score,
    metrics: heldOut,
  });
  const reading = readReferenceSample(training.output, model.version);
  return {
    store,
    keptRows,
    look: async (snapshot, run, changes = {}, now = NOW) => {
      await begin(run);
      return watch(
        { engine, store, keptRows, clock: { now: () => new Date(now), elapsedMs: () => 0 } },
        {
          runId: run,
          rule: 'sequential',
          model,
          challenger: null,
          folds: null,
          challengerFolds: null,
          deployedScore: HELD_OUT.f1Score,
          snapshot,
          training,
          reference: reading.kind === 'found' ? reading.sample : { absent: reading.reason },
          contract,
          campaign: null,
          mostValue: 0,
          alpha: 0.05,
          tolerance: 0.02,
          budget: { unit: 'years', years: 5 },
          deployment: { id: 'd1', deployedAt: DEPLOYED },
          heldOutRisks: async () => heldOutRisks,
          psi: 0.1,
          newFile: null,
          yearsPerFalseAlarm: 5,
          outcomes: { horizonDays: 0, meaning: 'outcome' },
          seed: 0,
          ...changes,
        },
      );
    },
  };
}

async function monitorOf({ store }: Watching): Promise<MonitorState> {
  const kept = await store.monitorState(live.model.version, 'performance');
  if (kept === null) throw new Error('nothing was watched');
  return kept.state.monitor;
}

async function riskWatchOf({ store }: Watching): Promise<RiskWatch> {
  const kept = await store.monitorState(live.model.version, 'risks');
  if (kept === null) throw new Error('no risk was watched');
  return kept.state;
}

describe('watching a deployed model', () => {
  it('scores new rows of clients that it was trained on by models that have not seen them', async () => {
    const rows = rowsOf(2, 200, {});
    const snapshot = await compile([TRAINING, rows]);
    const watching = await startWatching();
    const known = new Set(rows.slice(0, 50).map((row) => clientKey(row.split(',')[0] ?? '')));
    // A model of a fold that says the opposite of the deployed one, so that it can be told apart.
    const opposite = { ...live.model, threshold: live.model.threshold };
    const { learner } = live.model;
    if (learner.kind !== 'logistic-regression') throw new Error('not a logistic regression');
    const coefficients = learner.coefficients.map((each) => -each);
    const folds = {
      models: [{ ...opposite, learner: { ...learner, coefficients, intercept: -learner.intercept } }],
      foldOf: (key: bigint) => (known.has(key) ? 0 : -1),
    };
    const { check } = await watching.look(snapshot, 'r1', { folds });
    const plain = await (await startWatching()).look(snapshot, 'r1');
    expect([check.rows, plain.check.rows]).toEqual([200, 200]);
    const right = ({ confusion }: DriftCheck) => (confusion?.[0]?.[0] ?? 0) + (confusion?.[1]?.[1] ?? 0);
    expect(right(check)).toBeLessThan(right(plain.check) - 15);
  });

  it('uses every labelled row once, whatever file it comes in and however often it is looked at', async () => {
    const [first, second] = [rowsOf(2, 300, {}), rowsOf(3, 200, {})];
    const watching = await startWatching();
    await watching.look(await compile([TRAINING, first]), 'r1');
    expect((await monitorOf(watching)).rows).toBe(300);
    await watching.look(await compile([TRAINING, first]), 'r2');
    expect((await monitorOf(watching)).rows).toBe(300);
    const { fresh } = await watching.look(await compile([second, first, TRAINING]), 'r3');
    expect(fresh.labels).toHaveLength(200);
    const other = await startWatching();
    await other.look(await compile([first.toReversed(), TRAINING]), 'r1');
    await other.look(await compile([[...TRAINING, ...second], first]), 'r2');
    expect(await monitorOf(other)).toEqual(await monitorOf(watching));
    expect((await monitorOf(watching)).rows).toBe(500);
    await watching.store.close();
    await other.store.close();
  });

  it('is calm where the clients of the training come again, and counts each once', async () => {
    const again = (at: string, seed: number) => {
      const random = createRandom(seed);
      return TRAINING.map((row) => {
        const [id, n, m, ...rest] = row.split(',');
        const [, , , label] = rest;
        const moved = [n, m].map((value) => Number(value) + 0.02 * random.normal());
        return [id, ...moved, rest[0], rest[1], at, label].join(',');
      });
    };
    const watching = await startWatching();
    const months = [again('2024-02-01', 5), again('2024-03-01', 6)];
    const { check } = await watching.look(await compile([TRAINING, ...months]), 'r1');
    expect(check.rows).toBe(1200);
    expect(check.inputs?.domain).toMatchObject({
      verdict: 'no-drift',
      rows: { reference: 600, current: 600 },
      reason: expect.stringContaining('One row a client counts: 600 and 600 clients.'),
    });
    await watching.store.close();
  });

  it('is calm on rows of the same kind, and says what each rule says', async () => {
    const watching = await startWatching();
    const { check } = await watching.look(await compile([TRAINING, rowsOf(4, 800, {})]), 'r1');
    expect(check).toMatchObject({ rule: 'sequential', drift: false, rows: 800, unlabelled: 0, immature: 0 });
    expect(check.verdicts.significant.drift).toBe(false);
    expect(check.verdicts.raw.observed).toBe(check.observed);
    expect(check.inputs).toMatchObject({
      verdict: 'no-drift',
      window: 'all',
      domain: { verdict: 'no-drift' },
    });
    expect(check.segments.map(({ segment, rows }) => [segment, rows])).toEqual([
      ['south', 533],
      ['north', 267],
    ]);
    const record = await watching.store.latestCheck('drift');
    expect(record).toMatchObject({ kind: 'drift', rule: 'sequential', outcome: false, rows: 800 });
    expect(record?.details).toMatchObject({ verdicts: JSON.parse(JSON.stringify(check.verdicts)) });
    const measured = await watching.store.measurements({ name: 'f1-new', limit: 5 });
    expect(measured).toMatchObject([{ value: check.observed, rows: check.estimate?.rows }]);
    await watching.store.close();
  });

  it('finds by labels that clients behave otherwise, which their features do not tell, and stays by it', async () => {
    const watching = await startWatching();
    const { check } = await watching.look(await compile([TRAINING, rowsOf(5, 1200, { broken: 0.4 })]), 'r1');
    expect(check.verdicts).toMatchObject({
      raw: { drift: true },
      significant: { drift: true },
      sequential: { drift: true },
    });
    expect(check.risk).toMatchObject({
      alarm: true,
      alarmAt: 1,
      alarmOn: '2024-06-30',
      looks: 1,
      rows: 1200,
    });
    expect(check.reason).toBe(check.risk?.sentence);
    expect(check.monitor.f1).toMatchObject({ worseThanPromised: true });
    expect(check.inputs?.verdict).toBe('no-drift');
    expect(check.estimated?.truth?.metrics.f1).toBe(check.observed);
    expect(check.estimated?.estimate.metrics.f1?.low).toBeGreaterThan(check.observed ?? 1);
    const again = await watching.look(await compile([TRAINING]), 'r2');
    expect(again.check).toMatchObject({ drift: true, rows: 0 });
    await watching.store.close();
  });

  it('finds by features that other clients come, and which columns tell', async () => {
    const watching = await startWatching();
    const { check } = await watching.look(await compile([TRAINING, rowsOf(6, 900, { shift: 1 })]), 'r1');
    const verdicts = check.inputs?.columns.map(({ name, verdict }) => [name, verdict]);
    expect(verdicts).toEqual([
      ['n', 'drift'],
      ['m', 'no-drift'],
      ['c', 'no-drift'],
    ]);
    for (const { cells } of check.inputs?.histograms ?? []) {
      const sum = (side: 'reference' | 'current') => cells.reduce((total, cell) => total + cell[side], 0);
      expect([sum('reference'), sum('current')]).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12)]);
    }
    const [ofN, , ofC] = check.inputs?.histograms ?? [];
    expect(ofN?.cells[0]?.label).toMatch(/^up to -/);
    expect(ofN?.cells.at(-1)?.label).toMatch(/^above /);
    expect(ofN?.cells.at(-1)?.current).toBeGreaterThan(2 * (ofN?.cells.at(-1)?.reference ?? 1));
    expect(ofC?.cells.map(({ label }) => label).sort()).toEqual(['level 0', 'level 1', 'level 2']);
    expect(check.inputs?.domain?.verdict).toBe('drift');
    expect(check.inputs?.domain?.columns[0]?.name).toBe('n');
    expect(check.inputs?.segments).toMatchObject([
      { segment: 'south', rows: 600, referenceRows: 400, drifted: ['n'] },
      { segment: 'north', rows: 300, referenceRows: 200, drifted: ['n'] },
    ]);
    await watching.store.close();
  });

  it('compares the inputs of clients whose outcome is not known, and says the same at the next look', async () => {
    const watching = await startWatching();
    const labelled = rowsOf(31, 120, {});
    const waiting = rowsOf(32, 400, { shift: 1.5, label: () => '' });
    await watching.look(await compile([TRAINING, labelled]), 'r1');
    const snapshot = await compile([TRAINING, labelled, waiting]);
    const { check } = await watching.look(snapshot, 'r2');
    expect(check).toMatchObject({ rows: 120, unlabelled: 400 });
    expect(check.inputs).toMatchObject({
      verdict: 'drift',
      window: 'newest',
      rows: { current: 400 },
      alarms: [{ severity: 'moved', column: 'n', window: 'newest', rows: 400 }],
    });
    const again = await watching.look(snapshot, 'r3');
    expect(again.check.inputs).toEqual(check.inputs);
    await watching.store.close();
  });

  it('counts a row as new once: not again when its outcome comes', async () => {
    const watching = await startWatching();
    const waiting = rowsOf(33, 300, { label: () => '' });
    const known = rowsOf(33, 300, {});
    const others = rowsOf(34, 200, {});
    await watching.look(await compile([TRAINING, waiting]), 'r1');
    const { check } = await watching.look(await compile([TRAINING, waiting, known, others]), 'r2');
    expect(check.rows).toBe(500);
    const arrived = await watching.store.watchedRows(live.model.version, 'arrived');
    const keys = await requireKeys(watching.keptRows, arrived);
    expect(keys.map(({ length }) => length)).toEqual([300, 200]);
    await watching.store.close();
  });

  it('judges the newest delivery by itself, where the pool of all hides what is wrong with it', async () => {
    const watching = await startWatching();
    const weeks = [40, 41, 42, 43].map((seed) => rowsOf(seed, 300, {}));
    const files: (readonly string[])[] = [TRAINING];
    for (const [week, rows] of weeks.entries()) {
      files.push(rows);
      const { check } = await watching.look(await compile(files), `r${week}`);
      expect(check.inputs).toMatchObject({ verdict: 'no-drift', alarms: [] });
    }
    files.push(rowsOf(44, 300, { shift: 0.7 }));
    const { check } = await watching.look(await compile(files), 'moved');
    expect(check.inputs?.alarms).toMatchObject([
      { severity: 'moved', column: 'n', window: 'newest', rows: 300 },
    ]);
    expect(check.inputs?.reason).toContain('n has shifted in 300 rows of the newest delivery');
    files.push(rowsOf(45, 300, {}));
    const after = await watching.look(await compile(files), 'after');
    expect(after.check.inputs?.alarms.filter(({ window }) => window === 'newest')).toEqual([]);
    await watching.store.close();
  });

  it.each([
    ['missing', '', 'n is missing in all 150 new rows (0 % in training).'],
    ['unit', (value: number) => 100 * value, 'n is about 100 times as large as in training'],
  ] as const)('says of 150 rows that a column is broken: %s', async (kind, change, said) => {
    const fed = (rows: readonly string[], feed: (value: number) => string) =>
      rows.map((row) => {
        const [id, n, ...rest] = row.split(',');
        return [id, feed(8 + Number(n)), ...rest].join(',');
      });
    const trained = fed(rowsOf(50, 300, {}), String);
    const watching = await startWatching(await trainOn(trained));
    const broken = fed(rowsOf(51, 150, {}), (value) => (change === '' ? '' : String(change(value))));
    const { check } = await watching.look(await compile([trained, broken]), 'r1');
    expect(check.inputs).toMatchObject({
      verdict: 'drift',
      alarms: [{ severity: 'broken', kind, column: 'n', rows: 150 }],
    });
    expect(check.inputs?.reason).toContain(said);
    // Risks of broken rows are no evidence of the model, now or later; rows that come after them are.
    expect(check.monitor.rows).toBe(0);
    expect(check.risk?.sentence).toBe(
      '150 new outcomes are passed over, since an input of the rows is broken.',
    );
    const whole = fed(rowsOf(52, 150, {}), String);
    const after = await watching.look(await compile([trained, broken, whole]), 'r2');
    expect(after.check.monitor.rows).toBe(150);
    await watching.store.close();
  });

  it('compares each segment with its own held-out rows', async () => {
    const counts = (segment: string, tn: number, fp: number, fn: number, tp: number) => ({
      segment,
      confusion: [
        [tn, fp],
        [fn, tp],
      ] as const,
    });
    const segments = [counts('south', 400, 5, 5, 300), counts('north', 8, 1, 1, 0)];
    const watching = await startWatching(live, { ...HELD_OUT, segments });
    const rows = rowsOf(60, 600, { broken: 0.3 });
    const { check } = await watching.look(await compile([TRAINING, rows]), 'r1');
    const [south, north] = check.segments;
    expect(south).toMatchObject({ segment: 'south', deployed: { value: expect.closeTo(300 / 305, 6) } });
    expect(south?.adjustedP).toBeLessThan(0.001);
    expect(south?.reason).toMatch(
      /^F1 is 0\.\d+ on 400 new rows and was 0\.98\d+ on the 710 held-out rows .* has fallen/,
    );
    expect(north).toMatchObject({ segment: 'north', pValue: null, adjustedP: null });
    expect(north?.reason).toBe(
      'The 10 held-out rows of the segment, of which 2 bear on F1, are too few to compare with.',
    );
    await watching.store.close();
    const unknown = await startWatching();
    const old = await unknown.look(await compile([TRAINING, rows]), 'r1');
    expect(old.check.segments.map(({ deployed, pValue }) => [deployed, pValue])).toEqual([
      [null, null],
      [null, null],
    ]);
    expect(old.check.segments[0]?.reason).toContain('is not known');
    await unknown.store.close();
  });

  it('estimates without labels, and sets the estimate beside the truth when they come', async () => {
    const watching = await startWatching();
    const { store } = watching;
    const waiting = rowsOf(7, 400, { label: () => '' });
    const { check } = await watching.look(await compile([TRAINING, waiting]), 'r1');
    expect(check).toMatchObject({ rows: 0, observed: null, drift: false, unlabelled: 400 });
    expect(check.estimated).toMatchObject({ of: 'waiting', rows: 400, truth: null, recorded: true });
    expect(await store.estimates({ limit: 5 })).toMatchObject([{ rows: 400, labelled: 0, truth: null }]);

    const known = rowsOf(7, 400, {});
    const later = await watching.look(await compile([TRAINING, waiting, known.slice(0, 150)]), 'r2');
    expect(later.check).toMatchObject({ rows: 150, unlabelled: 250 });
    expect(await store.estimates({ limit: 5 })).toMatchObject([{ labelled: 150, settled: false }]);

    const last = await watching.look(await compile([TRAINING, waiting, known]), 'r3');
    expect(last.check).toMatchObject({ rows: 400, unlabelled: 0 });
    const settled = (await store.estimates({ limit: 5 })).find(({ runId }) => runId === 'r1');
    expect(settled).toMatchObject({
      labelled: 400,
      settled: true,
      truth: { metrics: { f1: last.check.observed } },
    });
    expect(await store.cohorts()).toEqual([]);
    expect((await monitorOf(watching)).rows).toBe(400);
    await store.close();
  });

  it('goes on where the rows of an estimate are gone, which then keeps the truth that it had', async () => {
    const watching = await startWatching();
    const { store, keptRows } = watching;
    const waiting = rowsOf(7, 400, { label: () => '' });
    await watching.look(await compile([TRAINING, waiting]), 'r1');
    const known = rowsOf(7, 400, {});
    await watching.look(await compile([TRAINING, waiting, known.slice(0, 150)]), 'r2');
    const before = (await store.estimates({ limit: 5 })).find(({ runId }) => runId === 'r1');
    expect(before).toMatchObject({ labelled: 150, settled: false });
    const [cohort] = await store.cohorts();
    await keptRows.remove([cohort?.parts[0]?.reference ?? '']);
    const { check } = await watching.look(await compile([TRAINING, waiting, known]), 'r3');
    expect(check).toMatchObject({ rows: 400, unlabelled: 0 });
    const after = (await store.estimates({ limit: 5 })).find(({ runId }) => runId === 'r1');
    expect(after).toEqual({ ...before, settled: true });
    expect(await store.cohorts()).toEqual([]);
    await store.close();
  });

  it('looks at the same rows again where it ended between keeping them and recording them', async () => {
    const [broken, whole] = [await startWatching(), await startWatching()];
    const snapshot = await compile([TRAINING, rowsOf(9, 120, {}), rowsOf(10, 300, { label: () => '' })]);
    const record = broken.store.recordWatch;
    const kept: number[] = [];
    broken.store.recordWatch = async () => {
      kept.push((await broken.keptRows.list()).length);
      throw new Error('ended');
    };
    await expect(broken.look(snapshot, 'r1')).rejects.toThrow('ended');
    expect(kept[0]).toBeGreaterThan(2);
    expect(await broken.store.keptReferences()).toEqual(new Set());
    broken.store.recordWatch = record;
    const { check } = await broken.look(snapshot, 'r2');
    expect(check).toEqual((await whole.look(snapshot, 'r2')).check);
    const references = [...(await broken.store.keptReferences())].sort();
    expect((await broken.keptRows.list()).map(({ reference }) => reference).sort()).toEqual(references);
    await broken.store.close();
    await whole.store.close();
  });

  it('does not look where rows of earlier looks are gone, and records nothing', async () => {
    const watching = await startWatching();
    const { store, keptRows } = watching;
    const rows = rowsOf(8, 120, {});
    const snapshot = await compile([TRAINING, rows]);
    await watching.look(snapshot, 'r1');
    const before = await store.monitorState(live.model.version, 'performance');
    const [judged] = await store.watchedRows(live.model.version, 'judged');
    await keptRows.remove([judged?.reference ?? '']);
    await expect(watching.look(snapshot, 'r2')).rejects.toMatchObject({ code: 'kept-rows-damaged' });
    expect(await store.monitorState(live.model.version, 'performance')).toEqual(before);
    await store.close();
  });

  it('waits for outcomes to become final before it scores them', async () => {
    const young = rowsOf(8, 200, { at: '2024-06-20' });
    const old = rowsOf(9, 100, {});
    const waiting = await trainOn([...TRAINING, ...young], NOW, 30);
    const watching = await startWatching(waiting);
    const snapshot = await compile([TRAINING, young, old]);
    const { check } = await watching.look(snapshot, 'r1', {
      outcomes: { horizonDays: 30, meaning: 'outcome' },
    });
    expect(check).toMatchObject({ rows: 100, immature: 200, unlabelled: 0 });
    const kept = await watching.store.monitorState(waiting.model.version, 'waiting');
    expect(kept?.state).toEqual({ until: '2024-07-20T00:00:00.000Z' });
    const later = await watching.look(
      snapshot,
      'r2',
      { outcomes: { horizonDays: 30, meaning: 'outcome' } },
      '2024-07-21T00:00:00Z',
    );
    expect(later.check).toMatchObject({ rows: 300, immature: 0 });
    expect(later.fresh.labels).toHaveLength(200);
    await watching.store.close();
  });

  it('scores a challenger on the same new rows, in the same order', async () => {
    const watching = await startWatching();
    const challenger = { ...live.model, threshold: 0.4 };
    const { fresh } = await watching.look(await compile([TRAINING, rowsOf(10, 120, {})]), 'r1', {
      challenger,
    });
    expect(fresh.challenger).toEqual(fresh.champion);
    expect(fresh.labels).toHaveLength(120);
    await watching.store.close();
  });

  it('says nothing of drift where there is no new row', async () => {
    const watching = await startWatching();
    const { check } = await watching.look(await compile([TRAINING]), 'r1', { rule: 'raw' });
    expect(check).toMatchObject({ drift: false, rows: 0, observed: null, estimated: null, inputs: null });
    expect(check.reason).toContain('trained on');
    await watching.store.close();
  });

  it('cannot judge by few held-out rows, and says how many would do', async () => {
    const five = evaluate(Float64Array.of(1, 1, 0, 0, 1), Float64Array.of(0.9, 0.2, 0.7, 0.1, 0.8), 0.5);
    const watching = await startWatching(live, five);
    const few = await risksOf(live.model, rowsOf(98, 5, {}));
    const { check } = await watching.look(await compile([TRAINING, rowsOf(11, 300, { broken: 0.5 })]), 'r1', {
      heldOutRisks: async () => few,
    });
    expect(check.verdicts.sequential).toMatchObject({ drift: false, statistic: null, rows: 300 });
    expect(check.reason).toMatch(
      /^Cannot be judged yet: 5 held-out rows, of which \d left; about \d+ would do\.$/,
    );
    expect(check.verdicts.sequential.rowsNeeded).toBeGreaterThan(5);
    expect(check.monitor.f1.sentence).toContain('5 held-out rows are too few');
    await watching.store.close();
  });
});

describe('the watch of the risks', () => {
  const week = (days: number) => new Date(Date.parse(DEPLOYED) + days * 86_400_000).toISOString();

  it('alarms where labels no longer follow the inputs, says what changed and since when, and only then', async () => {
    const [calm, broken] = [await startWatching(), await startWatching()];
    const files: Record<'calm' | 'broken', (readonly string[])[]> = { calm: [TRAINING], broken: [TRAINING] };
    const seen: DriftCheck['risk'][] = [];
    for (let at = 1; at <= 8; at++) {
      const same = rowsOf(200 + at, 150, {});
      files.calm.push(same);
      // From the fourth week on a coin says who leaves.
      files.broken.push(at < 4 ? same : rowsOf(200 + at, 150, { broken: 0.5 }));
      const ofCalm = await calm.look(await compile(files.calm), `r${at}`, {}, week(7 * at));
      const ofBroken = await broken.look(await compile(files.broken), `r${at}`, {}, week(7 * at));
      expect(ofCalm.check).toMatchObject({ drift: false, risk: { alarm: false, change: null, looks: at } });
      seen.push(ofBroken.check.risk);
    }
    const alarmed = seen.findIndex((risk) => risk?.alarm) + 1;
    expect(alarmed).toBeGreaterThanOrEqual(4);
    expect(alarmed).toBeLessThanOrEqual(6);
    const last = seen.at(-1);
    expect(last).toMatchObject({ alarm: true, alarmAt: alarmed, rows: 1200, weight: 56 });
    expect(last?.change).not.toBe('base-rate');
    expect(last?.alarmOn).toBe(week(7 * alarmed).slice(0, 10));
    expect(last?.changedAt).toBeGreaterThanOrEqual(3);
    expect(last?.changedOn).toBe(week(7 * (last?.changedAt ?? 0)).slice(0, 10));
    expect(last?.calibration?.slope.high).toBeLessThan(0.7);
    expect(last?.sentence).toContain('Outcomes no longer follow the risks that the model gives');
    expect(last?.budget).toBe(
      'On average at most one false alarm in 5 years, however often it is checked; 8 checks in 56 days so far.',
    );
    await calm.store.close();
    await broken.store.close();
  });

  it('weighs a look by the days since the look before, whatever lies between', async () => {
    const [once, often] = [await startWatching(), await startWatching()];
    const rows = rowsOf(20, 100, {});
    const snapshot = await compile([TRAINING, rows]);
    await once.look(snapshot, 'r1', {}, week(7));
    for (let at = 1; at < 7; at++) await often.look(await compile([TRAINING]), `r${at}`, {}, week(at));
    await often.look(snapshot, 'r7', {}, week(7));
    await often.look(snapshot, 'r8', {}, week(8));
    expect((await riskWatchOf(often)).detector).toEqual((await riskWatchOf(once)).detector);
    expect((await riskWatchOf(once)).detector).toMatchObject({ looks: 1, weight: 7 });
    // The next new outcomes come a day later, and the clock is a year back for those after.
    const next = await compile([TRAINING, rows, rowsOf(21, 50, {})]);
    await often.look(next, 'r9', {}, week(8));
    expect((await riskWatchOf(often)).detector).toMatchObject({ looks: 2, weight: 8 });
    await often.look(await compile([TRAINING, rows, rowsOf(21, 60, {})]), 'r10', {}, week(-365));
    const back = await riskWatchOf(often);
    expect(back.detector.looks).toBe(3);
    expect(back.detector.weight).toBeCloseTo(8 + 10 / 1440, 12);
    expect(back.lookedAt).toBe(week(8));
    await once.store.close();
    await often.store.close();
  });

  it('starts where an older version has looked before, from the rows that come then', async () => {
    const watching = await startWatching();
    const first = rowsOf(22, 100, {});
    await watching.look(await compile([TRAINING, first]), 'r1', {}, week(3));
    const kept = await watching.store.monitorState(live.model.version, 'performance');
    if (kept === null) throw new Error('nothing was watched');
    const old = await startWatching();
    const [judged = new BigUint64Array()] = await requireKeys(
      watching.keptRows,
      await watching.store.watchedRows(live.model.version, 'judged'),
    );
    await old.store.startRun({ id: 'old', verb: 'run', trigger: 'command', version: '0', startedAt: NOW });
    await old.store.recordWatch({
      runId: 'old',
      modelVersion: live.model.version,
      createdAt: week(3),
      states: [{ name: 'performance', rows: 100, state: kept.state }],
      rows: await keepRows(old.keptRows, { judged, 'passed-over': NONE, seen: NONE, arrived: NONE }),
      estimate: null,
      truths: [],
    });
    const second = rowsOf(23, 100, {});
    const { check } = await old.look(await compile([TRAINING, first, second]), 'r2', {}, week(10));
    expect(check.risk).toMatchObject({ looks: 1, rows: 100, weight: 7, alarm: false });
    expect(check.monitor.rows).toBe(200);
    await watching.store.close();
    await old.store.close();
  });

  it('keeps to its held-out rows, whatever is scored later', async () => {
    const watching = await startWatching();
    const rows = rowsOf(24, 100, {});
    await watching.look(await compile([TRAINING, rows]), 'r1');
    const { heldOut } = await riskWatchOf(watching);
    expect(heldOut).toEqual(heldOutRisks);
    const never = async () => expect.fail('The held-out rows were scored again');
    const more = await compile([TRAINING, rows, rowsOf(25, 100, {})]);
    await watching.look(more, 'r2', { heldOutRisks: never });
    // Another unit starts anew, from the same rows.
    const inRows = await watching.look(await compile([TRAINING, rows, rowsOf(25, 150, {})]), 'r3', {
      heldOutRisks: never,
      budget: { unit: 'rows', rows: 50_000 },
    });
    expect(inRows.check.risk).toMatchObject({ looks: 1, rows: 50, weight: 50 });
    expect(inRows.check.risk?.budget).toBe(
      'On average at most one false alarm in 50,000 new outcomes, however often it is checked; 1 check in 50 outcomes so far.',
    );
    expect((await riskWatchOf(watching)).heldOut).toEqual(heldOut);
    await watching.store.close();
  });

  it('starts anew with another deployment, of the risks that its evaluation holds', async () => {
    const watching = await startWatching();
    const broken = rowsOf(26, 600, { broken: 0.5 });
    const first = await watching.look(await compile([TRAINING, broken]), 'r1');
    expect(first.check.risk?.alarm).toBe(true);
    const risks = await risksOf(live.model, rowsOf(97, 500, {}));
    await watching.store.recordScore({
      runId: 'r1',
      modelVersion: live.model.version,
      createdAt: week(8),
      dataset: 'test',
      datasetId: 'd',
      rows: HELD_OUT.rows,
      f1: HELD_OUT.f1Score,
      metrics: { ...HELD_OUT, risks },
    });
    const deployment = { id: 'd2', deployedAt: week(9) };
    const again = await watching.look(await compile([TRAINING, broken]), 'r2', { deployment }, week(10));
    expect(again.check).toMatchObject({ drift: false, risk: { alarm: false, looks: 0, rows: 0 } });
    expect(again.check.risk?.heldOut.rows).toBe(500);
    expect(again.check.reason).toBe('No new outcome has come since the model went live.');
    await watching.store.close();
  });

  it('takes a changed budget at the next look', async () => {
    const watching = await startWatching();
    const rows = rowsOf(27, 60, { broken: 0.35 });
    const { check } = await watching.look(await compile([TRAINING, rows]), 'r1', {
      budget: { unit: 'years', years: 1e12 },
    });
    expect(check.risk?.alarm).toBe(false);
    const strict = await watching.look(
      await compile([TRAINING, rows, rowsOf(28, 60, { broken: 0.35 })]),
      'r2',
      { budget: { unit: 'years', years: 0.1 } },
    );
    expect(strict.check.risk).toMatchObject({ alarm: true, alarmAt: 2 });
    expect(strict.check.risk?.levelLog10).toBeCloseTo(Math.log10(36.525), 12);
    await watching.store.close();
  });

  it('is not there where nobody knows the held-out rows, and says why', async () => {
    const watching = await startWatching();
    const { check } = await watching.look(await compile([TRAINING, rowsOf(29, 100, {})]), 'r1', {
      heldOutRisks: async () => ({ absent: 'The test files are gone.' }),
    });
    expect(check).toMatchObject({ risk: null, drift: false, reason: 'The test files are gone.' });
    expect(check.monitor.rows).toBe(100);
    await watching.store.close();
  });
});
