/** What people say of models, and the challenges of the live model by a retrained one. */
import type { Kysely } from 'kysely';
import type { SchemaDialect } from '../databases/dialect.ts';
import { counts, ID, index, ofRun, sequenced, TIME, WORD } from './columns.ts';

/** A name that a person goes by. */
const AUTHOR = 'varchar(255)';

export async function registry(db: Kysely<unknown>, dialect: SchemaDialect): Promise<void> {
  await sequenced(db, dialect, 'notes')
    .addColumn('model_version', ID, (column) => column.notNull())
    .addColumn('created_at', TIME, (column) => column.notNull())
    .addColumn('author', AUTHOR, (column) => column.notNull())
    .addColumn('text', dialect.longText, (column) => column.notNull())
    .execute();
  await index(db, 'notes', ['created_at', 'seq']);
  await index(db, 'notes', ['model_version', 'created_at', 'seq']);

  const challenges = ofRun(sequenced(db, dialect, 'challenges'), 'challenges')
    .addColumn('challenger', ID, (column) => column.notNull())
    .addColumn('champion', ID, (column) => column.notNull())
    .addColumn('opened_at', TIME, (column) => column.notNull())
    .addColumn('state', dialect.longText)
    .addColumn('status', WORD, (column) => column.notNull())
    .addColumn('decided_run', ID)
    .addColumn('decided_at', TIME)
    .addColumn('reason', dialect.longText);
  await counts(challenges, ['rows']).execute();
  await index(db, 'challenges', ['opened_at', 'seq']);
  await index(db, 'challenges', ['status', 'seq']);
  await index(db, 'deployments', ['model_version', 'deployed_at', 'seq']);
}
