/** Chooses the engine: the one file that knows which there are. */
import type { Config } from '../config/schema.ts';
import { localSnapshots } from '../engine/local/files/snapshots.ts';
import type { Engine, EngineOptions, Snapshots } from '../engine/port.ts';

/** What was compiled, without an engine. */
export const snapshots: Snapshots = localSnapshots;

/** Loads and opens the engine of this type; close it, so that its temporary files go. */
export async function openEngine(type: Config['engine']['type'], options: EngineOptions): Promise<Engine> {
  const { createDuckdbDatabase, createDuckdbEngine } = await import('../engine/local/duckdb/engine.ts');
  if (type === 'local') return createDuckdbEngine(options);
  const { createSqlEngine } = await import('../engine/sql/engine.ts');
  const { engine, database } = await createDuckdbDatabase(options);
  return createSqlEngine(database, engine);
}
