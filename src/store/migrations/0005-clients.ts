/** What is known of clients beyond the data: how they were scored, what people say of them, and how it ended. */
import type { Kysely } from 'kysely';
import type { SchemaDialect } from '../databases/dialect.ts';
import { counts, ID, index, ofRun, SHA256, sequenced, TIME, WORD } from './columns.ts';

/** A client's name, a person's, and a file's. */
const NAME = 'varchar(255)';

export async function clients(db: Kysely<unknown>, dialect: SchemaDialect): Promise<void> {
  const scorings = ofRun(sequenced(db, dialect, 'scorings'), 'scorings')
    .addColumn('model_version', ID, (column) => column.notNull())
    .addColumn('snapshot_id', ID, (column) => column.notNull())
    .addColumn('created_at', TIME, (column) => column.notNull());
  await counts(scorings, ['clients']).execute();
  await index(db, 'scorings', ['created_at', 'seq']);

  const parts = ofRun(sequenced(db, dialect, 'scoring_parts'), 'scoring_parts')
    .addColumn('part', 'integer', (column) => column.notNull())
    .addColumn('client_keys', dialect.longText, (column) => column.notNull())
    .addColumn('probabilities', dialect.longText, (column) => column.notNull());
  await counts(parts, ['clients']).execute();
  await index(db, 'scoring_parts', ['part', 'seq']);
  await index(db, 'scoring_parts', ['run_id', 'part']);

  await sequenced(db, dialect, 'client_notes')
    .addColumn('client_id', NAME, (column) => column.notNull())
    .addColumn('created_at', TIME, (column) => column.notNull())
    .addColumn('author', NAME, (column) => column.notNull())
    .addColumn('text', dialect.longText, (column) => column.notNull())
    .execute();
  await index(db, 'client_notes', ['client_id', 'created_at', 'seq']);

  await sequenced(db, dialect, 'client_outcomes')
    .addColumn('client_id', NAME, (column) => column.notNull())
    .addColumn('created_at', TIME, (column) => column.notNull())
    .addColumn('outcome', WORD, (column) => column.notNull())
    .addColumn('at', TIME, (column) => column.notNull())
    .addColumn('author', NAME, (column) => column.notNull())
    .addColumn('settled', 'integer', (column) => column.notNull())
    .addColumn('file', NAME)
    .execute();
  await index(db, 'client_outcomes', ['client_id', 'created_at', 'seq']);
  await index(db, 'client_outcomes', ['settled', 'seq']);

  await sequenced(db, dialect, 'readmissions')
    .addColumn('name', NAME, (column) => column.notNull())
    .addColumn('line', 'bigint', (column) => column.notNull())
    .addColumn('sha256', SHA256, (column) => column.notNull())
    .addColumn('created_at', TIME, (column) => column.notNull())
    .addColumn('file', NAME, (column) => column.notNull())
    .execute();
  await index(db, 'readmissions', ['name', 'seq']);
}
