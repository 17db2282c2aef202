/** Numbers over time: each as it was measured, and their sums by day, from which long trends are answered. */
import type { Kysely } from 'kysely';
import type { SchemaDialect } from '../databases/dialect.ts';
import { ID, ofRun, sequenced, TIME, WORD } from './columns.ts';

/** A day, the first day of a week, a month; and the name of a column or a segment, short enough for a key. */
const DAY = 'varchar(16)';
const LABEL = 'varchar(255)';

/** No model and no label are the empty text, since null is equal to nothing, not even in a key. */
export async function measurements(db: Kysely<unknown>, dialect: SchemaDialect): Promise<void> {
  await ofRun(sequenced(db, dialect, 'measurements'), 'measurements')
    .addColumn('name', WORD, (column) => column.notNull())
    .addColumn('label', LABEL, (column) => column.notNull())
    .addColumn('at', TIME, (column) => column.notNull())
    .addColumn('model_version', ID, (column) => column.notNull())
    .addColumn('value', 'double precision')
    .addColumn('low', 'double precision')
    .addColumn('high', 'double precision')
    .addColumn('level', 'double precision')
    .addColumn('rows', 'bigint')
    .execute();
  await db.schema
    .createIndex('measurements_by_name')
    .on('measurements')
    .columns(['name', 'label', 'at', 'seq'])
    .execute();
  await db.schema
    .createIndex('measurements_by_model')
    .on('measurements')
    .columns(['name', 'label', 'model_version', 'at', 'seq'])
    .execute();
  await createDays(db);
}

/** One row a name, label, day (UTC) and model: what a chart over years reads instead of every measurement. */
async function createDays(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('measurement_days')
    .addColumn('name', WORD, (column) => column.notNull())
    .addColumn('label', LABEL, (column) => column.notNull())
    .addColumn('day', DAY, (column) => column.notNull())
    .addColumn('model_version', ID, (column) => column.notNull())
    .addColumn('week', DAY, (column) => column.notNull())
    .addColumn('month', DAY, (column) => column.notNull())
    .addColumn('counted', 'bigint', (column) => column.notNull())
    .addColumn('total', 'double precision', (column) => column.notNull())
    .addColumn('lowest', 'double precision')
    .addColumn('highest', 'double precision')
    .addColumn('last_seq', 'bigint')
    .addPrimaryKeyConstraint('measurement_days_key', ['name', 'label', 'day', 'model_version'])
    .execute();
}
