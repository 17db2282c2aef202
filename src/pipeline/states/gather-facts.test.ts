/** Facts out of a real store and a real folder: only the clock and the deployment are made up. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { driftDetailsOf, GATE_DETAILS } from '../../../test/stored-values.ts';
import { systemClock } from '../../base/clock.ts';
import { TidewatchError } from '../../base/errors.ts';
import { loadWorkspace } from '../../config/load.ts';
import type { LiveFolder } from '../../store/live/live-folder.ts';
import type { CheckRecord } from '../../store/port/checks.ts';
import type { FileRecord } from '../../store/port/files.ts';
import type { RunStatus } from '../../store/port/runs.ts';
import type { Store } from '../../store/port.ts';
import { openStore } from '../../store/store.ts';
import { snapshots } from '../open-engine.ts';
import { ownerName } from '../run/lock-owner.ts';
import { type Asking, gatherFacts } from './gather-facts.ts';
import { standOf } from './table.ts';

const NOW = new Date('2026-03-02T09:00:00.000Z');
const at = (minute: number) => new Date(Date.UTC(2026, 2, 2, 8, minute)).toISOString();
const NO_LIVE = { read: () => null } as unknown as LiveFolder;

let root: string;
let store: Store;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'facts-'));
  const folders = ['input_folder_path', 'output_folder_path', 'test_data_path', 'output_model_path'];
  const config = Object.fromEntries([...folders, 'prod_deployment_path'].map((key) => [key, key]));
  writeFileSync(join(root, 'config.json'), JSON.stringify(config));
  mkdirSync(join(root, 'input_folder_path'));
  store = await openStore(join(root, 'state.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(root, { recursive: true, force: true });
});

const gather = (asking: Asking | null = null, live = NO_LIVE) =>
  gatherFacts(
    {
      clock: { ...systemClock, now: () => NOW },
      workspace: loadWorkspace(root),
      snapshots,
      store: async () => store,
      live,
    },
    asking,
  );
const statesOf = async (...args: Parameters<typeof gather>) =>
  standOf(await gather(...args)).states.map(({ id, severity }) => `${severity} ${id}`);

async function run(
  id: string,
  status: RunStatus,
  { verb = 'run', minute = 0, summary = null as unknown } = {},
): Promise<void> {
  await store.startRun({ id, verb, trigger: 'command', version: '1', startedAt: at(minute) });
  if (status === 'running') return;
  const error = status === 'failed' ? { code: 'input-empty', message: 'No file.' } : null;
  await store.finishRun(id, { status, result: null, error, summary, finishedAt: at(minute + 1) });
}

const file = (runId: string, name: string, status: FileRecord['status']): FileRecord => ({
  ...{ runId, name, status, folder: 'input_folder_path', sha256: name, bytes: 1, read: 1, kept: 1 },
  ...{ duplicates: 0, quarantined: 0, reason: status === 'rejected' ? 'It has no header.' : null },
});

describe('gatherFacts', () => {
  it('finds nothing in a new workspace', async () => {
    expect(await gather()).toMatchObject({
      at: NOW.toISOString(),
      inputFolder: 'input_folder_path',
      ...{ damage: null, model: null, data: null, lastRun: null, running: null, check: null },
      ...{ refused: [], deliveries: { times: [], overdueDays: null }, challenge: null, before: [] },
    });
    expect(await statesOf()).toEqual(['act no-data']);
  });

  it('tells the damage of a deployment', async () => {
    const read = (): never => {
      throw new TidewatchError('deployment-damaged', 'latestscore.txt is gone.');
    };
    expect((await gather(null, { read } as unknown as LiveFolder)).damage).toBe('latestscore.txt is gone.');
  });

  it('takes a run that nobody holds the lock of for interrupted, and one that is held for running', async () => {
    await run('r1', 'running');
    expect(await gather()).toMatchObject({ running: null, lastRun: { id: 'r1', status: 'abandoned' } });
    expect(await statesOf()).toEqual(['act run-interrupted', 'act no-data']);
    await store.acquireLease('run', ownerName('r1'), NOW, 60_000);
    expect(await gather()).toMatchObject({ running: { id: 'r1', verb: 'run' }, lastRun: null });
    expect(await statesOf()).toEqual(['unknown no-data']);
  });

  it('does not tell a run of the one before it, nor of itself', async () => {
    await run('r1', 'failed');
    await run('r2', 'running', { minute: 5 });
    await store.acquireLease('run', ownerName('r2'), NOW, 60_000);
    expect(await statesOf()).toEqual(['look run-failed', 'unknown no-data']);
    const asking = { runId: 'r2', isRun: true, failedSources: [{ name: 'crm', message: 'Gone.' }] };
    expect(await statesOf(asking)).toEqual(['act no-data', 'look source-failed']);
  });

  it('tells of the newest failure of each command since the last run that succeeded', async () => {
    await run('p0', 'failed', { verb: 'publish' });
    await run('r1', 'succeeded', { minute: 2 });
    expect((await gather()).failedVerbs).toEqual([]);
    await run('c1', 'failed', { verb: 'call', minute: 4 });
    await run('c2', 'succeeded', { verb: 'call', minute: 6 });
    await run('p1', 'failed', { verb: 'publish', minute: 8 });
    expect((await gather()).failedVerbs.map(({ id }) => id)).toEqual(['p1']);
  });

  it('reads from the summary of the last run that succeeded what held and which source failed', async () => {
    const states = [{ id: 'input-moved', since: at(0) }];
    const sources = [
      { name: 'crm', error: { code: 'source-unavailable', message: 'Gone.' } },
      { name: 'erp', error: null },
    ];
    await run('r1', 'succeeded', { summary: { severity: 'look', headline: 'Moved.', states, sources } });
    await run('r2', 'failed', { minute: 3 });
    expect(await gather()).toMatchObject({
      before: states,
      failedSources: [{ name: 'crm', message: 'Gone.' }],
      lastRun: { id: 'r2' },
    });
  });

  it('tells of refused files of the newest ingestion until they are taken away', async () => {
    await run('r1', 'succeeded');
    for (const name of ['a.csv', 'b.csv']) writeFileSync(join(root, 'input_folder_path', name), 'x');
    await store.recordFiles([
      file('r1', 'a.csv', 'accepted'),
      file('r1', 'b.csv', 'rejected'),
      file('r1', 'gone.csv', 'rejected'),
    ]);
    expect((await gather()).refused).toEqual([{ name: 'b.csv', reason: 'It has no header.', since: at(0) }]);
    rmSync(join(root, 'input_folder_path', 'b.csv'));
    expect((await gather()).refused).toEqual([]);
  });

  it('tells when new files came, but not those that the system wrote itself', async () => {
    for (const [minute, name] of ['a.csv', 'outcomes-x.csv', 'readmitted-y.csv', 'b.csv'].entries()) {
      await store.recordSeen('input_folder_path', [{ name, sha256: name }], at(minute));
    }
    expect((await gather()).deliveries.times).toEqual([at(3), at(0)]);
  });

  it('reads the newest check that saw new rows, where the newest saw none', async () => {
    await run('r1', 'succeeded');
    const check: CheckRecord<'drift'> = {
      ...{ runId: 'r1', modelVersion: 'old', createdAt: at(0), kind: 'drift', rule: 'raw', outcome: false },
      ...{ rows: 9, observed: null, expected: 0.5, reason: 'None.', details: driftDetailsOf(0) },
    };
    await store.recordCheck(check);
    expect((await gather()).checkBefore).toBeNull();
    await store.recordCheck({ ...check, modelVersion: 'new', rows: 0 });
    expect(await gather()).toMatchObject({
      check: { modelVersion: 'new', rows: 0 },
      checkBefore: { modelVersion: 'old', rows: 9 },
    });
  });

  it('reads the newest check of drift', async () => {
    await run('r1', 'succeeded');
    const check: CheckRecord<'drift'> = {
      ...{ runId: 'r1', modelVersion: 'm', createdAt: at(0), kind: 'drift', rule: 'raw', outcome: true },
      ...{ rows: 9, observed: 0.4, expected: 0.5, reason: 'F1 is lower.', details: driftDetailsOf(2) },
    };
    await store.recordCheck({ ...check, rows: 8 });
    await store.recordCheck(check);
    await store.recordCheck({ ...check, kind: 'gate', outcome: false, details: GATE_DETAILS });
    expect(await gather()).toMatchObject({
      check: { at: at(0), drift: true, rows: 9, unlabelled: 2 },
      // Nothing is live that the refusal could be of.
      refusal: null,
    });
  });
});
