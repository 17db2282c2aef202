/** What every state store does with rows that an earlier version put into its records. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, type Migration, Migrator } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { clientKey } from '../../src/core/clients/client-key.ts';
import { createKeptRows } from '../../src/engine/kept/kept-rows.ts';
import type { KeptRows } from '../../src/engine/port.ts';
import { scoresAt, scoresOfClient } from '../../src/pipeline/clients/former-scores.ts';
import { moveRows } from '../../src/pipeline/run/move-rows.ts';
import { openDatabase } from '../../src/store/databases/database.ts';
import type { SchemaDialect, StoreDialect } from '../../src/store/databases/dialect.ts';
import { MIGRATION_NAMES } from '../../src/store/migrations/migrate.ts';
import type { RowPurpose } from '../../src/store/port/monitors.ts';
import type { Store } from '../../src/store/port.ts';
import { readRows } from '../../src/store/read-kept-rows.ts';
import { openStore } from '../../src/store/store.ts';
import type { Tables } from '../../src/store/tables.ts';
import { toText } from '../inline-text.ts';
import { at, run, STORES } from './stores.ts';

const home = mkdtempSync(join(tmpdir(), 'store-kept-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const LAST_BEFORE = '0013-ingestions';

type Up = (db: Kysely<unknown>, dialect: SchemaDialect) => Promise<void>;

/** Makes the tables as the version before had them. */
async function makeFormerTables(db: Kysely<Tables>, dialect: StoreDialect): Promise<void> {
  const names = MIGRATION_NAMES.filter((name) => name <= LAST_BEFORE);
  const migrations: Record<string, Migration> = {};
  for (const name of names) {
    const [up] = Object.values((await import(`../../src/store/migrations/${name}.ts`)) as Record<string, Up>);
    migrations[name] = { up: async (old) => up?.(old as Kysely<unknown>, dialect) };
  }
  const schema = dialect.migrationSchema === null ? {} : { migrationTableSchema: dialect.migrationSchema };
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations }, ...schema });
  expect((await migrator.migrateToLatest()).error).toBeUndefined();
}

/** The tables as that version wrote to them. */
type FormerTables = {
  readonly runs: Pick<Tables['runs'], 'id' | 'verb' | 'startedBy' | 'version' | 'startedAt' | 'status'>;
  readonly watchedRows: Omit<Tables['watchedRows'], 'reference' | 'seq'>;
  readonly scorings: Omit<Tables['scorings'], 'reference' | 'seq'>;
  readonly scoringParts: Omit<Tables['scoringParts'], 'seq'>;
};

const PIECE = 50_000;
const many = BigUint64Array.from({ length: PIECE + 3 }, (_, row) =>
  BigInt.asUintN(64, BigInt(row) * 0x9e3779b97f4a7c15n),
);
const edge = BigUint64Array.of(2n ** 64n - 1n, 0n, 2n ** 63n);
const probabilities = Float64Array.of(0.1 + 0.2, 5e-324, 1);
const clients = ['C-1', 'C-2', 'C-3', 'ünï'];
const scores = [0.25, 0.1, 0.7, 1];

/** A look whose keys needed two records, one with others, a cohort that waits, and two scorings. */
async function makeFormer(url: string): Promise<void> {
  const { db, dialect } = await openDatabase(url, {});
  await makeFormerTables(db, dialect);
  const old = db.withTables<FormerTables>() as unknown as Kysely<FormerTables>;
  for (const id of ['r1', 'r2', 'r3']) {
    const record = { id, verb: 'run', startedBy: 'command', version: '0', startedAt: at(0) } as const;
    await old
      .insertInto('runs')
      .values({ ...record, status: 'succeeded' })
      .execute();
  }
  const keep = (runId: string, purpose: RowPurpose | 'cohort', keys: BigUint64Array, of?: Float64Array) =>
    old
      .insertInto('watchedRows')
      .values({
        ...{ runId, modelVersion: 'm', purpose, rows: keys.length, rowKeys: toText(keys) },
        probabilities: of === undefined ? null : toText(of),
      })
      .execute();
  await keep('r1', 'judged', many.subarray(0, PIECE));
  await keep('r1', 'judged', many.subarray(PIECE));
  await keep('r1', 'cohort', edge, probabilities);
  await keep('r2', 'judged', edge);
  await keep('r2', 'arrived', edge);
  for (const [runId, factor] of [
    ['r2', 1],
    ['r3', 0.5],
  ] as const) {
    const record = { runId, modelVersion: 'm', snapshotId: `s${runId}`, createdAt: at(1), clients: 4 };
    await old.insertInto('scorings').values(record).execute();
    for (const [place, client] of clients.entries()) {
      const key = clientKey(client);
      const score = Float32Array.of((scores[place] ?? 0) * factor);
      const part = { part: Number(key >> 56n), clientKeys: toText(BigUint64Array.of(key)) };
      await old
        .insertInto('scoringParts')
        .values({ runId, clients: 1, ...part, probabilities: toText(score) })
        .execute();
    }
  }
  await dialect.close(db);
}

describe.each(STORES)('a state store in $name that an earlier version made', ({ newUrl }) => {
  let store: Store;
  let kept: KeptRows;
  let places = 0;
  beforeEach(async () => {
    const url = newUrl();
    kept = createKeptRows(join(home, String(++places)));
    await makeFormer(url);
    store = await openStore(url);
    return () => store.close();
  });
  const resources = (keptRows = kept) => ({ store: async () => store, keptRows });

  /** All that is read of the rows, as the process reads it. */
  async function readAll() {
    const columnsOf = async (parts: Parameters<typeof readRows>[1][]) => {
      const readings = await Promise.all(parts.map((part) => readRows(kept, part)));
      return readings.map((reading) => (reading.kind === 'found' ? reading.value : reading.reason));
    };
    const looks = await store.judgedLooks('m');
    const scorings = await store.scorings(9);
    return {
      judged: await columnsOf([...(await store.watchedRows('m', 'judged'))]),
      arrived: await columnsOf([...(await store.watchedRows('m', 'arrived'))]),
      looks: await Promise.all(
        looks.map(async ({ runId, rows }) => ({ runId, columns: await columnsOf([...rows]) })),
      ),
      cohorts: await Promise.all(
        (await store.cohorts()).map(async ({ parts, ...of }) => ({
          ...of,
          columns: await columnsOf([...parts]),
        })),
      ),
      scores: await Promise.all(
        scorings.map((scoring) => scoresAt(resources(), scoring, [...clients, 'nobody'])),
      ),
      history: (await scoresOfClient(resources(), 'C-3', 9)).map(({ runId, probability }) => [
        runId,
        probability,
      ]),
    };
  }

  const first = { keys: many.slice(0, PIECE), probabilities: null };
  const second = { keys: many.slice(PIECE), probabilities: null };
  const others = { keys: edge, probabilities: null };
  const EXPECTED = {
    judged: [first, second, others],
    arrived: [others],
    looks: [
      { runId: 'r1', columns: [first, second] },
      { runId: 'r2', columns: [others] },
    ],
    cohorts: [{ runId: 'r1', modelVersion: 'm', columns: [{ keys: edge, probabilities }] }],
    scores: [
      [...scores.map((score) => Math.fround(score * 0.5)), null],
      [...scores.map((score) => Math.fround(score)), null],
    ],
    history: [
      ['r3', Math.fround(0.35)],
      ['r2', Math.fround(0.7)],
    ],
  };

  it('reads them where they are', async () => {
    expect(await readAll()).toEqual(EXPECTED);
    expect(await kept.list()).toEqual([]);
  });

  it('refers to them once they are moved, and reads the same', async () => {
    await moveRows(resources());
    expect(await store.inlineRows(9)).toEqual([]);
    expect(await store.inlineScoring()).toBeNull();
    expect((await store.inlineScores('r2')).keys).toHaveLength(0);
    const references = [...(await store.keptReferences())].sort();
    expect((await kept.list()).map(({ reference }) => reference).sort()).toEqual(references);
    expect(await readAll()).toEqual(EXPECTED);
  });

  it('reads the same wherever moving them was broken off, and goes on with it', async () => {
    for (let writes = 0; writes < 7; writes++) {
      let left = writes === 0 ? 0 : 1;
      const breaks: KeptRows = {
        ...kept,
        write: async (columns) => {
          if (left-- === 0) throw new Error('broken off');
          return kept.write(columns);
        },
      };
      await expect(moveRows(resources(breaks))).rejects.toThrow('broken off');
      expect(await readAll()).toEqual(EXPECTED);
    }
    await moveRows(resources());
    expect(await readAll()).toEqual(EXPECTED);
  });

  it('keeps new rows behind those that were there', async () => {
    await moveRows(resources());
    await store.startRun(run('new'));
    const reference = await kept.write(second);
    await store.recordWatch({
      ...{ runId: 'new', modelVersion: 'm', createdAt: at(3), states: [], estimate: null, truths: [] },
      rows: [{ purpose: 'judged', reference, rows: 3 }],
    });
    expect((await readAll()).judged).toEqual([first, second, others, second]);
  });

  it('says nothing of clients whose scores are not there any more', async () => {
    await moveRows(resources());
    const [newest] = await store.scorings(1);
    await kept.remove([newest?.reference ?? '']);
    const { scores, history } = await readAll();
    expect(scores).toEqual([[null, null, null, null, null], EXPECTED.scores[1]]);
    expect(history).toEqual([['r2', Math.fround(0.7)]]);
  });
});
