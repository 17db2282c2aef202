/** Snapshots: the compiled data, named by its content, and which of them was ingested last. */
import type { Kysely, Selectable } from 'kysely';
import { columnsCodec } from '../codecs/snapshot-codec.ts';
import type { Listed, Page } from '../port/paging.ts';
import type { SnapshotRecord, SnapshotStore } from '../port/snapshots.ts';
import type { SnapshotsTable, Tables } from '../tables.ts';
import { fromJson, toJson } from './json.ts';
import { beforeCursor, listed } from './paging.ts';

export function createSnapshots(db: Kysely<Tables>): SnapshotStore {
  return {
    recordSnapshot: (snapshot) => recordSnapshot(db, snapshot),
    snapshot: (id) => firstOf(db, id),
    latestSnapshot: async () => {
      const id = await latestId(db);
      return id === null ? null : await firstOf(db, id);
    },
    snapshots: (page) => listSnapshots(db, page),
  };
}

/**
 * Adds a row unless the snapshot ingested last is this one. Data can come back to what it was (a file added and
 * taken away), and then an older snapshot is the latest again: hence a row for each ingest, not for each id.
 */
async function recordSnapshot(db: Kysely<Tables>, snapshot: SnapshotRecord): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    if ((await latestId(transaction)) === snapshot.id) return;
    await transaction
      .insertInto('snapshots')
      .values({
        id: snapshot.id,
        runId: snapshot.runId,
        createdAt: snapshot.createdAt,
        rows: snapshot.rows,
        read: snapshot.read,
        duplicates: snapshot.duplicates,
        quarantined: snapshot.quarantined,
        parquetPath: snapshot.parquetPath,
        columns: toJson(columnsCodec.encode({ columns: snapshot.columns })),
      })
      .execute();
  });
}

async function latestId(db: Kysely<Tables>): Promise<string | null> {
  const row = await db
    .selectFrom('snapshots')
    .select('id')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? null;
}

async function firstOf(db: Kysely<Tables>, id: string): Promise<SnapshotRecord | null> {
  const row = await db
    .selectFrom('snapshots')
    .selectAll()
    .where('id', '=', id)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : toSnapshot(row);
}

async function listSnapshots(db: Kysely<Tables>, page: Page): Promise<readonly Listed<SnapshotRecord>[]> {
  const rows = await db
    .selectFrom('snapshots')
    .selectAll()
    .where(beforeCursor('createdAt', page))
    .orderBy('seq', 'desc')
    .limit(page.limit)
    .execute();
  return rows.map((row) => listed(toSnapshot(row), row.createdAt, row.seq));
}

function toSnapshot({ seq, ...row }: Selectable<SnapshotsTable>): SnapshotRecord {
  const place = `The columns of snapshot ${row.id} in the state store`;
  return { ...row, ...columnsCodec.decode(fromJson(row.columns), place) };
}
