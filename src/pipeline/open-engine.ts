/** Chooses the engine: the one file that knows which there are. */
import { localSnapshots } from '../engine/local/files/snapshots.ts';
import type { Engine, EngineOptions, Snapshots } from '../engine/port.ts';

/** What was compiled, without an engine. */
export const snapshots: Snapshots = localSnapshots;

/** Loads and opens the engine; close it, so that its temporary files go. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { createDuckdbEngine } = await import('../engine/local/duckdb/engine.ts');
  return createDuckdbEngine(options);
}
