/** Opens the state store: connects, brings the schema up to date, and puts the nouns together into the port. */
import { isAbsolute } from 'node:path';
import { CamelCasePlugin, Kysely } from 'kysely';
import { TidewatchError } from '../base/errors.ts';
import { createChallenges } from './challenges.ts';
import { createChecks } from './checks.ts';
import { createClientRecords } from './client-records.ts';
import { createDeployments } from './deployments.ts';
import { createDiagnostics } from './diagnostics.ts';
import type { StoreDialect } from './dialect.ts';
import { createEstimates } from './estimates.ts';
import { createFiles } from './files.ts';
import { createLeases } from './leases.ts';
import { createMeasurements } from './measurements.ts';
import { isCurrent, migrate } from './migrations/migrate.ts';
import { createModels } from './models.ts';
import { createMonitors } from './monitors.ts';
import { createNotes } from './notes.ts';
import type { Store } from './port.ts';
import { createReadmissions } from './readmissions.ts';
import { createRuns } from './runs.ts';
import { createScores } from './scores.ts';
import { createScorings } from './scorings.ts';
import { createSnapshots } from './snapshots.ts';
import { openSqlite } from './sqlite.ts';
import { createSteps } from './steps.ts';
import type { Tables } from './tables.ts';

export interface StoreOptions {
  /** How long to wait for another process that writes, in milliseconds; 10,000 unless told. */
  readonly busyTimeoutMs?: number;
}

/**
 * Opens the state at `url`, the absolute path of a SQLite file, which is made with its folder where it is not
 * there. Errors: `store-unavailable` (cannot be opened, is no database, or was made by a newer version),
 * `disk-full`, `config-invalid` for a place that is no absolute path. Must be closed.
 */
export async function openStore(url: string, options: StoreOptions = {}): Promise<Store> {
  if (!isAbsolute(url)) throw notAPath(url);
  const dialect = openSqlite(url, { busyTimeoutMs: options.busyTimeoutMs ?? 10_000 });
  const db = new Kysely<Tables>({ dialect: dialect.kysely, plugins: [new CamelCasePlugin()] });
  try {
    await migrate(db, dialect, url);
  } catch (error) {
    await dialect.close(db);
    throw error;
  }
  return compose(db, dialect);
}

function compose(db: Kysely<Tables>, dialect: StoreDialect): Store {
  return {
    ...createRuns(db, dialect),
    ...createSteps(db),
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
    ready: () => answers(db, dialect),
    close: () => dialect.close(db),
  };
}

async function answers(db: Kysely<Tables>, dialect: StoreDialect): Promise<boolean> {
  try {
    return await isCurrent(db, dialect);
  } catch (error) {
    if (error instanceof TidewatchError && error.code === 'store-unavailable') return false;
    throw error;
  }
}

function notAPath(url: string): TidewatchError {
  // A URL may hold a password, so only its scheme is said.
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(url)?.[0];
  return new TidewatchError(
    'config-invalid',
    `The state store is ${scheme === undefined ? `"${url}"` : `at a URL that begins with ${scheme}`}; expected the ` +
      'absolute path of a SQLite file. Set the key "store" to a file inside the workspace, such as "tidewatch.db".',
  );
}
