/** Files: what each run read, and which contents need not be read again. */
import type { Kysely } from 'kysely';
import type { StoreDialect } from './dialect.ts';
import type { FileRecord, Store } from './port.ts';
import type { Tables } from './tables.ts';

type Files = Pick<Store, 'recordFiles' | 'files' | 'latestFiles' | 'recordSeen' | 'seen' | 'knownHashes'>;

/** Rows an INSERT takes at once, well under every database's limit of parameters. */
const BATCH = 200;

export function createFiles(db: Kysely<Tables>, dialect: StoreDialect): Files {
  return {
    recordFiles: (files) => recordFiles(db, files),
    files: (runId) => listFiles(db, runId),
    latestFiles: async () => {
      const newest = await db
        .selectFrom('files')
        .select('runId')
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst();
      return newest === undefined ? [] : listFiles(db, newest.runId);
    },
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
    knownHashes: (folder) => knownHashes(db, folder),
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

async function listFiles(db: Kysely<Tables>, runId: string): Promise<readonly FileRecord[]> {
  const rows = await db.selectFrom('files').selectAll().where('runId', '=', runId).orderBy('seq').execute();
  return rows.map(({ seq, ...row }) => row);
}

async function knownHashes(db: Kysely<Tables>, folder: string): Promise<ReadonlyMap<string, string>> {
  const newest = db
    .selectFrom('files')
    .select((expression) => expression.fn.max('seq').as('seq'))
    .where('folder', '=', folder)
    .where('status', '=', 'accepted')
    .groupBy('name');
  const rows = await db.selectFrom('files').select(['name', 'sha256']).where('seq', 'in', newest).execute();
  return new Map(rows.map(({ name, sha256 }) => [name, sha256]));
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
