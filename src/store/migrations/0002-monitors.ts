/** What watching a model keeps: states of its tests, rows that were used, estimates and their truth. */
import type { Kysely } from 'kysely';
import type { SchemaDialect } from '../databases/dialect.ts';
import { counts, ID, index, ofRun, sequenced, TIME, WORD } from './columns.ts';

export async function monitors(db: Kysely<unknown>, dialect: SchemaDialect): Promise<void> {
  const states = ofRun(sequenced(db, dialect, 'monitor_states'), 'monitor_states')
    .addColumn('model_version', ID, (column) => column.notNull())
    .addColumn('name', WORD, (column) => column.notNull())
    .addColumn('created_at', TIME, (column) => column.notNull())
    .addColumn('state', dialect.longText);
  await counts(states, ['rows']).execute();
  await index(db, 'monitor_states', ['model_version', 'name', 'seq']);

  const rows = ofRun(sequenced(db, dialect, 'watched_rows'), 'watched_rows')
    .addColumn('model_version', ID, (column) => column.notNull())
    .addColumn('purpose', WORD, (column) => column.notNull())
    .addColumn('row_keys', dialect.longText, (column) => column.notNull())
    .addColumn('probabilities', dialect.longText);
  await counts(rows, ['rows']).execute();
  await index(db, 'watched_rows', ['model_version', 'purpose', 'seq']);
  await index(db, 'watched_rows', ['purpose', 'seq']);

  const estimates = ofRun(sequenced(db, dialect, 'estimates'), 'estimates')
    .addColumn('model_version', ID, (column) => column.notNull())
    .addColumn('created_at', TIME, (column) => column.notNull())
    .addColumn('estimated', dialect.longText)
    .addColumn('truth', dialect.longText)
    .addColumn('settled', 'integer', (column) => column.notNull());
  await counts(estimates, ['rows', 'labelled']).execute();
  await index(db, 'estimates', ['created_at', 'seq']);
  await index(db, 'estimates', ['model_version', 'created_at', 'seq']);
}
