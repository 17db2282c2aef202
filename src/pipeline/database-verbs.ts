/** The verbs of the database that keeps the state. A copy keeps runs from starting; the others need no lock. */
import { isAbsolute, resolve } from 'node:path';
import { insideWorkspace } from '../config/load.ts';
import { isStorePath, isUrl, resolveStorePlace } from '../config/store-place.ts';
import {
  type CopySummary,
  copyDatabase,
  type DatabaseStatus,
  type MigrationSummary,
  migrateDatabase,
  readDatabaseStatus,
} from '../store/state-database.ts';
import type { Resources } from './resources.ts';
import { acquireRunLock } from './run-lock.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The absolute path or the URL of the workspace's store. */
export function storePlaceOf(
  { root, paths }: Pick<Resources['workspace'], 'root' | 'paths'>,
  env: Environment,
): string {
  const place = resolveStorePlace(paths.store, env);
  return isStorePath(place) && !isAbsolute(paths.store) ? insideWorkspace(root, 'store', place) : place;
}

export interface DatabaseVerbs {
  databaseStatus(): Promise<DatabaseStatus>;
  migrateDatabase(): Promise<MigrationSummary>;
  /** Into a URL, `env:NAME`, or a path from the current directory. */
  copyDatabase(to: string): Promise<CopySummary>;
}

export function createDatabaseVerbs(resources: Resources, env: Environment): DatabaseVerbs {
  const place = () => storePlaceOf(resources.workspace, env);
  return {
    databaseStatus: () => readDatabaseStatus(place(), resources.patience),
    migrateDatabase: () => migrateDatabase(place(), resources.patience),
    copyDatabase: (to) => copy(resources, place(), targetOf(to, env)),
  };
}

function targetOf(to: string, env: Environment): string {
  const place = resolveStorePlace(to, env, '--to');
  return isUrl(place) ? place : resolve(place);
}

async function copy(resources: Resources, from: string, to: string): Promise<CopySummary> {
  const { clock, workspace } = resources;
  const store = await resources.store();
  const ttlMs = workspace.config.run_lock_seconds * 1000;
  const lock = await acquireRunLock({ store, clock }, { runId: 'copy', ttlMs });
  try {
    return await copyDatabase(from, to, resources.progress, resources.patience);
  } finally {
    await lock.release();
  }
}
