/**
 * What is current in a workspace: the live model and the snapshot. A run reads both once, as it begins, and from then on
 * has what its own steps made; a command that does one step alone reads them from the files.
 */
import { TidewatchError } from '../base/errors.ts';
import type { ModelDocument } from '../core/document/document.ts';
import type { Snapshot } from '../engine/port.ts';
import type { LiveModel } from '../steps/deploy.ts';
import { readServedModel, wholeLiveModel } from './models/live-model.ts';
import type { Resources } from './resources.ts';

export interface Current {
  /** null where none is live, and where its files are damaged. */
  readonly live: LiveModel | null;
  /** null before the first ingestion. */
  readonly snapshot: Snapshot | null;
  /** The live model to answer by, also where its files are damaged; null where none is live. */
  served(): Promise<ModelDocument | null>;
}

/** What a run has found or made. */
export function currentOf(live: LiveModel | null, snapshot: Snapshot | null): Current {
  return { live, snapshot, served: async () => live?.model ?? null };
}

/**
 * What the files say, each read when it is first asked for, and then kept. Errors where they are read:
 * `nothing-ingested` for a damaged snapshot, those of `readServedModel`.
 * @param readLive how the live model is read; absent: one with damaged files is none.
 */
export function readCurrent(
  resources: Pick<Resources, 'snapshots' | 'workspace' | 'live' | 'store'>,
  readLive: () => LiveModel | null = () => wholeLiveModel(resources),
): Current {
  const live = once(readLive);
  const snapshot = once(() => resources.snapshots.current(resources.workspace.paths.output));
  return {
    get live() {
      return live();
    },
    get snapshot() {
      return snapshot();
    },
    served: once(async () => live()?.model ?? (await readServedModel(resources))),
  };
}

/** The snapshot that finaldata.csv is; `nothing-ingested` before the first ingestion. */
export function currentSnapshot(
  { workspace }: Pick<Resources, 'workspace'>,
  { snapshot }: Pick<Current, 'snapshot'>,
): Snapshot {
  if (snapshot !== null) return snapshot;
  throw new TidewatchError(
    'nothing-ingested',
    `${workspace.paths.output} holds no compiled data yet. Run "tidewatch ingest" first.`,
  );
}

/** Makes a value when it is first asked for. */
function once<T>(make: () => T): () => T {
  const made: T[] = [];
  return () => {
    if (made.length === 0) made.push(make());
    return made[0] as T;
  };
}
