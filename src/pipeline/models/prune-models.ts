/** Which stored models may be forgotten, and forgetting them. */

import type { Resources } from '../resources.ts';
import { trainedVersion } from '../workspace-state.ts';
import { readAliases } from './model-names.ts';

export interface PruneSummary {
  readonly removed: readonly string[];
  /** Models that stay, and how many of them only because they are among the newest. */
  readonly kept: number;
  readonly keptAsNewest: number;
}

/**
 * Forgets the documents of models that were never live, are not the open challenger nor the trained model, and of
 * which nobody has written a note; of these the newest `keep` stay. Scores, checks and the history of deployments
 * stay as they are.
 */
export async function pruneModels(
  resources: Pick<Resources, 'workspace' | 'live' | 'store'>,
  keep: number,
): Promise<PruneSummary> {
  const store = await resources.store();
  const bound = await boundVersions(resources);
  const { stored, versions } = await store.unboundModels();
  const free = versions.filter((version) => !bound.has(version));
  const removed = free.slice(keep);
  await store.removeModels(removed);
  return {
    removed,
    kept: stored - removed.length,
    keptAsNewest: Math.min(keep, free.length),
  };
}

/** Versions that stay whatever their age, beside those that were live and those with a note. */
async function boundVersions(
  resources: Pick<Resources, 'workspace' | 'live' | 'store'>,
): Promise<Set<string>> {
  const { champion, challenger } = await readAliases(resources);
  const bound = new Set([champion, challenger].filter((version) => version !== null));
  const trained = trainedVersion(resources);
  return trained === null ? bound : bound.add(trained);
}
