/** Brings a database to this version's schema, whatever its age; the migrations are listed here, in order. */
import { type Kysely, type Migration, Migrator } from 'kysely';
import { TidewatchError } from '../../base/errors.ts';
import type { SchemaDialect, StoreDialect } from '../databases/dialect.ts';
import type { Tables } from '../tables.ts';
import { firstTables } from './0001-first-tables.ts';
import { monitors } from './0002-monitors.ts';
import { registry } from './0003-registry.ts';
import { measurements } from './0004-measurements.ts';
import { clients } from './0005-clients.ts';
import { commits } from './0006-commits.ts';
import { listingIndexes } from './0007-listing-indexes.ts';
import { runLogs } from './0008-run-logs.ts';
import { recordedOrder } from './0009-recorded-order.ts';
import { fencing } from './0010-fencing.ts';
import { ingestions } from './0013-ingestions.ts';
import { keptRows } from './0014-kept-rows.ts';

type Up = (db: Kysely<unknown>, dialect: SchemaDialect) => Promise<void>;

/** A migration is never changed once released: a new one is added at the end. */
const MIGRATIONS: Readonly<Record<string, Up>> = {
  '0001-first-tables': firstTables,
  '0002-monitors': monitors,
  '0003-registry': registry,
  '0004-measurements': measurements,
  '0005-clients': clients,
  '0006-commits': commits,
  '0007-listing-indexes': listingIndexes,
  '0008-run-logs': runLogs,
  '0009-recorded-order': recordedOrder,
  '0010-fencing': fencing,
  '0013-ingestions': ingestions,
  '0014-kept-rows': keptRows,
};

const NAMES = Object.keys(MIGRATIONS);
/** Names of this version's migrations, in order. */
export const MIGRATION_NAMES: readonly string[] = NAMES;

/**
 * Applies the migrations that the database lacks. One that is current costs two small queries. A database made
 * by a newer version is refused (`store-unavailable`) and stays as it was; of one that lacks some and may only be read
 * the error is `workspace-read-only`. Several processes may do it at once.
 */
export async function migrate(db: Kysely<Tables>, dialect: StoreDialect, place: string): Promise<void> {
  const applied = await dialect.appliedMigrations(db);
  const unknown = applied.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0) throw newerDatabase(place, unknown);
  if (applied.length === NAMES.length) return;
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => bind(dialect) },
    ...(dialect.migrationSchema === null ? {} : { migrationTableSchema: dialect.migrationSchema }),
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw isReadOnly(error) ? onlyRead(place, applied, error) : error;
}

/** Names of this version's migrations, in order. */
export function migrationNames(): readonly string[] {
  return NAMES;
}

/** True when the database has exactly this version's migrations. */
export async function isCurrent(db: Kysely<Tables>, dialect: StoreDialect): Promise<boolean> {
  const applied = await dialect.appliedMigrations(db);
  return applied.length === NAMES.length && applied.every((name, index) => name === NAMES[index]);
}

function bind(dialect: SchemaDialect): Record<string, Migration> {
  return Object.fromEntries(
    Object.entries(MIGRATIONS).map(([name, up]) => [
      name,
      { up: (db: Kysely<unknown>) => up(db, dialect) } satisfies Migration,
    ]),
  );
}

function isReadOnly(error: unknown): boolean {
  return error instanceof TidewatchError && error.code === 'workspace-read-only';
}

function onlyRead(place: string, applied: readonly string[], cause: unknown): TidewatchError {
  const lacking = NAMES.filter((name) => !applied.includes(name));
  const state =
    applied.length === 0
      ? 'holds nothing yet'
      : `was made by an earlier version of Tidewatch (it lacks ${lacking.map((name) => `"${name}"`).join(', ')})`;
  return new TidewatchError(
    'workspace-read-only',
    `The state store ${place} ${state}, and may only be read here, so it cannot be brought up to date. Run "tidewatch ` +
      'db migrate" once where it may be written: on the machine that writes this workspace, or on a copy of it. Then it ' +
      'can be read here.',
    { details: { place, lacking }, cause },
  );
}

function newerDatabase(place: string, unknown: readonly string[]): TidewatchError {
  return new TidewatchError(
    'store-unavailable',
    `The state store ${place} was made by a newer version of Tidewatch (it has the migration ` +
      `"${unknown.at(-1)}"; the newest known here is "${NAMES.at(-1)}"). Install that version or a later one, ` +
      'or name another file in the key "store". Nothing was changed.',
    { details: { place, unknown } },
  );
}
