/** What keeps listings quick however much a store holds: their plans, and the indexes that these need. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase, type Statement } from '../../src/store/databases/database.ts';
import { openLiveFolder } from '../../src/store/live/live-folder.ts';
import { firstTables } from '../../src/store/migrations/0001-first-tables.ts';
import { monitors } from '../../src/store/migrations/0002-monitors.ts';
import { registry } from '../../src/store/migrations/0003-registry.ts';
import { measurements } from '../../src/store/migrations/0004-measurements.ts';
import { clients } from '../../src/store/migrations/0005-clients.ts';
import { commits } from '../../src/store/migrations/0006-commits.ts';
import { listingIndexes } from '../../src/store/migrations/0007-listing-indexes.ts';
import { recordedOrder } from '../../src/store/migrations/0009-recorded-order.ts';
import type { Store } from '../../src/store/port.ts';
import { openStore } from '../../src/store/store.ts';
import { fillSmallStore, SMALL } from '../small-fill.ts';
import { evaluationOf } from '../stored-values.ts';
import { listingsOf } from './store-listings.ts';
import { readsOf } from './store-plans.ts';
import { at, STORES } from './stores.ts';

const folder = mkdtempSync(join(tmpdir(), 'scale-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What counts or sums up a table, of a record for each model, or for each name, model and day. */
const WHOLE: Readonly<Record<string, readonly string[]>> = {
  'models that may be pruned': ['models', 'models'],
  'names of trends': ['measurement_days'],
};

describe('every listing', () => {
  const path = join(folder, 'filled.db');
  const heard: Statement[] = [];
  let store: Store;
  let database: Database;
  beforeAll(async () => {
    await fillSmallStore(path);
    store = await openStore(path, { onStatement: (statement) => heard.push(statement) });
    database = await openDatabase(path, {});
  });
  afterAll(async () => {
    await store.close();
    await database.dialect.close(database.db);
  });

  it.each(listingsOf(SMALL).map(([name, ask]) => ({ name, ask })))(
    'reads by an index what it shows, and no table to its end: $name',
    async ({ name, ask }) => {
      heard.length = 0;
      await ask({ store: async () => store, live: openLiveFolder(join(folder, 'live')) });
      expect(heard).not.toEqual([]);
      const scanned: string[] = [];
      for (const statement of heard.splice(0)) {
        for (const { table, scan } of await readsOf(database, statement)) if (scan) scanned.push(table);
      }
      // The inner query of buckets has as many rows as are shown.
      expect(scanned.filter((table) => table !== 'newest')).toEqual(WHOLE[name] ?? []);
    },
  );
});

const INDEXES = [
  'runs_by_verb',
  'scores_by_model_version_dataset',
  'checks_by_kind',
  'checks_by_kind_model_version',
  'deployments_by_model_version',
  'measurement_days_by_name_label_model_version_day',
];

const EARLIER = {
  '0001-first-tables': firstTables,
  '0002-monitors': monitors,
  '0003-registry': registry,
  '0004-measurements': measurements,
  '0005-clients': clients,
  '0006-commits': commits,
};
const RUN = { id: 'r', verb: 'run', startedBy: 'command' as const, version: '0' };

describe.each(STORES)('a store in $name', ({ newUrl, name }) => {
  async function indexesOf({ db }: Database): Promise<readonly string[]> {
    const query = {
      SQLite: sql<{ name: string }>`select name from sqlite_master where type = 'index'`,
      PostgreSQL: sql<{ name: string }>`
        select indexname as name from pg_indexes where schemaname = current_schema()`,
      MariaDB: sql<{ name: string }>`
        select distinct index_name as name from information_schema.statistics where table_schema = database()`,
    }[name];
    return (await query?.execute(db))?.rows.map((row) => row.name) ?? [];
  }

  it('has the indexes of the listings', async () => {
    const url = newUrl();
    await (await openStore(url)).close();
    const database = await openDatabase(url, {});
    expect(await indexesOf(database)).toEqual(expect.arrayContaining(INDEXES));
    await database.dialect.close(database.db);
  });

  it('gets them where an earlier version made it, and keeps the curves of its scores', async () => {
    const url = newUrl();
    const metrics = evaluationOf(1);
    const { curves: _, ...outline } = metrics;
    await makeOld(url, JSON.stringify(metrics));
    const store = await openStore(url);
    expect(await store.latestScore('m', 'test')).toMatchObject({ metrics });
    expect((await store.scores({ limit: 2 })).map((score) => score.metrics)).toEqual([outline, outline]);
    await store.close();
    const database = await openDatabase(url, {});
    const indexes = await indexesOf(database);
    expect(indexes).toEqual(expect.arrayContaining(INDEXES));
    expect(indexes.filter((index) => /_by_.*(created|started|deployed|opened)_at$/.test(index))).toEqual([
      'scorings_by_created_at',
    ]);
    await database.dialect.close(database.db);
  });

  /** A database of an earlier version with two scores; on MariaDB as where the later migrations were cut off. */
  async function makeOld(url: string, metrics: string): Promise<void> {
    const { db, dialect } = await openDatabase(url, {});
    const migrations = Object.fromEntries(
      Object.entries(EARLIER).map(([key, up]) => [
        key,
        { up: (old: Kysely<unknown>) => up(old, dialect) } satisfies Migration,
      ]),
    );
    const schema = dialect.migrationSchema === null ? {} : { migrationTableSchema: dialect.migrationSchema };
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations }, ...schema });
    expect((await migrator.migrateToLatest()).error).toBeUndefined();
    await db
      .insertInto('runs')
      .values({ ...RUN, startedAt: at(0), status: 'running' })
      .execute();
    const score = {
      runId: 'r',
      modelVersion: 'm',
      createdAt: at(1),
      dataset: 'test' as const,
      datasetId: 'd',
      rows: 1,
      f1: 0.5,
      metrics,
    };
    await db.insertInto('scores').values([score, score]).execute();
    if (name === 'MariaDB') {
      await listingIndexes(db as unknown as Kysely<unknown>, dialect);
      await recordedOrder(db as unknown as Kysely<unknown>);
    }
    await dialect.close(db);
  }
});
