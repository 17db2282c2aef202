/** How migrations write down columns: the types that SQLite, PostgreSQL and MySQL share. */
import type { CreateTableBuilder, Kysely } from 'kysely';
import type { SchemaDialect } from '../databases/dialect.ts';

/** Characters of an id, of a time (ISO 8601), of a word from a fixed list, of a hash. */
export const ID = 'varchar(128)';
export const TIME = 'varchar(32)';
export const WORD = 'varchar(64)';
export const SHA256 = 'varchar(64)';

type Builder = CreateTableBuilder<string, string>;

/** A table with `seq`, its primary key. */
export function sequenced(db: Kysely<unknown>, dialect: SchemaDialect, name: string): Builder {
  return dialect.addSequence<string, string>(db.schema.createTable(name));
}

/** Adds the run that a record is of. */
export function ofRun(table: Builder, name: string): Builder {
  return table
    .addColumn('run_id', ID, (column) => column.notNull())
    .addForeignKeyConstraint(`${name}_of_run`, ['run_id'], 'runs', ['id']);
}

/** Adds numbers of rows. */
export function counts(table: Builder, names: readonly string[]): Builder {
  return names.reduce((built, name) => built.addColumn(name, 'bigint', (column) => column.notNull()), table);
}

/** Makes an index; `seq` at its end is left out of its name. */
export async function index(db: Kysely<unknown>, table: string, columns: readonly string[]): Promise<void> {
  await db.schema
    .createIndex(`${table}_by_${columns.filter((column) => column !== 'seq').join('_')}`)
    .on(table)
    .columns([...columns])
    .execute();
}

/** Adds a column unless it is there: a database that cannot undo changes of tables goes through a migration again. */
export async function addColumn(
  db: Kysely<unknown>,
  table: string,
  name: string,
  type: SchemaDialect['longText'],
): Promise<void> {
  if (!db.getExecutor().adapter.supportsTransactionalDdl && (await hasColumn(db, table, name))) return;
  await db.schema.alterTable(table).addColumn(name, type).execute();
}

async function hasColumn(db: Kysely<unknown>, table: string, name: string): Promise<boolean> {
  const tables = await db.introspection.getTables();
  return tables.some((each) => each.name === table && each.columns.some((column) => column.name === name));
}
