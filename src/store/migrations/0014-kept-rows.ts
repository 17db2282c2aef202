/** References to the files in which rows of looks and scores of clients are kept, in place of the rows themselves. */
import { type Kysely, sql } from 'kysely';
import { addColumn, index, SHA256 } from './columns.ts';

/** Rows of before stay in their records, without a reference; the next run moves them into files. */
export async function keptRows(db: Kysely<unknown>): Promise<void> {
  for (const table of ['watched_rows', 'scorings']) {
    await addColumn(db, table, 'reference', sql.raw(SHA256));
    await index(db, table, ['reference', 'seq']);
  }
}
