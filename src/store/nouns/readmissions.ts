/** Re-admissions: which rows of the quarantine were put back into the input folder, so that none is put there twice. */
import type { Kysely } from 'kysely';
import type { StoreDialect } from '../databases/dialect.ts';
import type { ReadmissionRecord, ReadmissionStore } from '../port/readmissions.ts';
import type { Tables } from '../tables.ts';

/** Rows an INSERT takes at once, well under every database's limit of parameters. */
const BATCH = 200;

export function createReadmissions(db: Kysely<Tables>, dialect: StoreDialect): ReadmissionStore {
  return {
    recordReadmissions: (rows) => recordReadmissions(db, dialect, rows),
    readmissions: async (name) => {
      const rows = await db
        .selectFrom('readmissions')
        .selectAll()
        .where('name', '=', name)
        .orderBy('seq')
        .execute();
      return rows.map(({ seq, ...row }) => row);
    },
  };
}

async function recordReadmissions(
  db: Kysely<Tables>,
  dialect: StoreDialect,
  rows: readonly ReadmissionRecord[],
): Promise<void> {
  if (rows.length === 0) return;
  await dialect.durably(db, async (transaction) => {
    for (let from = 0; from < rows.length; from += BATCH) {
      const values = rows
        .slice(from, from + BATCH)
        .map(({ name, line, sha256, createdAt, file }) => ({ name, line, sha256, createdAt, file }));
      await transaction.insertInto('readmissions').values(values).execute();
    }
  });
}
