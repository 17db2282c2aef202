/** Marks of transactions, by which one whose end was not heard of is known to have been kept; servers need them. */
import type { Kysely } from 'kysely';
import { ID, TIME } from './columns.ts';

export async function commits(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('commits')
    .addColumn('token', ID, (column) => column.primaryKey())
    .addColumn('at', TIME, (column) => column.notNull())
    .execute();
}
