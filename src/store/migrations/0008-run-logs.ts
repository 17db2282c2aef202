/** What runs logged: a row for each run that has a log, and its lines. */
import type { Kysely } from 'kysely';
import type { SchemaDialect } from '../databases/dialect.ts';
import { ID, index, ofRun, sequenced, TIME, WORD } from './columns.ts';

export async function runLogs(db: Kysely<unknown>, dialect: SchemaDialect): Promise<void> {
  await ofRun(sequenced(db, dialect, 'run_logs'), 'run_logs')
    .addColumn('succeeded', 'integer', (column) => column.notNull())
    .addColumn('dropped', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('run_logs_once', ['run_id'])
    .execute();
  await index(db, 'run_logs', ['succeeded', 'seq']);

  await ofRun(sequenced(db, dialect, 'log_lines'), 'log_lines')
    .addColumn('place', 'bigint', (column) => column.notNull())
    .addColumn('at', TIME, (column) => column.notNull())
    .addColumn('level', WORD, (column) => column.notNull())
    .addColumn('step', ID)
    .addColumn('message', dialect.longText, (column) => column.notNull())
    .addUniqueConstraint('log_lines_once', ['run_id', 'place'])
    .execute();
}
