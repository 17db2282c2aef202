/** What state stores on database servers promise beyond the others: order, clocks, and whatever may break. */
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/store/databases/database.ts';
import { createRetries } from '../../src/store/databases/retries.ts';
import type { StoreWait } from '../../src/store/databases/store-wait.ts';
import type { ScoreRecord } from '../../src/store/port/scores.ts';
import type { Store } from '../../src/store/port.ts';
import { copyDatabase, migrateDatabase, readDatabaseStatus } from '../../src/store/state-database.ts';
import { openStore } from '../../src/store/store.ts';
import { evaluationOf } from '../stored-values.ts';
import { createFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { at, run, STORES } from './stores.ts';

const SERVERS = STORES.filter(({ ownClock }) => ownClock);

const score = (f1: number): ScoreRecord => ({
  runId: 'r',
  modelVersion: 'm',
  createdAt: at(1),
  dataset: 'test',
  datasetId: 'd',
  rows: 1,
  f1,
  metrics: evaluationOf(1),
});
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const scoresOf = async (store: Store) =>
  (await store.scores({ limit: 1000 })).map(({ f1 }) => f1).sort((a, b) => a - b);

describe.runIf(SERVERS.length > 0).each(SERVERS)('a state store on a server of $name', ({ newUrl, name }) => {
  let url: string;
  let store: Store;
  beforeEach(async () => {
    url = newUrl();
    store = await openStore(url);
    await store.startRun(run('r'));
    return () => store.close();
  });

  it('tells names apart by case, accents and blanks, and sorts them by code point', async () => {
    const names = ['B', 'Z', 'a', 'a ', 'b', 'e', 'ß', 'é', 'ﬀ', '😀'];
    await store.recordSeen(
      'f',
      names.toReversed().map((each) => ({ name: each, sha256: 'h' })),
      at(0),
    );
    expect((await store.seen('f')).map((each) => each.name)).toEqual(names);
    for (const id of ['R', 'r ', 'ŕ']) expect(await store.run(id)).toBeNull();
    await store.startRun(run('R'));
    expect(await store.run('R')).toMatchObject({ id: 'R' });
  });

  it('judges leases by its own clock, whatever the caller takes the time to be', async () => {
    const long = await store.acquireLease('run', 'ann', new Date('2001-01-01'), 600_000);
    expect(long).toMatchObject({ kind: 'acquired', takenOver: null });
    expect(await store.acquireLease('run', 'bob', new Date('2999-01-01'), 1000)).toMatchObject({
      kind: 'held',
      holder: { owner: 'ann' },
    });
    expect(await store.renewLease('run', 'ann', new Date('2001-01-01'), 1)).toBe(true);
    await expect
      .poll(() => store.acquireLease('run', 'bob', new Date('2001-01-01'), 600_000), { timeout: 60_000 })
      .toMatchObject({ kind: 'acquired', takenOver: { owner: 'ann' } });
    expect(await store.renewLease('run', 'ann', new Date(), 1000)).toBe(false);
    await store.releaseLease('run', 'ann');
    expect(await store.acquireLease('run', 'cy', new Date(), 1000)).toMatchObject({ kind: 'held' });
    await store.releaseLease('run', 'bob');
    expect(await store.acquireLease('run', 'cy', new Date(), 1000)).toMatchObject({
      kind: 'acquired',
      takenOver: null,
    });
  });

  it('gives one lease to one of many that ask at once', async () => {
    const others = await Promise.all(numbers(4).map(() => openStore(url)));
    const answers = await Promise.all(
      numbers(20).map((index) => others[index % 4]?.acquireLease('run', `${index}`, new Date(), 60_000)),
    );
    expect(answers.filter((answer) => answer?.kind === 'acquired')).toHaveLength(1);
    for (const other of others) await other.close();
  });

  it('adds up what several connections measure of the same days in opposite orders', async () => {
    const others = await Promise.all(numbers(3).map(() => openStore(url)));
    const labels = numbers(12).map((index) => `column ${index}`);
    await Promise.all(
      numbers(30).map((index) => {
        const ordered = index % 2 === 0 ? labels : labels.toReversed();
        const measured = ordered.map(
          (label) => ({ runId: 'r', name: 'psi', label, at: at(1), value: index }) as const,
        );
        return others[index % 3]?.recordMeasurements(measured);
      }),
    );
    for (const label of labels) {
      const [bucket] = await store.measurementBuckets({ name: 'psi', label, by: 'day', limit: 1 });
      expect(bucket).toMatchObject({ count: 30, min: 0, max: 29, mean: 14.5 });
    }
    for (const other of others) await other.close();
  });

  it('does again what the server undid because two transactions waited for each other', async () => {
    await store.startRun(run('r2'));
    const databases = await Promise.all(numbers(2).map(() => openDatabase(url, {})));
    let undone = 0;
    // The first time, each has locked one record before either asks for the other one's.
    let locked = 0;
    let lockBoth: () => void = () => undefined;
    const bothLocked = new Promise<void>((resolve) => (lockBoth = resolve));
    const update = async ({ db }: Database, ids: readonly string[]) =>
      await createRetries({ patienceMs: 20_000, hear: () => undefined })(async () => {
        await db
          .transaction()
          .execute(async (transaction) => {
            for (const id of ids) {
              await sql`update runs set version = concat(version, 'x') where id = ${id}`.execute(transaction);
              if (++locked === 2) lockBoth();
              await bothLocked;
            }
          })
          .catch((error: unknown) => {
            undone++;
            throw error;
          });
      });
    const orders = [
      ['r', 'r2'],
      ['r2', 'r'],
    ];
    await Promise.all(databases.map((database, index) => update(database, orders[index] ?? [])));
    expect(undone).toBeGreaterThan(0);
    for (const id of ['r', 'r2']) expect(await store.run(id)).toMatchObject({ version: '1.2.3xx' });
    for (const { db, dialect } of databases) await dialect.close(db);
  });

  it('goes again through a migration that a server without a way back was cut off in', async () => {
    if (name === 'PostgreSQL') return;
    const { db, dialect } = await openDatabase(url, {});
    await sql`delete from kysely_migration where name >= '0003'`.execute(db);
    await sql`drop table scoring_parts, commits`.execute(db);
    await dialect.close(db);
    await expect(readDatabaseStatus(url)).resolves.toMatchObject({ current: false, tables: [] });
    await Promise.all(numbers(3).map(async () => await migrateDatabase(url)));
    await expect(readDatabaseStatus(url)).resolves.toMatchObject({ current: true });
    expect(await store.run('r')).not.toBeNull();
  });

  it('is said to be up to date, and lacks nothing when asked to migrate', async () => {
    const status = await readDatabaseStatus(url);
    expect(status).toMatchObject({
      current: true,
      database: expect.stringMatching(new RegExp(`^${name} \\d+\\.`)),
    });
    expect(status.tables).toContainEqual({ table: 'runs', rows: 1 });
    expect(await migrateDatabase(url)).toMatchObject({ applied: [] });
  });

  it('is copied to another database and back, whole, and only where that is empty', async () => {
    await store.recordScore(score(Number.NaN));
    const odd = { level: 1e-300, undefinedBecause: { profit: 'é😀"\\\'' } };
    await store.recordScore({ ...score(1 / 3), metrics: { ...evaluationOf(2), ...odd } });
    await store.recordSeen(
      'f',
      numbers(700).map((index) => ({ name: `${index}`, sha256: 'h' })),
      at(0),
    );
    const document = { trees: 'é'.repeat(3_000_000) };
    const model = {
      version: 'm',
      runId: 'r',
      createdAt: at(2),
      snapshotId: 's',
      learner: 'x',
      seconds: 1,
      document,
    };
    await store.recordModel(model);
    await store.recordModel({ ...model, version: 'm2' });
    let from = url;
    const contents = [];
    for (const { newUrl: target } of [...STORES, ...STORES.slice(0, 1)]) {
      const to = target();
      contents.push((await copyDatabase(from, to, () => undefined)).tables);
      from = to;
    }
    for (const tables of contents) expect(tables).toEqual(contents[0]);
    expect(contents[0]).toContainEqual({
      table: 'seen',
      rows: 700,
      hash: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    const copied = await openStore(from);
    expect(await copied.model('m2')).toEqual({ ...model, version: 'm2' });
    await copied.recordScore(score(0.5));
    expect((await copied.scores({ limit: 1 }))[0]).toMatchObject({ f1: 0.5 });
    await copied.close();
    await expect(copyDatabase(from, url, () => undefined)).rejects.toMatchObject({
      code: 'workspace-exists',
    });
    expect(await scoresOf(store)).toHaveLength(2);
  });

  it('waits for another transaction that holds a record no longer than it was told', async () => {
    const hasty = await openStore(url, { busyTimeoutMs: 1000, patienceMs: 1 });
    const other = await openDatabase(url, {});
    await other.db.transaction().execute(async (transaction) => {
      await transaction.updateTable('runs').set({ version: '2' }).where('id', '=', 'r').execute();
      const end = { finishedAt: at(9), status: 'failed', result: null, error: null, summary: null } as const;
      await expect(hasty.finishRun('r', end)).rejects.toMatchObject({
        code: 'store-unavailable',
        message: expect.stringContaining('Another process held'),
      });
    });
    await hasty.close();
    await other.dialect.close(other.db);
  });

  describe('by a network that breaks', () => {
    let proxy: FaultProxy;
    let far: Store;
    beforeEach(async () => {
      proxy = await createFaultProxy(url);
      far = await openStore(proxy.url, { patienceMs: 20_000 });
      return async () => {
        await far.close();
        await proxy.close();
      };
    });

    it.each(['before', 'after'] as const)(
      'does work once whose connection is cut %s its commit',
      async (when) => {
        proxy.cutNext({ message: 'commit', when });
        await far.recordScore(score(1));
        proxy.cutNext({ message: 'commit', when });
        await far.recordFiles([]);
        await far.recordMeasurements([{ runId: 'r', name: 'f1', at: at(1), value: 0.5 }]);
        expect(proxy.cuts).toBe(2);
        expect(await scoresOf(store)).toEqual([1]);
        expect(await store.measurementBuckets({ name: 'f1', by: 'day', limit: 1 })).toMatchObject([
          { count: 1 },
        ]);
      },
    );

    it.each(['before', 'after'] as const)(
      'does work once whose connection is cut %s its commit, and again when it asks whether that was kept',
      async (when) => {
        proxy.cutNext({ message: 'commit', when }, { message: 'mark', when: 'after' });
        await far.recordScore(score(1));
        expect(proxy.cuts).toBe(2);
        expect(await scoresOf(store)).toEqual([1]);
      },
    );

    it.each([
      { when: 'before', kept: [] },
      { when: 'after', kept: [1] },
    ] as const)(
      'says that nobody knows whether a write was kept that was cut $when its commit by a server that stays away',
      async ({ when, kept }) => {
        const hasty = await openStore(proxy.url, { patienceMs: 1200 });
        proxy.cutNext({ message: 'commit', when, staysAway: true });
        const failure = await hasty.recordScore(score(1)).catch((error: unknown) => error);
        expect(failure).toMatchObject({
          code: 'store-unavailable',
          message: expect.stringMatching(/not known whether this last write was kept.*does nothing twice/s),
          details: { lastWrite: 'unknown' },
        });
        expect(await scoresOf(store)).toEqual(kept);
        proxy.refuse(false);
        await hasty.recordScore(score(2));
        expect(await scoresOf(store)).toEqual([...kept, 2]);
        await hasty.close();
      },
    );

    it('does all work once while connections are cut at any time', async () => {
      // No more than that many times: where connecting takes longer than the time between two cuts, none would be made.
      let cuts = 0;
      const cutting = setInterval(() => ++cuts <= 25 && proxy.cut(), 37);
      await Promise.all(numbers(60).map((index) => far.recordScore(score(index))));
      clearInterval(cutting);
      expect(await scoresOf(store)).toEqual(numbers(60));
    });

    it('waits for a server that is away for a moment, and tells of it and of its return', async () => {
      const told: StoreWait[] = [];
      const telling = await openStore(proxy.url, {
        patienceMs: 20_000,
        hear: (wait) => {
          if (told.push(wait) === 4) proxy.refuse(false);
        },
      });
      proxy.refuse(true);
      expect(await telling.ready()).toBe(false);
      await Promise.all(numbers(3).map((index) => telling.recordScore(score(index))));
      expect(await scoresOf(store)).toEqual(numbers(3));
      expect(await telling.ready()).toBe(true);
      await telling.close();
      expect(told.length).toBeGreaterThan(3);
      for (const wait of told.slice(0, -1)) {
        expect(wait).toMatchObject({ kind: 'waiting', why: expect.stringMatching(/\w/) });
        if (wait.kind === 'waiting') expect(wait.waitedMs + wait.leftMs).toBeLessThan(21_000);
      }
      expect(told.at(-1)).toMatchObject({ kind: 'back', waitedMs: expect.any(Number) });
      expect(told.filter(({ kind }) => kind === 'back')).toHaveLength(1);
      for (const { place } of told) expect(place).toContain('://');
    });

    it('does not wait at all where it has no patience', async () => {
      const told: StoreWait[] = [];
      const hasty = await openStore(proxy.url, { patienceMs: 0, hear: (wait) => told.push(wait) });
      proxy.refuse(true);
      await expect(hasty.recordScore(score(1))).rejects.toMatchObject({ code: 'store-unavailable' });
      expect(told).toEqual([]);
      await hasty.close();
    });

    it('gives up when the server stays away, says so at once from then on, and recovers', async () => {
      const waits: StoreWait[] = [];
      const hasty = await openStore(proxy.url, { patienceMs: 3000, hear: (wait) => waits.push(wait) });
      const longest = () => Math.max(...waits.map((wait) => (wait.kind === 'waiting' ? wait.leftMs : 0)));
      proxy.refuse(true);
      const refused = {
        code: 'store-unavailable',
        message: expect.stringMatching(/Check that the server runs/),
      };
      await expect(hasty.recordScore(score(1))).rejects.toMatchObject(refused);
      expect(longest()).toBeGreaterThan(1000);
      waits.length = 0;
      await expect(hasty.recordScore(score(2))).rejects.toMatchObject(refused);
      expect(longest()).toBeLessThanOrEqual(1000);
      proxy.refuse(false);
      await hasty.recordScore(score(3));
      expect(await scoresOf(store)).toEqual([3]);
      await hasty.close();
    });

    it('goes on where the server itself ends its connections', async () => {
      const other = await openDatabase(url, {});
      let written = 0;
      const writing = Promise.all(
        numbers(40).map(async (index) => {
          await far.recordScore(score(index));
          written++;
        }),
      );
      for (let round = 0; round < 5; round++) {
        await endConnections(other);
        const before = written;
        await expect
          .poll(() => written, { timeout: 60_000, interval: 1 })
          .toSatisfy((now) => now > before || now === 40);
      }
      await writing;
      expect(await scoresOf(store)).toEqual(numbers(40));
      await other.dialect.close(other.db);
    });
  });
});

describe('a state store on a server that is not there', () => {
  it.each(['postgres', 'mysql'])(
    'says so after its patience, and never the password (%s)',
    async (scheme) => {
      const told: StoreWait[] = [];
      const url = `${scheme}://ann:geheim@127.0.0.1:1/db`;
      const failure = await openStore(url, { patienceMs: 1100, hear: (wait) => told.push(wait) }).catch(
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({
        code: 'store-unavailable',
        message: expect.stringMatching(
          /ann:\*\*\*@127\.0\.0\.1:1\/db failed: .*ECONNREFUSED.*Check that the server runs.*tried for 1 s/,
        ),
      });
      expect(told[0]).toMatchObject({ kind: 'waiting', why: expect.stringContaining('ECONNREFUSED') });
      expect(JSON.stringify([String(failure), told])).not.toContain('geheim');
      await expect(openStore(url, { patienceMs: 0 })).rejects.toMatchObject({ code: 'store-unavailable' });
    },
  );
});

/** Ends every other connection to the database, by the server's own means. */
async function endConnections({ db, dialect }: Database): Promise<void> {
  if (dialect.product.startsWith('PostgreSQL')) {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'tidewatch' and query like '%commits%' and pid <> pg_backend_pid()`.execute(
      db,
    );
    return;
  }
  const { rows } = await sql<{ id: number }>`select id from information_schema.processlist
    where db = database() and id <> connection_id()`.execute(db);
  for (const { id } of rows) await sql`kill ${sql.lit(id)}`.execute(db).catch(() => undefined);
}
