/** Opens the state store: connects, brings the schema up to date, and puts the nouns together into the port. */
import type { Kysely } from 'kysely';
import { TidewatchError } from '../base/errors.ts';
import { type Database, type DatabaseOptions, openDatabase } from './databases/database.ts';
import type { StoreDialect } from './databases/dialect.ts';
import { withRetries } from './databases/retries.ts';
import { keepLease } from './lease/lease-keeper.ts';
import { isCurrent, migrate } from './migrations/migrate.ts';
import { createChallenges } from './nouns/challenges.ts';
import { createChecks } from './nouns/checks.ts';
import { createClientRecords } from './nouns/client-records.ts';
import { createDeployments } from './nouns/deployments.ts';
import { createDiagnostics } from './nouns/diagnostics.ts';
import { createEstimates } from './nouns/estimates.ts';
import { createFiles } from './nouns/files.ts';
import { createKeptRowsStore } from './nouns/kept-rows.ts';
import { createLeases } from './nouns/leases.ts';
import { createMeasurements } from './nouns/measurements.ts';
import { createModels } from './nouns/models.ts';
import { createMonitors } from './nouns/monitors.ts';
import { createNotes } from './nouns/notes.ts';
import { createReadmissions } from './nouns/readmissions.ts';
import { createRunLogs } from './nouns/run-logs.ts';
import { createRuns } from './nouns/runs.ts';
import { createScores } from './nouns/scores.ts';
import { createScorings } from './nouns/scorings.ts';
import { createSnapshots } from './nouns/snapshots.ts';
import { createSteps } from './nouns/steps.ts';
import type { Store } from './port.ts';
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
    ...createKeptRowsStore(db, dialect),
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
