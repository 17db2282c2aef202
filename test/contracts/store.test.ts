/** Promises that every state store keeps, each on the real database. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import Database from 'libsql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeploymentStore } from '../../src/store/port/deployments.ts';
import type { FileRecord } from '../../src/store/port/files.ts';
import type { ModelRecord } from '../../src/store/port/models.ts';
import type { ScoreRecord, ScoreStore } from '../../src/store/port/scores.ts';
import type { SnapshotRecord } from '../../src/store/port/snapshots.ts';
import type { Store } from '../../src/store/port.ts';
import { openStore } from '../../src/store/store.ts';
import { diagnosticsOf, driftDetailsOf, duelOf, evaluationOf, GATE_DETAILS } from '../stored-values.ts';
import { at, run, STORES } from './stores.ts';

const CHILD = fileURLToPath(new URL('./store.child.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let databases = 0;
const newFile = () => join(folder, `${++databases}.db`);

const succeeded = (summary: unknown = null) =>
  ({ finishedAt: at(9), status: 'succeeded', result: 'no-drift', error: null, summary }) as const;
const file = (name: string, change: Partial<FileRecord> = {}): FileRecord => ({
  runId: 'r',
  folder: 'input',
  name,
  sha256: `hash of ${name}`,
  bytes: 2 ** 40,
  status: 'accepted',
  reason: null,
  read: 10,
  kept: 7,
  duplicates: 2,
  quarantined: 1,
  ...change,
});
const snapshot = (id: string, change: Partial<SnapshotRecord> = {}): SnapshotRecord => ({
  id,
  runId: 'r',
  createdAt: at(1),
  rows: 7,
  read: 10,
  duplicates: 2,
  quarantined: 1,
  parquetPath: 'out/finaldata.parquet',
  columns: [{ name: 'exited', role: 'target', type: 'integer' }],
  ...change,
});
const model = (version: string, change: Partial<ModelRecord> = {}): ModelRecord => ({
  version,
  runId: 'r',
  createdAt: at(2),
  snapshotId: 's',
  learner: 'logistic',
  seconds: 0.125,
  document: { format: 'tidewatch-model/1', coefficients: [0.1, -2e-300, 1 / 3] },
  ...change,
});
const EVALUATION = evaluationOf(1);
const score = (f1: number, change: Partial<ScoreRecord> = {}): ScoreRecord => ({
  runId: 'r',
  modelVersion: 'm',
  createdAt: at(3),
  dataset: 'test',
  datasetId: 'd',
  rows: 5,
  f1,
  metrics: EVALUATION,
  ...change,
});
const { curves: _, ...OUTLINE } = EVALUATION;
const deployment = (id: string, deployedAt = at(4), modelVersion = 'm') => ({
  id,
  runId: 'r',
  modelVersion,
  deployedAt,
  f1: 4 / 7,
  reason: 'the first model',
});
const DRIFT_DETAILS = driftDetailsOf(1);
const check = (rule: string, outcome: boolean, createdAt = at(5)) => ({
  runId: 'r',
  modelVersion: 'm',
  createdAt,
  kind: 'drift' as const,
  rule,
  outcome,
  rows: 26,
  observed: 0.6923,
  expected: null,
  reason: 'not lower',
  details: DRIFT_DETAILS,
});

/** A new process that runs store.child.ts. */
function startChild(what: string, url: string, name: string): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', CHILD, what, url, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** What a child said until it ended by itself. */
async function said(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  return text.trim();
}

/** Kills the child without warning once it has said `lines` lines; what it said until it was dead. */
async function saidUntilKilled(child: ChildProcess, lines: number): Promise<string[]> {
  const heard: string[] = [];
  if (child.stdout === null) throw new Error('the child has no output');
  const reader = createInterface(child.stdout);
  reader.on('line', (line) => {
    heard.push(line);
    if (heard.length === lines) child.kill('SIGKILL');
  });
  await Promise.all([once(child, 'close'), once(reader, 'close')]);
  return heard;
}

/** Every record of a listing, page by page. */
async function walk<T extends { readonly cursor: string }>(
  list: (page: { limit: number; before?: string }) => Promise<readonly T[]>,
  limit: number,
): Promise<T[]> {
  const all: T[] = [];
  for (;;) {
    const last = all.at(-1);
    const page = await list({ limit, ...(last === undefined ? {} : { before: last.cursor }) });
    expect(page.length).toBeLessThanOrEqual(limit);
    if (page.length === 0) return all;
    all.push(...page);
  }
}

describe.each(STORES)('a state store in $name', ({ newUrl, ownClock }) => {
  describe('that is new', () => {
    let store: Store;
    beforeAll(async () => {
      store = await openStore(newUrl());
    });
    afterAll(() => store.close());

    it('is ready and holds nothing', async () => {
      expect(await store.ready()).toBe(true);
      for (const listing of [
        'runs',
        'models',
        'scores',
        'deployments',
        'checks',
        'notes',
        'challenges',
      ] as const) {
        expect(await store[listing]({ limit: 10 })).toEqual([]);
      }
      expect(await store.stepHistory('train', 10)).toEqual([]);
      expect(await store.latestSnapshot()).toBeNull();
      expect(await store.latestDiagnostics()).toBeNull();
      expect(await store.seen('input')).toEqual([]);
    });

    it('answers null or nothing for what it does not know', async () => {
      for (const id of ['', 'nobody', "'; drop table runs; --", '\0', '😀', '%']) {
        expect(await store.run(id)).toBeNull();
        expect(await store.snapshot(id)).toBeNull();
        expect(await store.model(id)).toBeNull();
        expect(await store.latestScore(id, 'test')).toBeNull();
        expect(await store.steps(id)).toEqual([]);
        expect(await store.files(id)).toEqual([]);
      }
    });

    it('takes empty lists without a word', async () => {
      await store.recordFiles([]);
      await store.recordSeen('input', [], at(0));
      expect(await store.abandonRuns('', at(0))).toBe(0);
    });

    it('refuses records of a run that it does not know', async () => {
      await expect(store.recordFiles([file('a.csv', { runId: 'nobody' })])).rejects.toMatchObject({
        code: 'internal',
      });
      await expect(store.finishRun('nobody', succeeded())).rejects.toMatchObject({ code: 'internal' });
      await expect(
        store.finishStep('nobody', 'train', { seconds: 1, status: 'succeeded', note: '' }),
      ).rejects.toMatchObject({ code: 'internal' });
      expect(await store.files('nobody')).toEqual([]);
    });

    it.each([0, -1, 1.5, Number.NaN])('refuses a page of %d records', async (limit) => {
      await expect(store.runs({ limit })).rejects.toMatchObject({ code: 'request-invalid' });
    });

    it.each(['', 'yesterday', '~3', '2026-03-01', '2026-03-01T08:00:00.000Z~x', "' or 1=1 --"])(
      'refuses "%s" as the place to go on from',
      async (before) => {
        await expect(store.deployments({ limit: 1, before })).rejects.toMatchObject({
          code: 'request-invalid',
        });
      },
    );
  });

  describe('with a run', () => {
    let store: Store;
    beforeEach(async () => {
      store = await openStore(newUrl());
      await store.startRun(run('r'));
      return () => store.close();
    });

    it('keeps a run from its start to its end', async () => {
      const started = {
        ...run('r'),
        finishedAt: null,
        status: 'running',
        result: null,
        error: null,
        summary: null,
      };
      expect(await store.run('r')).toEqual(started);
      await store.finishRun('r', {
        finishedAt: at(9),
        status: 'failed',
        result: null,
        error: { code: 'one-class', message: 'The target has one value.' },
        summary: { kept: [1, 2], note: null },
      });
      const finished = {
        ...started,
        finishedAt: at(9),
        status: 'failed',
        error: { code: 'one-class', message: 'The target has one value.' },
        summary: { kept: [1, 2], note: null },
      };
      expect(await store.run('r')).toEqual(finished);
      const { summary: _, ...outline } = finished;
      expect(await store.runs({ limit: 5 })).toEqual([{ ...outline, cursor: expect.any(String) }]);
    });

    it('starts and finishes a run once', async () => {
      await expect(store.startRun(run('r'))).rejects.toMatchObject({ code: 'internal' });
      await store.finishRun('r', succeeded(1));
      await expect(store.finishRun('r', succeeded(2))).rejects.toMatchObject({ code: 'internal' });
      expect(await store.run('r')).toMatchObject({ summary: 1 });
    });

    it('marks the runs of dead processes as abandoned, with their steps, and no other', async () => {
      await store.startRun(run('dead'));
      await store.startRun(run('done'));
      await store.startStep({ runId: 'dead', name: 'train', startedAt: at(1) });
      await store.startStep({ runId: 'r', name: 'train', startedAt: at(1) });
      await store.finishRun('done', succeeded());
      expect(await store.abandonRuns('r', at(7))).toBe(1);
      expect(await store.run('dead')).toMatchObject({ status: 'abandoned', finishedAt: at(7), result: null });
      expect((await store.run('dead'))?.error).toMatchObject({ code: 'run-abandoned' });
      expect(await store.steps('dead')).toMatchObject([{ status: 'failed', seconds: null }]);
      expect(await store.run('r')).toMatchObject({ status: 'running' });
      expect(await store.steps('r')).toMatchObject([{ status: 'running' }]);
      expect(await store.run('done')).toMatchObject({ status: 'succeeded' });
      expect(await store.abandonRuns('r', at(8))).toBe(0);
      await store.finishRun('dead', succeeded('it lived'));
      expect(await store.run('dead')).toMatchObject({
        status: 'succeeded',
        summary: 'it lived',
        error: null,
      });
    });

    it('keeps the steps of a run in their order', async () => {
      await store.startStep({ runId: 'r', name: 'train', startedAt: at(1) });
      await store.startStep({ runId: 'r', name: 'ingest', startedAt: at(1) });
      await store.finishStep('r', 'train', { seconds: 1.25, status: 'succeeded', note: 'Trained "ü".' });
      expect(await store.steps('r')).toEqual([
        {
          runId: 'r',
          name: 'train',
          startedAt: at(1),
          seconds: 1.25,
          status: 'succeeded',
          note: 'Trained "ü".',
        },
        { runId: 'r', name: 'ingest', startedAt: at(1), seconds: null, status: 'running', note: '' },
      ]);
      await expect(
        store.finishStep('r', 'train', { seconds: 9, status: 'failed', note: 'again' }),
      ).rejects.toMatchObject({ code: 'internal' });
    });

    it('lists the newest steps of a name that succeeded', async () => {
      for (const [index, status] of (['succeeded', 'failed', 'succeeded', 'skipped'] as const).entries()) {
        await store.startRun(run(`r${index}`));
        await store.startStep({ runId: `r${index}`, name: 'train', startedAt: at(index) });
        await store.finishStep(`r${index}`, 'train', { seconds: index, status, note: '' });
      }
      expect((await store.stepHistory('train', 5)).map(({ seconds }) => seconds)).toEqual([2, 0]);
      expect((await store.stepHistory('train', 1)).map(({ seconds }) => seconds)).toEqual([2]);
      expect(await store.stepHistory('ingest', 5)).toEqual([]);
    });

    it('keeps every file of a run, however many', async () => {
      const files = Array.from({ length: 1001 }, (_, index) => file(`${index}.csv`));
      await store.recordFiles(files);
      expect(await store.files('r')).toEqual(files);
    });

    it('lists the files of each ingestion, and records only those that are not as before', async () => {
      const first = Array.from({ length: 250 }, (_, index) => file(`${index}.csv`));
      expect((await store.recordFiles(first)).size).toBe(250);
      await store.startRun(run('next'));
      const changed = file('7.csv', { sha256: 'other', kept: 1 });
      const second = [file('new.csv'), ...first.with(7, changed).slice(1)].map((each) => ({
        ...each,
        runId: 'next',
      }));
      expect([...(await store.recordFiles(second))].sort()).toEqual(['7.csv', 'new.csv']);
      expect(await store.files('r')).toEqual(first);
      expect(await store.files('next')).toEqual(second);
      expect(await store.files('next', { limit: 3, offset: 5 })).toEqual(second.slice(5, 8));
      expect(await store.latestIngestion()).toEqual({ runId: 'next', files: 250 });
    });

    it('lists the files that an ingestion refused, with the start of the run that found each so first', async () => {
      const refused = (name: string, change: Partial<FileRecord> = {}) =>
        file(name, { status: 'rejected', reason: 'no header', ...change });
      const first = [file('a.csv'), refused('b.csv'), refused('c.csv'), file('d.csv', { status: 'waiting' })];
      await store.recordFiles(first);
      await store.startRun({ ...run('next'), startedAt: at(7) });
      const second = [file('a.csv'), refused('b.csv'), file('c.csv'), refused('e.csv')];
      await store.recordFiles(second.map((each) => ({ ...each, runId: 'next' })));
      const { startedAt } = run('r');
      expect(await store.rejectedFiles('r', 10)).toEqual([
        { ...refused('b.csv'), since: startedAt },
        { ...refused('c.csv'), since: startedAt },
      ]);
      expect(await store.rejectedFiles('next', 10)).toEqual([
        { ...refused('b.csv', { runId: 'next' }), since: startedAt },
        { ...refused('e.csv', { runId: 'next' }), since: at(7) },
      ]);
      expect(await store.rejectedFiles('next', 1)).toHaveLength(1);
      expect(await store.rejectedFiles('nobody', 10)).toEqual([]);
    });

    it('lists when new contents came, newest first, each time once', async () => {
      const seen = (name: string, sha256 = 'h') => ({ name, sha256 });
      await store.recordSeen('input', [seen('a.csv'), seen('b.csv')], at(1));
      await store.recordSeen('input', [seen('a.csv')], at(2));
      await store.recordSeen('input', [seen('a.csv', 'edited'), seen('b.csv')], at(3));
      await store.recordSeen('input', [seen('outcomes-1.csv')], at(4));
      await store.recordSeen('other', [seen('c.csv')], at(5));
      expect(await store.arrivals('input', 10, ['outcomes-'])).toEqual([at(3), at(1)]);
      expect(await store.arrivals('input', 2, [])).toEqual([at(4), at(3)]);
      expect(await store.arrivals('nowhere', 10, [])).toEqual([]);
    });

    it('records all files of a list or none', async () => {
      const files = Array.from({ length: 500 }, (_, index) => file(`${index}.csv`));
      const wrong = [...files, file('last.csv', { runId: 'nobody' })];
      await expect(store.recordFiles(wrong)).rejects.toMatchObject({ code: 'internal' });
      expect(await store.files('r')).toEqual([]);
    });

    it('keeps nothing of an object but what the record has', async () => {
      await store.recordFiles([Object.assign(file('a.csv'), { extra: 'x' })]);
      await store.recordScore(Object.assign(score(0.5), { extra: { y: 1 } }));
      expect(await store.files('r')).toEqual([file('a.csv')]);
      expect(await store.latestScore('m', 'test')).toEqual(score(0.5));
    });

    it('remembers each content once, by folder, name and hash', async () => {
      await store.recordSeen('input', [{ name: 'a.csv', sha256: '1' }], at(0));
      await store.recordSeen(
        'input',
        [
          { name: 'a.csv', sha256: '1' },
          { name: 'a.csv', sha256: '2' },
          { name: 'ä 😀.csv', sha256: '1' },
        ],
        at(1),
      );
      await store.recordSeen('other', [{ name: 'b.csv', sha256: '1' }], at(0));
      expect(await store.seen('input')).toEqual([
        { name: 'a.csv', sha256: '1' },
        { name: 'a.csv', sha256: '2' },
        { name: 'ä 😀.csv', sha256: '1' },
      ]);
      const many = Array.from({ length: 1500 }, (_, index) => ({ name: `${index}`, sha256: 'h' }));
      await store.recordSeen('many', many, at(2));
      expect(await store.seen('many')).toHaveLength(1500);
    });

    it('keeps a snapshot as it was first recorded', async () => {
      await store.recordSnapshot(snapshot('s1'));
      await store.recordSnapshot(snapshot('s1', { rows: 99, createdAt: at(5) }));
      expect(await store.snapshot('s1')).toEqual(snapshot('s1'));
      expect(await store.latestSnapshot()).toEqual(snapshot('s1'));
    });

    it('calls that snapshot the latest that was recorded last, also when the data went back', async () => {
      await store.recordSnapshot(snapshot('s1'));
      await store.recordSnapshot(snapshot('s2'));
      expect(await store.latestSnapshot()).toEqual(snapshot('s2'));
      await store.recordSnapshot(snapshot('s1', { createdAt: at(8) }));
      expect(await store.latestSnapshot()).toEqual(snapshot('s1'));
    });

    it('keeps a model and its document as they were first recorded', async () => {
      await store.recordModel(model('m1'));
      await store.recordModel(model('m1', { learner: 'boosted', document: {} }));
      await store.recordModel(model('m2', { createdAt: at(1) }));
      expect(await store.model('m1')).toEqual(model('m1'));
    });

    it('keeps the sign of a zero in a document, by which its version was made', async () => {
      const document = { learner: { coefficients: [-0, 0, 1] }, name: 'Ü\0' };
      await store.recordModel(model('m1', { document }));
      expect((await store.model('m1'))?.document).toEqual(document);
    });

    it('lists models without their documents, with the rows of their snapshots', async () => {
      await store.recordSnapshot(snapshot('s'));
      await store.recordSnapshot(snapshot('t', { rows: 8 }));
      await store.recordSnapshot(snapshot('s', { rows: 9 }));
      await store.recordModel(model('m1'));
      await store.recordModel(model('m2', { createdAt: at(1), snapshotId: 'unknown' }));
      const listed = [model('m2', { createdAt: at(1), snapshotId: 'unknown' }), model('m1')].map(
        ({ document: _, ...outline }, index) => ({
          ...outline,
          rows: index === 0 ? null : 7,
          cursor: expect.any(String),
        }),
      );
      expect(await store.models({ limit: 9 })).toEqual(listed);
    });

    it('tells which models nothing holds: none that was live or has a note', async () => {
      expect(await store.unboundModels()).toEqual({ stored: 0, versions: [] });
      for (const [second, version] of ['m1', 'm2', 'm3', 'm4'].entries())
        await store.recordModel(model(version, { createdAt: at(second) }));
      await store.recordDeployment(deployment('d', at(4), 'm2'));
      await store.recordNote({ modelVersion: 'm3', createdAt: at(5), author: 'Ann', text: 'keep' });
      expect(await store.unboundModels()).toEqual({ stored: 4, versions: ['m4', 'm1'] });
    });

    it('gives the points of curves with the newest score only, and every other metric in listings', async () => {
      const metrics = evaluationOf(2);
      const { curves: _, ...without } = metrics;
      for (const version of ['m1', 'm2', 'm3']) await store.recordModel(model(version));
      await store.recordScore(score(0.4, { modelVersion: 'm1' }));
      await store.recordScore(score(0.5, { modelVersion: 'm1', createdAt: at(9), metrics }));
      await store.recordScore(score(0.6, { modelVersion: 'm2' }));
      await store.recordScore(score(0.7, { modelVersion: 'm2', createdAt: at(9), dataset: 'new-data' }));
      expect(await store.latestScore('m1', 'test')).toMatchObject({ metrics });
      const [first, second, ...rest] = await store.scores({ limit: 9, modelVersion: 'm1' });
      expect([first?.metrics, second?.metrics, rest]).toEqual([without, OUTLINE, []]);
      const latest = await store.latestScores(['m1', 'm2', 'm3', 'unknown'], 'test');
      expect([...latest.keys()].sort()).toEqual(['m1', 'm2']);
      const outline = { ...score(0.5, { modelVersion: 'm1', createdAt: at(9) }), metrics: without };
      expect(latest.get('m1')).toEqual(outline);
      expect(latest.get('m2')?.f1).toBe(0.6);
      expect(await store.latestScores([], 'test')).toEqual(new Map());
    });

    it('gives metrics back as they were, with whatever else is among them', async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(1000), fc.jsonValue(), fc.jsonValue(), async (seed, other, beside) => {
          const evaluation = evaluationOf(seed);
          const metrics = { ...evaluation, other, curves: { ...evaluation.curves, beside } };
          await store.recordScore(score(0.5, { metrics }));
          const expected = JSON.parse(JSON.stringify(metrics).replaceAll('-0', '0')) as unknown;
          const { metrics: got } = (await store.latestScore('m', 'test')) ?? {};
          expect(JSON.parse(JSON.stringify(got).replaceAll('-0', '0'))).toEqual(expected);
        }),
        { numRuns: 25 },
      );
    });

    it('lists scores newest first, of one dataset or of all', async () => {
      await store.recordScore(score(0.1));
      await store.recordScore(score(0.2, { dataset: 'new-data', createdAt: at(9) }));
      await store.recordScore(score(0.3));
      const f1 = async (page: Parameters<ScoreStore['scores']>[0]) =>
        (await store.scores(page)).map((s) => s.f1);
      expect(await f1({ limit: 9 })).toEqual([0.3, 0.2, 0.1]);
      expect(await f1({ limit: 9, dataset: 'test' })).toEqual([0.3, 0.1]);
      expect(await f1({ limit: 9, dataset: 'new-data' })).toEqual([0.2]);
      expect(await store.latestScore('m', 'test')).toEqual(score(0.3));
      expect(await store.latestScore('other', 'test')).toBeNull();
    });

    it('gives numbers back bit for bit, and a score that is not a number as such', async () => {
      const numbers = [4 / 7, 0.1 + 0.2, 1e-320, 1 - 2 ** -53, 0];
      for (const f1 of numbers) await store.recordScore(score(f1));
      expect((await store.scores({ limit: 9 })).map(({ f1 }) => f1)).toEqual(numbers.toReversed());
      await store.recordScore(score(Number.NaN));
      expect(await store.latestScore('m', 'test')).toEqual(score(Number.NaN));
    });

    it('tells which model was live at a time', async () => {
      await store.recordDeployment(deployment('d1', at(10), 'm1'));
      await store.recordDeployment(deployment('d2', at(20), 'm2'));
      const live = async (before: string) =>
        (await store.deployments({ limit: 1, before })).map(({ modelVersion }) => modelVersion);
      expect(await live(at(9))).toEqual([]);
      expect(await live(at(15))).toEqual(['m1']);
      expect(await live(at(59))).toEqual(['m2']);
      expect(await store.deployments({ limit: 9 })).toMatchObject([
        deployment('d2', at(20), 'm2'),
        deployment('d1', at(10), 'm1'),
      ]);
    });

    it('goes by the order of recording where clocks disagree', async () => {
      await store.recordDeployment(deployment('d1', at(10), 'm1'));
      await store.recordDeployment(deployment('ahead', at(40), 'm2'));
      await store.recordDeployment(deployment('d3', at(20), 'm1'));
      const ids = async (page: Parameters<DeploymentStore['deployments']>[0]) =>
        (await store.deployments(page)).map(({ id }) => id);
      expect(await ids({ limit: 9 })).toEqual(['d3', 'ahead', 'd1']);
      expect(await ids({ limit: 1, before: at(50) })).toEqual(['d3']);
      expect(await ids({ limit: 1, before: at(30) })).toEqual(['d3']);
      expect(await ids({ limit: 1, before: at(15) })).toEqual(['d1']);
      expect((await walk((page) => store.deployments(page), 1)).map(({ id }) => id)).toEqual([
        'd3',
        'ahead',
        'd1',
      ]);

      await store.startRun(run('ahead', at(59)));
      await store.startRun(run('last', at(30)));
      expect((await store.runs({ limit: 1 })).map(({ id }) => id)).toEqual(['last']);
      await store.recordScore(score(0.1, { createdAt: at(59) }));
      await store.recordScore(score(0.2));
      expect((await store.latestScore('m', 'test'))?.f1).toBe(0.2);
    });

    it('records a deployment once, and finds it by its id', async () => {
      const first = deployment('d1', at(10), 'm1');
      await store.recordDeployment(first);
      await store.recordDeployment({ ...first, reason: 'again' });
      await store.settle();
      expect(await store.deployments({ limit: 9 })).toEqual([await store.deployment('d1')]);
      expect(await store.deployment('d1')).toMatchObject({ ...first, verb: 'run', trigger: 'command' });
      expect(await store.deployment('d2')).toBeNull();
    });

    it('tells of a deployment what brought it about, and lists those of one model', async () => {
      await store.startRun({ ...run('undo', at(1), 'rollback'), trigger: 'api' });
      await store.recordDeployment(deployment('d1', at(10), 'm1'));
      await store.recordDeployment({ ...deployment('d2', at(10), 'm2'), runId: 'undo' });
      await store.recordDeployment(deployment('d3', at(10), 'm1'));
      const told = (await store.deployments({ limit: 9 })).map(({ id, verb, trigger }) => [
        id,
        verb,
        trigger,
      ]);
      expect(told).toEqual([
        ['d3', 'run', 'command'],
        ['d2', 'rollback', 'api'],
        ['d1', 'run', 'command'],
      ]);
      const first = await store.deployments({ limit: 1, modelVersion: 'm1' });
      const rest = await store.deployments({ limit: 9, modelVersion: 'm1', before: first[0]?.cursor ?? '' });
      expect([...first, ...rest].map(({ id }) => id)).toEqual(['d3', 'd1']);
    });

    it('keeps notes in the order in which they were made, of one model or of all', async () => {
      const note = (modelVersion: string, text: string, createdAt = at(6)) => ({
        modelVersion,
        createdAt,
        author: 'Kim Ü',
        text,
      });
      const notes = [note('m1', 'first'), note('m2', 'it\'s\n"second" 😀'), note('m1', 'third')];
      for (const each of notes) await store.recordNote(each);
      const listed = notes.toReversed().map((each) => ({ ...each, cursor: expect.any(String) }));
      expect(await store.notes({ limit: 9 })).toEqual(listed);
      expect(
        (await walk((page) => store.notes({ ...page, modelVersion: 'm1' }), 1)).map((n) => n.text),
      ).toEqual(['third', 'first']);
    });

    it('finds versions by how they begin, newest first, and takes no wildcards', async () => {
      for (const [index, version] of ['ab1', 'ab2', 'a%', 'b_'].entries())
        await store.recordModel(model(version, { createdAt: at(index) }));
      expect(await store.versions('ab', 9)).toEqual(['ab2', 'ab1']);
      expect(await store.versions('ab', 1)).toEqual(['ab2']);
      expect(await store.versions('', 9)).toEqual(['b_', 'a%', 'ab2', 'ab1']);
      expect(await store.versions('a%', 9)).toEqual(['a%']);
      await store.recordModel(model('c\u{10FFFE}x', { createdAt: at(9) }));
      expect(await store.versions('c', 9)).toEqual(['c\u{10FFFE}x']);
      for (const unknown of ['AB', '%', 'ab12', "'; drop table models"])
        expect(await store.versions(unknown, 9)).toEqual([]);
    });

    it('forgets the models that are named, and keeps what they scored', async () => {
      for (const version of ['m1', 'm2', 'm3']) await store.recordModel(model(version));
      await store.recordScore(score(0.5, { modelVersion: 'm1' }));
      expect(await store.removeModels([])).toBe(0);
      expect(await store.removeModels(['m1', 'm3', 'nobody'])).toBe(2);
      expect(await store.versions('', 9)).toEqual(['m2']);
      expect(await store.model('m1')).toBeNull();
      expect(await store.latestScore('m1', 'test')).toMatchObject({ f1: 0.5 });
    });

    it('has one open challenge at most, from its start over its rows to its end', async () => {
      const challenge = (challenger: string, openedAt = at(6)) => ({
        runId: 'r',
        challenger,
        champion: 'm1',
        openedAt,
        state: duelOf(1, 0),
      });
      const open = { rows: 0, status: 'open', decidedRun: null, decidedAt: null, reason: null };
      expect(await store.openChallenge()).toBeNull();
      await store.startChallenge(challenge('m2'));
      expect(await store.openChallenge()).toEqual({ ...challenge('m2'), ...open });
      const state = duelOf(1, 40);
      await store.advanceChallenge({ challenger: 'm2', rows: 40, state });
      expect(await store.openChallenge()).toMatchObject({ rows: 40, state });

      await store.startChallenge(challenge('m3', at(7)));
      expect(await store.openChallenge()).toMatchObject({ challenger: 'm3', rows: 0 });
      const old = { challenger: 'm2', rows: 41, state };
      await expect(store.advanceChallenge(old)).rejects.toMatchObject({ code: 'internal' });
      const end = {
        challenger: 'm3',
        status: 'retired',
        runId: 'r',
        at: at(9),
        reason: 'no better',
      } as const;
      await store.endChallenge(end);
      await expect(store.endChallenge(end)).rejects.toMatchObject({ code: 'internal' });
      expect(await store.openChallenge()).toBeNull();
      const all = await walk((page) => store.challenges(page), 1);
      expect(all).toMatchObject([
        { challenger: 'm3', status: 'retired', decidedRun: 'r', decidedAt: at(9), reason: 'no better' },
        { challenger: 'm2', status: 'superseded', rows: 40, decidedRun: 'r', decidedAt: at(7) },
      ]);
    });

    it('keeps checks with their outcome as true or false', async () => {
      await store.recordCheck(check('raw', false));
      await store.recordCheck(check('significant', true));
      const listed = [check('significant', true), check('raw', false)].map(({ details: _, ...outline }) => ({
        ...outline,
        cursor: expect.any(String),
      }));
      expect(await store.checks({ limit: 9 })).toEqual(listed);
    });

    it('finds the newest check of a kind, of a model or of any', async () => {
      const gate = { ...check('better', true, at(9)), kind: 'gate' as const, details: GATE_DETAILS };
      await store.recordCheck(check('raw', false));
      await store.recordCheck(gate);
      await store.recordCheck({ ...check('raw', true, at(7)), modelVersion: 'm2' });
      expect(await store.latestCheck('gate')).toEqual(gate);
      expect(await store.latestCheck('drift')).toMatchObject({ modelVersion: 'm2', createdAt: at(7) });
      expect(await store.latestCheck('drift', 'm')).toEqual(check('raw', false));
      expect(await store.latestCheck('gate', 'm2')).toBeNull();
      expect((await store.checks({ limit: 9, kind: 'drift' })).map(({ createdAt }) => createdAt)).toEqual([
        at(7),
        at(5),
      ]);
    });

    it('gives the diagnostics that were recorded last', async () => {
      const diagnostics = (seed: number) => {
        return { runId: 'r', createdAt: at(6), snapshotId: 's', values: diagnosticsOf(seed) };
      };
      await store.recordDiagnostics(diagnostics(1));
      await store.recordDiagnostics(diagnostics(2));
      expect(await store.latestDiagnostics()).toEqual(diagnostics(2));
    });

    it('gives any JSON back as it was', async () => {
      let index = 0;
      await fc.assert(
        fc.asyncProperty(fc.jsonValue(), async (summary) => {
          const id = `json-${index++}`;
          await store.startRun(run(id));
          await store.finishRun(id, succeeded(summary));
          expect((await store.run(id))?.summary).toEqual(JSON.parse(JSON.stringify(summary)));
        }),
        { numRuns: 50, examples: [['\0'], ['\ud800'], ['😀'], [null], [0], [''], [{ __proto__: 1 }]] },
      );
    });

    it('keeps a document of many megabytes', async () => {
      const trees = Array.from({ length: 100_000 }, (_, index) => [index, index / 7, 'é']);
      await store.recordModel(model('big', { document: { trees } }));
      expect((await store.model('big'))?.document).toEqual({ trees });
    });

    it('shows a null byte in text as a symbol, and cuts nothing off', async () => {
      await store.recordFiles([file('a\0b.csv', { reason: 'line 3: "\0" is no number' })]);
      expect(await store.files('r')).toEqual([
        file('a␀b.csv', {
          sha256: 'hash of a␀b.csv',
          reason: 'line 3: "␀" is no number',
        }),
      ]);
    });
  });

  describe('that is listed page by page', () => {
    let store: Store;
    beforeAll(async () => {
      store = await openStore(newUrl());
      await store.startRun(run('r', at(0), 'ingest'));
      for (let index = 0; index < 1000; index++) {
        await store.startRun(run(`${index}`, at(Math.floor(index / 37) % 5)));
      }
    });
    afterAll(() => store.close());

    it.each([1000, 37, 7])('gives each of 1,000 runs exactly once, %d at a time', async (limit) => {
      const all = await walk((page) => store.runs({ ...page, verb: 'run' }), limit);
      expect(all.map(({ id }) => id)).toEqual(Array.from({ length: 1000 }, (_, index) => `${999 - index}`));
    });

    it('gives the same pages while newer runs arrive', async () => {
      const [first] = await store.runs({ limit: 1 });
      const next = () => store.runs({ limit: 3, before: first?.cursor ?? '' });
      const before = await next();
      await store.startRun(run('newer', at(59)));
      expect(await next()).toEqual(before);
    });

    it('leaves out what started at the time itself when given a time alone', async () => {
      const rest = await store.runs({ limit: 2000, before: at(1) });
      expect(new Set(rest.map(({ startedAt }) => startedAt))).toEqual(new Set([at(0)]));
    });

    it('pages models, scores, deployments and checks whose times are all equal', async () => {
      const numbers = Array.from({ length: 25 }, (_, index) => index);
      for (const index of numbers) {
        await store.recordModel(model(`m${index}`));
        await store.recordScore(score(index, { dataset: index % 2 === 0 ? 'test' : 'new-data' }));
        await store.recordDeployment(deployment(`d${index}`));
        await store.recordCheck(check(`${index}`, true));
      }
      const newestFirst = numbers.toReversed();
      expect((await walk(store.models, 4)).map((m) => m.version)).toEqual(newestFirst.map((n) => `m${n}`));
      expect((await walk(store.scores, 4)).map((s) => s.f1)).toEqual(newestFirst);
      expect((await walk((page) => store.scores({ ...page, dataset: 'test' }), 4)).map((s) => s.f1)).toEqual(
        newestFirst.filter((n) => n % 2 === 0),
      );
      expect((await walk(store.deployments, 4)).map((d) => d.id)).toEqual(newestFirst.map((n) => `d${n}`));
      expect((await walk(store.checks, 4)).map((c) => c.rule)).toEqual(newestFirst.map(String));
    });
  });

  // Those of a server are in store-servers.test.ts.
  describe.runIf(!ownClock)('and its leases', () => {
    let store: Store;
    beforeEach(async () => {
      store = await openStore(newUrl());
      return () => store.close();
    });
    const time = (second: number) => new Date(at(second));

    it('gives a free lease, holds it against others, and frees it', async () => {
      expect(await store.acquireLease('run', 'ann', time(0), 10_000)).toMatchObject({
        kind: 'acquired',
        takenOver: null,
      });
      const holder = { owner: 'ann', acquiredAt: at(0), expiresAt: at(10) };
      expect(await store.acquireLease('run', 'bob', time(9), 10_000)).toEqual({ kind: 'held', holder });
      expect(await store.leaseHolder('run', time(9))).toEqual(holder);
      expect(await store.leaseHolder('run', time(10))).toBeNull();
      expect(await store.leaseHolder('other', time(9))).toBeNull();
      expect(await store.acquireLease('other', 'bob', time(9), 10_000)).toMatchObject({ kind: 'acquired' });
      await store.releaseLease('run', 'bob');
      expect(await store.acquireLease('run', 'bob', time(9), 10_000)).toEqual({ kind: 'held', holder });
      await store.releaseLease('run', 'ann');
      expect(await store.acquireLease('run', 'bob', time(9), 10_000)).toMatchObject({
        kind: 'acquired',
        takenOver: null,
      });
    });

    it('lets a lease that has expired be taken over, and says from whom', async () => {
      await store.acquireLease('run', 'ann', time(0), 10_000);
      expect(await store.acquireLease('run', 'bob', time(10), 10_000)).toMatchObject({
        kind: 'acquired',
        takenOver: { owner: 'ann', acquiredAt: at(0), expiresAt: at(10) },
      });
      expect(await store.renewLease('run', 'ann', time(11), 10_000)).toBe(false);
      await store.releaseLease('run', 'ann');
      expect(await store.acquireLease('run', 'cy', time(12), 10_000)).toMatchObject({ kind: 'held' });
    });

    it('keeps a lease that its owner renews', async () => {
      await store.acquireLease('run', 'ann', time(0), 10_000);
      expect(await store.renewLease('run', 'ann', time(8), 10_000)).toBe(true);
      expect(await store.acquireLease('run', 'bob', time(17), 10_000)).toEqual({
        kind: 'held',
        holder: { owner: 'ann', acquiredAt: at(0), expiresAt: at(18) },
      });
      expect(await store.renewLease('nothing', 'ann', time(8), 10_000)).toBe(false);
    });

    it('gives the owner its own lease again', async () => {
      await store.acquireLease('run', 'ann', time(0), 10_000);
      expect(await store.acquireLease('run', 'ann', time(5), 10_000)).toMatchObject({
        kind: 'acquired',
        takenOver: null,
      });
      expect(await store.acquireLease('run', 'bob', time(14), 1)).toMatchObject({ kind: 'held' });
    });
  });

  describe('shared by several connections', () => {
    it('shows what another connection has written, and its transactions wait for each other', async () => {
      const url = newUrl();
      const [ann, bob] = await Promise.all([openStore(url), openStore(url)]);
      await Promise.all(
        Array.from({ length: 300 }, async (_, index) => {
          const [mine, other] = index % 2 === 0 ? [ann, bob] : [bob, ann];
          await mine.startRun(run(`${index}`));
          await mine.recordFiles([
            file('a.csv', { runId: `${index}` }),
            file('b.csv', { runId: `${index}` }),
          ]);
          expect(await other.files(`${index}`)).toHaveLength(2);
        }),
      );
      expect(await ann.runs({ limit: 1000 })).toHaveLength(300);
      await Promise.all([ann.close(), bob.close()]);
    });

    it('is opened and made by several processes at once', async () => {
      const url = newUrl();
      const children = ['1', '2', '3'].map((name) => said(startChild('open', url, name)));
      expect(await Promise.all(children)).toEqual(['true', 'true', 'true']);
    });

    it('is written by several processes at once without a loss, and leases to exactly one', async () => {
      const url = newUrl();
      const names = ['ann', 'bob', 'cy'];
      const writers = names.map((name) => said(startChild('write', url, name)));
      const leases = names.map((name) => said(startChild('lease', url, name)));
      expect(await Promise.all(writers)).toEqual(['done', 'done', 'done']);
      expect((await Promise.all(leases)).sort()).toEqual(['acquired', 'held', 'held']);
      const store = await openStore(url);
      const runs = await store.runs({ limit: 1000 });
      expect(new Set(runs.map(({ id }) => id)).size).toBe(300);
      await store.close();
    });

    it.each([1, 20, 101])(
      'loses nothing that was said to be done before a kill, at line %d',
      async (lines) => {
        const url = newUrl();
        const heard = await saidUntilKilled(startChild('write-until-killed', url, 'w'), lines);
        expect(heard.length).toBeGreaterThanOrEqual(lines);
        const store = await openStore(url);
        for (const line of heard) {
          const [done, id = ''] = line.split(' ');
          const record = await store.run(id);
          if (done === 'finished') expect(record).toMatchObject({ status: 'succeeded' });
          if (done === 'started') expect(record).not.toBeNull();
          if (done === 'recorded') expect(await store.files(id)).toHaveLength(450);
        }
        for (const { id } of await store.runs({ limit: 10_000 })) {
          expect([0, 450]).toContain((await store.files(id)).length);
        }
        const running = (await store.runs({ limit: 10_000 })).filter(({ status }) => status === 'running');
        expect(await store.abandonRuns('', at(9))).toBe(running.length);
        await store.startRun(run('next'));
        expect(await store.acquireLease('run', 'next', new Date(at(0)), 1)).toMatchObject({
          kind: 'acquired',
        });
        await store.close();
      },
    );
  });
});

describe('a state store in a SQLite file', () => {
  it('is made with its folder, and holds everything in the one file once closed', async () => {
    const path = join(folder, 'a', 'b c', 'état.db');
    const store = await openStore(path);
    await store.startRun(run('r'));
    await store.close();
    await store.close();
    const copy = newFile();
    copyFileSync(path, copy);
    const reopened = await openStore(copy);
    expect(await reopened.run('r')).toMatchObject({ id: 'r' });
    await reopened.close();
  });

  it('is not touched where it is no database', async () => {
    const path = newFile();
    writeFileSync(path, 'client,exited\n'.repeat(300));
    await expect(openStore(path)).rejects.toMatchObject({
      code: 'store-unavailable',
      message: expect.stringMatching(/not a SQLite database.*"store"/s),
    });
    expect(readFileSync(path, 'utf8')).toBe('client,exited\n'.repeat(300));
  });

  it('says so where the path is a folder', async () => {
    await expect(openStore(folder)).rejects.toMatchObject({
      code: 'store-unavailable',
      message: expect.stringContaining(folder),
    });
  });

  it.skipIf(process.getuid?.() === 0)('says so where it may not be written', async () => {
    const path = newFile();
    await (await openStore(path)).close();
    chmodSync(path, 0o444);
    await expect(openStore(path).then((store) => store.startRun(run('r')))).rejects.toMatchObject({
      code: 'store-unavailable',
    });
  });

  it.each(['tidewatch.db', 'mssql://ann:secret@host/db', 'postgres://ann:se%cret@h/db', ''])(
    'refuses the place "%s"',
    async (url) => {
      const refused = await openStore(url).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'config-invalid' });
      expect(String(refused)).not.toContain('secret');
    },
  );

  it('is refused, and left as it is, where a newer version made it', async () => {
    const path = newFile();
    await (await openStore(path)).close();
    const raw = new Database(path);
    raw.exec("insert into kysely_migration (name, timestamp) values ('0999-later', '2030-01-01')");
    raw.close();
    await expect(openStore(path)).rejects.toMatchObject({
      code: 'store-unavailable',
      message: expect.stringMatching(/newer version.*0999-later.*Install/s),
    });
  });

  it('is not ready once its schema is another version’s, or once it is closed', async () => {
    const path = newFile();
    const store = await openStore(path);
    const raw = new Database(path, { timeout: 1000 });
    raw.exec("insert into kysely_migration (name, timestamp) values ('0999-later', '2030-01-01')");
    expect(await store.ready()).toBe(false);
    raw.exec("delete from kysely_migration where name = '0999-later'");
    raw.close();
    expect(await store.ready()).toBe(true);
    await store.close();
    expect(await store.ready()).toBe(false);
    await expect(store.run('r')).rejects.toMatchObject({ code: 'store-unavailable' });
  });

  it('gives up when another holds it too long, without stopping the event loop, and goes on after', async () => {
    const path = newFile();
    const store = await openStore(path, { busyTimeoutMs: 200 });
    const raw = new Database(path);
    raw.exec('begin immediate');
    let ticks = 0;
    const ticker = setInterval(() => ticks++, 1);
    await expect(store.startRun(run('r'))).rejects.toMatchObject({
      code: 'store-unavailable',
      message: expect.stringContaining('Another process'),
    });
    clearInterval(ticker);
    expect(ticks).toBeGreaterThan(1);
    raw.exec('rollback');
    raw.close();
    await store.startRun(run('r'));
    expect(await store.run('r')).not.toBeNull();
    await store.close();
  });
});
