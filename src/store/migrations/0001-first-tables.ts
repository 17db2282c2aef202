/** The first tables. Types and statements are those that SQLite, PostgreSQL and MySQL share. */
import type { Kysely } from 'kysely';
import type { SchemaDialect } from '../databases/dialect.ts';
import { counts, ID, index, ofRun, SHA256, sequenced, TIME, WORD } from './columns.ts';

/** A folder and a file name; with a hash they still fit a key of MySQL (3,072 bytes, 4 a character). */
const FOLDER = 'varchar(400)';
const FILE = 'varchar(255)';

export async function firstTables(db: Kysely<unknown>, dialect: SchemaDialect): Promise<void> {
  await createRuns(db, dialect);
  await createSteps(db, dialect);
  await createFiles(db, dialect);
  await createModels(db, dialect);
  await createJudgements(db, dialect);
  await createDiagnostics(db, dialect);
  await createLeases(db);
}

async function createRuns(db: Kysely<unknown>, dialect: SchemaDialect): Promise<void> {
  await sequenced(db, dialect, 'runs')
    .addColumn('id', ID, (column) => column.notNull().unique())
    .addColumn('verb', WORD, (column) => column.notNull())
    .addColumn('started_by', WORD, (column) => column.notNull())
    .addColumn('version', WORD, (column) => column.notNull())
    .addColumn('started_at', TIME, (column) => column.notNull())
    .addColumn('finished_at', TIME)
    .addColumn('status', WORD, (column) => column.notNull())
    .addColumn('result', WORD)
    .addColumn('error_code', WORD)
    .addColumn('error_message', dialect.longText)
    .addColumn('summary', dialect.longText)
    .execute();
  await index(db, 'runs', ['started_at', 'seq']);
  await index(db, 'runs', ['verb', 'started_at', 'seq']);
  await index(db, 'runs', ['status']);
}

async function createSteps(db: Kysely<unknown>, dialect: SchemaDialect): Promise<void> {
  await ofRun(sequenced(db, dialect, 'steps'), 'steps')
    .addColumn('name', WORD, (column) => column.notNull())
    .addColumn('started_at', TIME, (column) => column.notNull())
    .addColumn('seconds', 'double precision')
    .addColumn('status', WORD, (column) => column.notNull())
    .addColumn('note', dialect.longText, (column) => column.notNull())
    .execute();
  await index(db, 'steps', ['run_id', 'seq']);
  await index(db, 'steps', ['name', 'status', 'started_at', 'seq']);
}

async function createFiles(db: Kysely<unknown>, dialect: SchemaDialect): Promise<void> {
  const files = ofRun(sequenced(db, dialect, 'files'), 'files')
    .addColumn('folder', FOLDER, (column) => column.notNull())
    .addColumn('name', FILE, (column) => column.notNull())
    .addColumn('sha256', SHA256, (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addColumn('status', WORD, (column) => column.notNull())
    .addColumn('reason', dialect.longText);
  await counts(files, ['read', 'kept', 'duplicates', 'quarantined']).execute();
  await index(db, 'files', ['run_id', 'seq']);
  await index(db, 'files', ['folder', 'status', 'name', 'seq']);

  await db.schema
    .createTable('seen')
    .addColumn('folder', FOLDER, (column) => column.notNull())
    .addColumn('name', FILE, (column) => column.notNull())
    .addColumn('sha256', SHA256, (column) => column.notNull())
    .addColumn('seen_at', TIME, (column) => column.notNull())
    .addPrimaryKeyConstraint('seen_key', ['folder', 'name', 'sha256'])
    .execute();
}

async function createModels(db: Kysely<unknown>, dialect: SchemaDialect): Promise<void> {
  const snapshots = ofRun(sequenced(db, dialect, 'snapshots'), 'snapshots')
    .addColumn('id', ID, (column) => column.notNull())
    .addColumn('created_at', TIME, (column) => column.notNull())
    .addColumn('parquet_path', dialect.longText, (column) => column.notNull())
    .addColumn('columns', dialect.longText);
  await counts(snapshots, ['rows', 'read', 'duplicates', 'quarantined']).execute();
  await index(db, 'snapshots', ['id', 'seq']);

  await ofRun(sequenced(db, dialect, 'models'), 'models')
    .addColumn('version', ID, (column) => column.notNull().unique())
    .addColumn('created_at', TIME, (column) => column.notNull())
    .addColumn('snapshot_id', ID, (column) => column.notNull())
    .addColumn('learner', WORD, (column) => column.notNull())
    .addColumn('seconds', 'double precision', (column) => column.notNull())
    .addColumn('document', dialect.longText)
    .execute();
  await index(db, 'models', ['created_at', 'seq']);
}

/** Scores, the checks that decide by them, and the deployments that follow. */
async function createJudgements(db: Kysely<unknown>, dialect: SchemaDialect): Promise<void> {
  const scores = ofRun(sequenced(db, dialect, 'scores'), 'scores')
    .addColumn('model_version', ID, (column) => column.notNull())
    .addColumn('created_at', TIME, (column) => column.notNull())
    .addColumn('dataset', WORD, (column) => column.notNull())
    .addColumn('dataset_id', ID, (column) => column.notNull())
    .addColumn('f1', 'double precision')
    .addColumn('metrics', dialect.longText);
  await counts(scores, ['rows']).execute();
  await index(db, 'scores', ['created_at', 'seq']);
  await index(db, 'scores', ['dataset', 'created_at', 'seq']);
  await index(db, 'scores', ['model_version', 'dataset', 'created_at', 'seq']);

  await ofRun(sequenced(db, dialect, 'deployments'), 'deployments')
    .addColumn('id', ID, (column) => column.notNull().unique())
    .addColumn('model_version', ID, (column) => column.notNull())
    .addColumn('deployed_at', TIME, (column) => column.notNull())
    .addColumn('f1', 'double precision')
    .addColumn('reason', dialect.longText, (column) => column.notNull())
    .execute();
  await index(db, 'deployments', ['deployed_at', 'seq']);

  const checks = ofRun(sequenced(db, dialect, 'checks'), 'checks')
    .addColumn('model_version', ID, (column) => column.notNull())
    .addColumn('created_at', TIME, (column) => column.notNull())
    .addColumn('kind', WORD, (column) => column.notNull())
    .addColumn('rule', WORD, (column) => column.notNull())
    .addColumn('outcome', 'integer', (column) => column.notNull())
    .addColumn('observed', 'double precision')
    .addColumn('expected', 'double precision')
    .addColumn('reason', dialect.longText, (column) => column.notNull())
    .addColumn('details', dialect.longText);
  await counts(checks, ['rows']).execute();
  await index(db, 'checks', ['created_at', 'seq']);
}

async function createDiagnostics(db: Kysely<unknown>, dialect: SchemaDialect): Promise<void> {
  await ofRun(sequenced(db, dialect, 'diagnostics'), 'diagnostics')
    .addColumn('created_at', TIME, (column) => column.notNull())
    .addColumn('snapshot_id', ID, (column) => column.notNull())
    .addColumn('values', dialect.longText)
    .execute();
}

async function createLeases(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('leases')
    .addColumn('name', ID, (column) => column.primaryKey())
    .addColumn('owner', FILE, (column) => column.notNull())
    .addColumn('acquired_at', TIME, (column) => column.notNull())
    .addColumn('expires_at', TIME, (column) => column.notNull())
    .execute();
}
