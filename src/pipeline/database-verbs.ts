/** The verbs of the database that keeps the state. A copy keeps runs from starting; the others need no lock. */
import { isAbsolute, resolve } from 'node:path';
import { resolvePlace } from '../config/database-place.ts';
import { insideWorkspace } from '../config/load.ts';
import {
  type CopySummary,
  copyDatabase,
  type DatabaseStatus,
  type MigrationSummary,
  migrateDatabase,
  readDatabaseStatus,
} from '../store/state-database.ts';
import type { Resources } from './resources.ts';
import { acquireRunLock } from './run/run-lock.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The absolute path or the URL of the workspace's store. */
export function storePlaceOf(
  { root, paths }: Pick<Resources['workspace'], 'root' | 'paths'>,
  env: Environment,
): string {
  if (isAbsolute(paths.store)) return paths.store;
  const place = resolvePlace(paths.store, env, 'The state store', '"store" in config.json');
  return place.kind === 'sqlite' ? insideWorkspace(root, 'store', place.path) : place.url;
}

export interface DatabaseVerbs {
  databaseStatus(): Promise<DatabaseStatus>;
  migrateDatabase(): Promise<MigrationSummary>;
  /** Into a URL, `env:NAME`, or a path from the current directory. */
  copyDatabase(to: string): Promise<CopySummary>;
}

export function createDatabaseVerbs(
  resources: Pick<Resources, 'workspace' | 'clock' | 'progress' | 'store' | 'patience'>,
  env: Environment,
): DatabaseVerbs {
  const place = () => storePlaceOf(resources.workspace, env);
  return {
    databaseStatus: () => readDatabaseStatus(place(), resources.patience),
    migrateDatabase: () => migrateDatabase(place(), resources.patience),
    copyDatabase: (to) => copy(resources, place(), targetOf(to, env)),
  };
}

function targetOf(to: string, env: Environment): string {
  const place = resolvePlace(to, env, 'The target of the copy', '--to');
  return place.kind === 'sqlite' ? resolve(place.path) : place.url;
}

async function copy(
  resources: Pick<Resources, 'workspace' | 'clock' | 'progress' | 'store' | 'patience'>,
  from: string,
  to: string,
): Promise<CopySummary> {
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
