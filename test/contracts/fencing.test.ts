/** What a lease promises to its owner, and what an owner that has lost it can no longer do, over every state store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silentProgress } from '../../src/base/progress.ts';
import { type Session, withSession } from '../../src/pipeline/run/session.ts';
import { openDatabase } from '../../src/store/databases/database.ts';
import { openLiveFolder } from '../../src/store/live/live-folder.ts';
import type { HeldLease } from '../../src/store/port/leases.ts';
import type { Store } from '../../src/store/port.ts';
import { openStore } from '../../src/store/store.ts';
import { diagnosticsOf, duelOf, evaluationOf, GATE_DETAILS } from '../stored-values.ts';
import { at, run, STORES } from './stores.ts';

const home = mkdtempSync(join(tmpdir(), 'fencing-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const TTL_MS = 60_000;

/** Every method that writes, called with something that a store takes. */
const WRITES = {
  startRun: (store) => store.startRun(run('late')),
  finishRun: (store) =>
    store.finishRun('r', {
      finishedAt: at(9),
      status: 'succeeded',
      result: null,
      error: null,
      summary: null,
    }),
  abandonRuns: (store) => store.abandonRuns('other', at(9)),
  settle: (store) => store.settle(),
  forgetSummaries: (store) => store.forgetSummaries(0),
  startStep: (store) => store.startStep({ runId: 'r', name: 'late', startedAt: at(9) }),
  finishStep: (store) => store.finishStep('r', 'ingest', { seconds: 1, status: 'succeeded', note: '' }),
  recordLog: (store) =>
    store.recordLog('r', [{ place: 0, at: at(9), level: 'info', step: null, message: 'late' }]),
  endLog: (store) => store.endLog('r', { succeeded: true, dropped: 0 }, 10),
  recordFiles: (store) =>
    store.recordFiles([
      {
        ...{
          runId: 'r',
          folder: 'f',
          name: 'a.csv',
          sha256: 'h',
          bytes: 1,
          status: 'accepted',
          reason: null,
        },
        ...{ read: 1, kept: 1, duplicates: 0, quarantined: 0 },
      },
    ]),
  recordSnapshot: (store) =>
    store.recordSnapshot({
      ...{ id: 's', runId: 'r', createdAt: at(9), rows: 1, read: 1, duplicates: 0, quarantined: 0 },
      ...{ parquetPath: 'p', columns: [] },
    }),
  recordModel: (store) => store.recordModel(model('late')),
  recordScore: (store) =>
    store.recordScore({
      ...{ runId: 'r', modelVersion: 'm', createdAt: at(9), dataset: 'test', datasetId: 'd' },
      ...{ rows: 1, f1: 0.5, metrics: evaluationOf(1) },
    }),
  recordDeployment: (store) => store.recordDeployment(deployment('late')),
  recordCheck: (store) =>
    store.recordCheck({
      ...{ runId: 'r', modelVersion: 'm', createdAt: at(9), kind: 'gate', rule: 'always', outcome: true },
      ...{ rows: 1, observed: 1, expected: 1, reason: '', details: GATE_DETAILS },
    }),
  recordNote: (store) => store.recordNote({ modelVersion: 'm', createdAt: at(9), author: 'a', text: 't' }),
  startChallenge: (store) =>
    store.startChallenge({ runId: 'r', challenger: 'c', champion: 'm', openedAt: at(9), state: duelOf(1) }),
  advanceChallenge: (store) => store.advanceChallenge({ challenger: 'c', rows: 1, state: duelOf(1) }),
  endChallenge: (store) =>
    store.endChallenge({ challenger: 'c', status: 'retired', runId: 'r', at: at(9), reason: '' }),
  removeModels: (store) => store.removeModels(['m']),
  recordDiagnostics: (store) =>
    store.recordDiagnostics({ runId: 'r', createdAt: at(9), snapshotId: 's', values: diagnosticsOf(1) }),
  recordScoring: (store) =>
    store.recordScoring(
      { runId: 'r', modelVersion: 'm', snapshotId: 's', createdAt: at(9), clients: 1, reference: 'a' },
      10,
    ),
  replaceRows: (store) => store.replaceRows(1, 'a'),
  replaceScores: (store) => store.replaceScores('r', 'a'),
  recordClientNote: (store) =>
    store.recordClientNote({ clientId: 'c', createdAt: at(9), author: 'a', text: 't' }),
  recordOutcome: (store) =>
    store.recordOutcome({ clientId: 'c', createdAt: at(9), outcome: 'left', at: at(8), author: 'a' }),
  settleOutcomes: (store) => store.settleOutcomes([1], 'f.csv'),
  recordReadmissions: (store) =>
    store.recordReadmissions([{ name: 'a.csv', line: 2, sha256: 'h', createdAt: at(9), file: 'b.csv' }]),
  recordWatch: (store) =>
    store.recordWatch({
      ...{ runId: 'r', modelVersion: 'm', createdAt: at(9), rows: [], estimate: null, truths: [] },
      states: [{ name: 'waiting', rows: 1, state: { until: null } }],
    }),
  recordMeasurements: (store) =>
    store.recordMeasurements([{ runId: 'r', name: 'psi', at: at(9), value: 0.1 }]),
  recordSeen: (store) => store.recordSeen('f', [{ name: 'a.csv', sha256: 'h' }], at(9)),
  whileHeld: (store) => store.whileHeld(() => expect.fail('it was done')),
} satisfies Partial<Record<keyof Store, (store: Store) => Promise<unknown>>>;

/** The rest: what reads, and leases and connections themselves. */
const UNFENCED = [
  ...[
    'run',
    'runs',
    'steps',
    'runLog',
    'logLines',
    'stepHistory',
    'files',
    'rejectedFiles',
    'leaseHolder',
    'arrivals',
    'latestIngestion',
    'seen',
  ],
  ...['snapshot', 'latestSnapshot', 'snapshots', 'model', 'models', 'versions', 'unboundModels', 'scores'],
  ...[
    'latestScore',
    'latestScores',
    'deployment',
    'deployments',

    'notes',
    'openChallenge',
    'challenges',
    'checks',
  ],
  ...['latestCheck', 'latestDiagnostics', 'scorings', 'clientNotes'],
  ...[
    'outcomes',
    'waitingOutcomes',
    'readmissions',
    'monitorState',
    'watchedRows',
    'judgedLooks',
    'estimates',
    'cohorts',
  ],
  ...['keptReferences', 'inlineRows', 'inlineScoring', 'inlineScores'],
  ...['measurements', 'measurementBuckets', 'measurementNames'],
  ...['acquireLease', 'renewLease', 'releaseLease', 'keepLease', 'fencedBy', 'ready', 'close'],
];

const model = (version: string) => ({
  ...{
    version,
    runId: 'r',
    createdAt: at(2),
    snapshotId: 's',
    learner: 'logistic',
    seconds: 1,
    document: {},
  },
});
const deployment = (id: string) => ({
  ...{ id, runId: 'r', modelVersion: 'm', deployedAt: at(3), f1: 0.5, reason: '' },
});

describe.each(STORES)('leases of $name', ({ newUrl }) => {
  let url: string;
  let ann: Store;
  let bob: Store;
  beforeEach(async () => {
    url = newUrl();
    ann = await openStore(url);
    bob = await openStore(url);
    await ann.startRun(run('r'));
    await ann.recordModel(model('m'));
    return async () => {
      await ann.close();
      await bob.close();
    };
  });

  const acquire = async (store: Store, owner: string, above?: number): Promise<HeldLease> => {
    const answer = await store.acquireLease('run', owner, new Date(), TTL_MS, above);
    if (answer.kind === 'held') throw new Error(`held by ${answer.holder.owner}`);
    return { name: 'run', owner, token: answer.token, ttlMs: TTL_MS };
  };
  const change = async (set: string): Promise<void> => {
    const { db, dialect } = await openDatabase(url, {});
    await sql.raw(`update leases set ${set}`).execute(db);
    await dialect.close(db);
  };
  const expire = () => change(`expires_at = '2000-01-01T00:00:00.000Z'`);
  /** Waits until a lease of that length, taken now, has run out by the clock of the store. */
  const pass = async (lengthMs: number): Promise<void> => {
    await ann.acquireLease('other', 'ann', new Date(), lengthMs);
    const kind = async () => (await bob.acquireLease('other', 'bob', new Date(), 1)).kind;
    await expect.poll(kind, { timeout: 60_000 }).toBe('acquired');
  };
  /** A lease that its owner has lost, and whose new owner is done already. */
  const lost = async (): Promise<Store> => {
    const lease = await acquire(ann, 'ann');
    await expire();
    await acquire(bob, 'bob');
    await bob.releaseLease('run', 'bob');
    return ann.fencedBy(lease);
  };
  const content = async (): Promise<unknown> => ({
    runs: await bob.runs({ limit: 9 }),
    models: await bob.models({ limit: 9 }),
    deployments: await bob.deployments({ limit: 9 }),
    outcomes: await bob.waitingOutcomes(9),
    steps: await bob.steps('r'),
  });

  it('count up each time that one is taken, freed in between or not, and above what they are told', async () => {
    expect((await acquire(ann, 'ann')).token).toBe(1);
    await ann.releaseLease('run', 'ann');
    expect((await acquire(bob, 'bob')).token).toBe(2);
    await expire();
    expect((await acquire(ann, 'ann')).token).toBe(3);
    await ann.releaseLease('run', 'ann');
    expect((await acquire(bob, 'bob', 100)).token).toBe(101);
  });

  it('are told apart from what only reads: every method is of one kind', () => {
    expect([...Object.keys(WRITES), ...UNFENCED].sort()).toEqual(Object.keys(ann).sort());
  });

  it('let their owner write', async () => {
    const fenced = ann.fencedBy(await acquire(ann, 'ann'));
    await fenced.startStep({ runId: 'r', name: 'ingest', startedAt: at(1) });
    await fenced.recordDeployment(deployment('d'));
    expect(await fenced.whileHeld(() => 7)).toBe(7);
    expect(await bob.deployments({ limit: 9 })).toMatchObject([{ id: 'd' }]);
  });

  it('still let it write when they have run out and nobody has taken them', async () => {
    const fenced = ann.fencedBy(await acquire(ann, 'ann'));
    await expire();
    await fenced.recordDeployment(deployment('d'));
    expect(await bob.deployments({ limit: 9 })).toHaveLength(1);
  });

  it.each(Object.entries(WRITES))('refuse %s of an owner that has lost one', async (_, write) => {
    await bob.recordOutcome({ clientId: 'c', createdAt: at(1), outcome: 'left', at: at(1), author: 'a' });
    await bob.startStep({ runId: 'r', name: 'ingest', startedAt: at(1) });
    const fenced = await lost();
    const before = await content();
    await expect(write(fenced)).rejects.toMatchObject({ code: 'lease-lost', exit: 4, http: 409 });
    expect(await content()).toEqual(before);
    expect(await fenced.run('r')).toMatchObject({ id: 'r' });
  });

  it('are taken by nobody while their owner writes', async () => {
    const lease = await acquire(ann, 'ann');
    await expire();
    const database = await openDatabase(url, {});
    const order: string[] = [];
    let taking: Promise<unknown> = Promise.resolve();
    await database
      .fencedBy(lease)
      .transaction()
      .execute(async () => {
        taking = acquire(bob, 'bob').then(() => order.push('taken'));
        // Bob would have the lease long before so much is read, if it were not kept from him.
        const reader = await openStore(url);
        for (let read = 0; read < 100; read++) await reader.leaseHolder('run', new Date());
        await reader.close();
        order.push('written');
      });
    await taking;
    expect(order).toEqual(['written', 'taken']);
    await database.dialect.close(database.db);
  });

  it('keep nobody waiting for longer than they are given for, whatever their date', async () => {
    await acquire(ann, 'ann');
    await change(
      `acquired_at = '2999-01-01T00:00:00.000Z', expires_at = '2999-01-01T00:01:00.000Z', ttl_ms = 400`,
    );
    const asked = await bob.acquireLease('run', 'bob', new Date(), TTL_MS);
    expect(asked).toMatchObject({ kind: 'held', holder: { owner: 'ann' } });
    const token = () =>
      acquire(bob, 'bob').then(
        (lease) => lease.token,
        () => null,
      );
    await expect.poll(token, { timeout: 60_000 }).toBe(2);
  });

  it('with such a date stay with an owner that renews them', async () => {
    await acquire(ann, 'ann');
    await change(`expires_at = '2999-01-01T00:01:00.000Z', ttl_ms = 400`);
    expect(await bob.acquireLease('run', 'bob', new Date(), TTL_MS)).toMatchObject({ kind: 'held' });
    expect(await ann.renewLease('run', 'ann', new Date(), TTL_MS)).toBe(true);
    await pass(400);
    await expect(acquire(bob, 'bob')).rejects.toThrow('held by ann');
  });

  it('are renewed while their process computes without a pause', async () => {
    const ttlMs = 12_000;
    const answer = await ann.acquireLease('run', 'ann', new Date(), ttlMs);
    if (answer.kind === 'held') throw new Error('held');
    const keeper = ann.keepLease({ name: 'run', owner: 'ann', token: answer.token, ttlMs });
    const renewedAt = async () => {
      const { db, dialect } = await openDatabase(url, {});
      const { expiresAt } = await db
        .selectFrom('leases')
        .select('expiresAt')
        .where('name', '=', 'run')
        .executeTakeFirstOrThrow();
      await dialect.close(db);
      return Date.parse(expiresAt) - ttlMs;
    };
    const first = await renewedAt();
    await expect.poll(renewedAt, { timeout: ttlMs, interval: 100 }).not.toBe(first);
    const from = Date.now();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ttlMs / 4 + 2000);
    const to = Date.now();
    const last = await renewedAt();
    expect(last).toBeGreaterThan(from);
    expect(last).toBeLessThanOrEqual(to);
    await keeper.close();
    const closed = await renewedAt();
    await pass(ttlMs / 3);
    expect(await renewedAt()).toBe(closed);
  });

  describe('held by sessions', () => {
    const sessionOf = <T>(store: Store, body: (session: Session) => Promise<T>): Promise<T> =>
      withSession(
        {
          ...{ store, announcing: (fenced) => fenced, clock: systemClock, progress: silentProgress },
          log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
          ...{ journal: { follow: () => () => {} }, reportLine: () => {}, redact: (text) => text },
        },
        {
          ...{ verb: 'deploy', trigger: 'command', version: '1', lockTtlMs: TTL_MS, liveToken: 0 },
          ...{ keepLogs: 10, logDebug: false },
        },
        async (session) => ({ result: null, summary: await body(session) }),
      );
    const deploy = async (session: Session, live: ReturnType<typeof openLiveFolder>, model: string) => {
      const { store, runId, token } = session;
      const publication = {
        ...{ deployedAt: new Date(), runId, modelVersion: model, f1: 0.5, reason: '', token },
        ...{ model, score: '0.5\n', fileList: '[]\n' },
      };
      const { id } = await store.whileHeld(() => live.publish(publication));
      await store.recordDeployment({ ...deployment(id), runId });
    };

    it.each([
      ['before it deploys', false],
      ['within the deployment', true],
    ])('leave live what the newer one deployed, where the older one stood still %s', async (_, within) => {
      const live = openLiveFolder(mkdtempSync(join(home, 'live-')));
      const older = sessionOf(ann, async (session) =>
        session.step(
          'deploy',
          async () => {
            await expire();
            await sessionOf(bob, (newer) => deploy(newer, live, 'newer'));
            if (!within) return await deploy(session, live, 'older');
            // As where the check came first, and all of the other run between it and the link.
            const { token, runId } = session;
            return void live.publish({
              ...{ deployedAt: new Date(), runId, modelVersion: 'older', f1: 0.5, reason: '', token },
              ...{ model: 'older', score: '0.5\n', fileList: '[]\n' },
            });
          },
          () => '',
        ),
      );
      await expect(older).rejects.toMatchObject({ code: 'lease-lost' });
      expect(live.read()?.model).toBe('newer');
      const [newest, ...others] = await bob.runs({ limit: 9, verb: 'deploy' });
      expect(newest).toMatchObject({ status: 'succeeded' });
      expect(others).toMatchObject([{ status: 'abandoned' }]);
      expect(await bob.deployments({ limit: 9 })).toMatchObject([{ id: live.currentId() }]);
      expect(await bob.acquireLease('run', 'cy', new Date(), TTL_MS)).toMatchObject({ kind: 'acquired' });
    });
  });
});
