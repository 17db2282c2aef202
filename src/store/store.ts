/** Opens the state store: connects, brings the schema up to date, and puts the nouns together into the port. */
import type { Kysely } from 'kysely';
import { TidewatchError } from '../base/errors.ts';
import { createChallenges } from './challenges.ts';
import { createChecks } from './checks.ts';
import { createClientRecords } from './client-records.ts';
import { type Database, type DatabaseOptions, openDatabase } from './database.ts';
import { createDeployments } from './deployments.ts';
import { createDiagnostics } from './diagnostics.ts';
import type { StoreDialect } from './dialect.ts';
import { createEstimates } from './estimates.ts';
import { createFiles } from './files.ts';
import { keepLease } from './lease-keeper.ts';
import { createLeases } from './leases.ts';
import { createMeasurements } from './measurements.ts';
import { isCurrent, migrate } from './migrations/migrate.ts';
import { createModels } from './models.ts';
import { createMonitors } from './monitors.ts';
import { createNotes } from './notes.ts';
import type { Store } from './port.ts';
import { createReadmissions } from './readmissions.ts';
import { withRetries } from './retries.ts';
import { createRunLogs } from './run-logs.ts';
import { createRuns } from './runs.ts';
import { createScores } from './scores.ts';
import { createScorings } from './scorings.ts';
import { createSnapshots } from './snapshots.ts';
import { createSteps } from './steps.ts';
import type { Tables } from './tables.ts';

/**
 * Opens the state at `url` and brings its tables up to date. `url` is the absolute path of a SQLite file, which is
 * made with its folder where it is not there, or a URL as store-url.ts reads it. Errors: `store-unavailable` (cannot
 * be opened or reached, is no database, or was made by a newer version), `disk-full`, `config-invalid` for any other
 * place. Must be closed.
 */
export async function openStore(url: string, options: DatabaseOptions = {}): Promise<Store> {
  const database = await openDatabase(url, options);
  const { db, dialect, place, retry } = database;
  try {
    await retry(() => migrate(db, dialect, place));
    await retry(() => dialect.onCurrent(db));
  } catch (error) {
    await dialect.close(db);
    throw error;
  }
  return compose(url, database, db);
}

/** The store over `db`: the database, or the same fenced. */
function compose(url: string, database: Database, db: Kysely<Tables>): Store {
  const { dialect, retry } = database;
  const nouns: Store = {
    ...createRuns(db, dialect),
    ...createSteps(db),
    ...createRunLogs(db, dialect),
    ...createFiles(db, dialect),
    ...createSnapshots(db),
    ...createModels(db, dialect),
    ...createScores(db),
    ...createDeployments(db, dialect),
    ...createNotes(db),
    ...createChallenges(db, dialect),
    ...createChecks(db),
    ...createDiagnostics(db),
    ...createMonitors(db, dialect),
    ...createEstimates(db),
    ...createMeasurements(db, dialect),
    ...createScorings(db, dialect),
    ...createClientRecords(db),
    ...createReadmissions(db, dialect),
    ...createLeases(db, dialect),
    keepLease: (lease) => keepLease(url, lease),
    fencedBy: (lease) => compose(url, database, database.fencedBy(lease)),
    whileHeld: (work) => whileHeld(db, work),
    ready: () => answers(db, dialect),
    close: () => dialect.close(database.db),
  };
  return withRetries(nouns, retry);
}

/** In a transaction, which the fence keeps the lease for. What is done is not done again where its end gets lost. */
async function whileHeld<T>(db: Kysely<Tables>, work: () => T): Promise<T> {
  let done: { readonly value: T } | null = null;
  try {
    return await db.transaction().execute(async () => {
      done = { value: work() };
      return done.value;
    });
  } catch (error) {
    if (done === null) throw error;
    return (done as { readonly value: T }).value;
  }
}

async function answers(db: Kysely<Tables>, dialect: StoreDialect): Promise<boolean> {
  try {
    return await isCurrent(db, dialect);
  } catch (error) {
    if (error instanceof TidewatchError && error.code === 'store-unavailable') return false;
    throw error;
  }
}
