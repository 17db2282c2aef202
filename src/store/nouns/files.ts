/** Files: what each run read, and which contents need not be read again. */
import type { Kysely } from 'kysely';
import type { StoreDialect } from '../databases/dialect.ts';
import type { FileRecord, FileStore, FilesPage } from '../port/files.ts';
import type { Tables } from '../tables.ts';
import { countPlaces, parsePlaces, renderPlaces, slicePlaces } from './file-places.ts';

/** Rows an INSERT takes at once, well under every database's limit of parameters. */
const BATCH = 200;
/** Runs of numbers that a SELECT asks for at once. */
const RANGES = 100;

export function createFiles(db: Kysely<Tables>, dialect: StoreDialect): FileStore {
  return {
    recordFiles: (files) => recordFiles(db, files),
    files: (runId, page) => listFiles(db, runId, page),
    rejectedFiles: (runId, limit) => rejectedFiles(db, runId, limit),
    arrivals: (folder, limit, except) => arrivals(db, folder, limit, except),
    latestIngestion: () => latestIngestion(db),
    recordSeen: (folder, files, at) => recordSeen(db, dialect, folder, files, at),
    seen: (folder) =>
      db
        .selectFrom('seen')
        .select(['name', 'sha256'])
        .where('folder', '=', folder)
        .orderBy('name')
        .orderBy('seenAt')
        .orderBy('sha256')
        .execute(),
  };
}

/**
 * Adds a row for each file that is not as the ingestion before recorded it, and the list of them all. Lists are whole,
 * so that runs which record at the same time cannot spoil each other's.
 */
async function recordFiles(db: Kysely<Tables>, files: readonly FileRecord[]): Promise<ReadonlySet<string>> {
  const fresh = new Set<string>();
  if (files.length === 0) return fresh;
  await db.transaction().execute(async (transaction) => {
    for (const runId of new Set(files.map((file) => file.runId))) {
      const own = files.filter((file) => file.runId === runId);
      for (const { name } of await recordIngestion(transaction, runId, own)) fresh.add(name);
    }
  });
  return fresh;
}

async function recordIngestion(
  db: Kysely<Tables>,
  runId: string,
  files: readonly FileRecord[],
): Promise<readonly FileRecord[]> {
  const before = await latestIngestion(db);
  const known = new Map<string, number>();
  for (const { seq, ...file } of before === null ? [] : await rowsOfRun(db, before.runId)) {
    known.set(contentKey(file), seq);
  }
  const isKnown = files.map((file) => known.get(contentKey(file)) ?? null);
  const fresh = files.filter((_, k) => isKnown[k] === null);
  const last = await lastOwn(db, runId);
  for (const batch of batches(fresh)) await db.insertInto('files').values(batch.map(toRow)).execute();
  const added = await db
    .selectFrom('files')
    .select('seq')
    .where('runId', '=', runId)
    .where('seq', '>', last)
    .orderBy('seq')
    .execute();
  let next = 0;
  const places = renderPlaces(isKnown.map((seq) => seq ?? (added[next++]?.seq as number)));
  const own = await ingestionOf(db, runId);
  if (own === null) await db.insertInto('ingestions').values({ runId, places }).execute();
  else {
    const joined = [own.places, places].filter((part) => part !== '').join(',');
    await db.updateTable('ingestions').set({ places: joined }).where('runId', '=', runId).execute();
  }
  return fresh;
}

async function lastOwn(db: Kysely<Tables>, runId: string): Promise<number> {
  const row = await db
    .selectFrom('files')
    .select('seq')
    .where('runId', '=', runId)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.seq ?? 0;
}

async function ingestionOf(db: Kysely<Tables>, runId: string): Promise<{ readonly places: string } | null> {
  const row = await db
    .selectFrom('ingestions')
    .select('places')
    .where('runId', '=', runId)
    .executeTakeFirst();
  return row ?? null;
}

/** All that is recorded of a file but by which run. */
function contentKey({ runId: _, ...file }: FileRecord): string {
  const { folder, name, sha256, bytes, status, reason, read, kept, duplicates, quarantined } = file;
  return JSON.stringify([folder, name, sha256, bytes, status, reason, read, kept, duplicates, quarantined]);
}

async function recordSeen(
  db: Kysely<Tables>,
  dialect: StoreDialect,
  folder: string,
  files: Parameters<FileStore['recordSeen']>[1],
  at: string,
): Promise<void> {
  if (files.length === 0) return;
  await db.transaction().execute(async (transaction) => {
    for (const batch of batches(files)) {
      const rows = batch.map(({ name, sha256 }) => ({ folder, name, sha256, seenAt: at }));
      await dialect.ifAbsent(transaction.insertInto('seen').values(rows)).execute();
    }
  });
}

async function listFiles(
  db: Kysely<Tables>,
  runId: string,
  page: FilesPage | undefined,
): Promise<readonly FileRecord[]> {
  return (await rowsOfRun(db, runId, page)).map(({ seq, ...row }) => ({ ...row, runId }));
}

type FileRow = FileRecord & { readonly seq: number };

/** In the order read. */
async function rowsOfRun(db: Kysely<Tables>, runId: string, page?: FilesPage): Promise<readonly FileRow[]> {
  const ingestion = await ingestionOf(db, runId);
  if (ingestion === null) return await rowsOfOldRun(db, runId, page);
  const all = parsePlaces(ingestion.places);
  const ranges = page === undefined ? all : slicePlaces(all, page);
  const rows: FileRow[] = [];
  for (let from = 0; from < ranges.length; from += RANGES) {
    const some = ranges.slice(from, from + RANGES);
    const found = await db
      .selectFrom('files')
      .selectAll()
      .where((where) => where.or(some.map(([first, last]) => where.between('seq', first, last))))
      .execute();
    const bySeq = new Map(found.map((row) => [row.seq, row]));
    for (const [first, last] of some) {
      for (let seq = first; seq <= last; seq++) {
        const row = bySeq.get(seq);
        if (row !== undefined) rows.push(row);
      }
    }
  }
  return rows;
}

/** Of a run of an older version: it has rows of its own. */
async function rowsOfOldRun(
  db: Kysely<Tables>,
  runId: string,
  page: FilesPage | undefined,
): Promise<readonly FileRow[]> {
  let query = db.selectFrom('files').selectAll().where('runId', '=', runId).orderBy('seq');
  if (page !== undefined) query = query.limit(page.limit).offset(page.offset);
  return await query.execute();
}

/** A file that is as the ingestion before recorded it has its row of the run that found it so first. */
async function rejectedFiles(
  db: Kysely<Tables>,
  runId: string,
  limit: number,
): ReturnType<FileStore['rejectedFiles']> {
  const rejected = db
    .selectFrom('files')
    .innerJoin('runs', 'runs.id', 'files.runId')
    .selectAll('files')
    .select('runs.startedAt as since')
    .where('files.status', '=', 'rejected')
    .orderBy('files.seq')
    .limit(limit);
  const ingestion = await ingestionOf(db, runId);
  // That of an older version has rows of its own.
  if (ingestion === null) return (await rejected.where('files.runId', '=', runId).execute()).map(ofRun);
  const ranges = parsePlaces(ingestion.places);
  const found: Awaited<ReturnType<typeof rejected.execute>> = [];
  for (let from = 0; from < ranges.length && found.length < limit; from += RANGES) {
    const some = ranges.slice(from, from + RANGES);
    const inSome = rejected.where((where) =>
      where.or(some.map(([first, last]) => where.between('files.seq', first, last))),
    );
    found.push(...(await inSome.execute()));
  }
  return found.slice(0, limit).map(ofRun);

  function ofRun({ seq, ...file }: (typeof found)[number]) {
    return { ...file, runId };
  }
}

async function arrivals(
  db: Kysely<Tables>,
  folder: string,
  limit: number,
  except: readonly string[],
): Promise<readonly string[]> {
  let query = db.selectFrom('seen').select('seenAt').distinct().where('folder', '=', folder);
  for (const start of except) query = query.where('name', 'not like', `${start}%`);
  const rows = await query.orderBy('seenAt', 'desc').limit(limit).execute();
  return rows.map(({ seenAt }) => seenAt);
}

async function latestIngestion(db: Kysely<Tables>): ReturnType<FileStore['latestIngestion']> {
  const newest = await db
    .selectFrom('ingestions')
    .select(['runId', 'places'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (newest === undefined) return await latestOldIngestion(db);
  return { runId: newest.runId, files: countPlaces(parsePlaces(newest.places)) };
}

async function latestOldIngestion(db: Kysely<Tables>): ReturnType<FileStore['latestIngestion']> {
  const newest = await db
    .selectFrom('files')
    .select('runId')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (newest === undefined) return null;
  const { files } = await db
    .selectFrom('files')
    .select((each) => each.fn.countAll().as('files'))
    .where('runId', '=', newest.runId)
    .executeTakeFirstOrThrow();
  return { runId: newest.runId, files: Number(files) };
}

function* batches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += BATCH) yield items.slice(start, start + BATCH);
}

/** Named column by column, so that a caller's wider object does not reach the table. */
function toRow(file: FileRecord): FileRecord {
  return {
    runId: file.runId,
    folder: file.folder,
    name: file.name,
    sha256: file.sha256,
    bytes: file.bytes,
    status: file.status,
    reason: file.reason,
    read: file.read,
    kept: file.kept,
    duplicates: file.duplicates,
    quarantined: file.quarantined,
  };
}
