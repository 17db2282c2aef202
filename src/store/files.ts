/** Files: what each run read, and which contents need not be read again. */
import type { Kysely } from 'kysely';
import type { StoreDialect } from './dialect.ts';
import type { FileRecord, FilesPage, Store } from './port.ts';
import type { Tables } from './tables.ts';

type Files = Pick<Store, 'recordFiles' | 'files' | 'latestIngestion' | 'recordSeen' | 'seen'>;

/** Rows an INSERT takes at once, well under every database's limit of parameters. */
const BATCH = 200;

export function createFiles(db: Kysely<Tables>, dialect: StoreDialect): Files {
  return {
    recordFiles: (files) => recordFiles(db, files),
    files: (runId, page) => listFiles(db, runId, page),
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

async function recordFiles(db: Kysely<Tables>, files: readonly FileRecord[]): Promise<void> {
  if (files.length === 0) return;
  await db.transaction().execute(async (transaction) => {
    for (const batch of batches(files)) {
      await transaction.insertInto('files').values(batch.map(toRow)).execute();
    }
  });
}

async function recordSeen(
  db: Kysely<Tables>,
  dialect: StoreDialect,
  folder: string,
  files: Parameters<Store['recordSeen']>[1],
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
  let query = db.selectFrom('files').selectAll().where('runId', '=', runId).orderBy('seq');
  if (page !== undefined) query = query.limit(page.limit).offset(page.offset);
  return (await query.execute()).map(({ seq, ...row }) => row);
}

async function latestIngestion(db: Kysely<Tables>): ReturnType<Store['latestIngestion']> {
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
