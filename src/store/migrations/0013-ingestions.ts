/** Which files each run read, as places in the table of files, whose rows runs share: one is added for what is new. */
import type { Kysely } from 'kysely';
import type { SchemaDialect } from '../databases/dialect.ts';
import { ofRun, sequenced } from './columns.ts';

/** Runs of before have a row of their own for each file, and none here. */
export async function ingestions(db: Kysely<unknown>, dialect: SchemaDialect): Promise<void> {
  await ofRun(sequenced(db, dialect, 'ingestions'), 'ingestions')
    .addColumn('places', dialect.longText, (column) => column.notNull())
    .addUniqueConstraint('ingestions_once', ['run_id'])
    .execute();
}
