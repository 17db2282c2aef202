/** Ingest: compiles the files of the input folder into finaldata.csv and its snapshot, and lists them. */
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.ts';
import type { Progress } from '../base/progress.ts';
import { renderFileList } from '../core/models/file-list.ts';
import { addEvents, type EventsIngested, type EventsSource } from '../engine/compile-events.ts';
import type { CompileResult, Engine } from '../engine/port.ts';
import { filedContract } from '../formats/contract/contract.ts';
import type { TableContract } from '../formats/contract/table-contract.ts';
import type { LeaseStore } from '../store/port/leases.ts';

/** Name of the list of accepted files inside the output folder. */
export const FILE_LIST_NAME = 'ingestedfiles.txt';

export interface IngestDeps {
  readonly engine: Pick<Engine, 'compile' | 'compute' | 'snapshots'>;
  readonly store: Pick<LeaseStore, 'whileHeld'>;
  readonly progress: Progress;
}

export interface IngestOptions {
  /** Absolute path of the folder with the input files. */
  readonly inputFolder: string;
  /** Absolute path of the folder for the compiled data. */
  readonly outputFolder: string;
  /** Absolute path of the workspace, which no link among the files may lead out of. */
  readonly workspace: string;
  readonly contract: TableContract;
  /** Largest share of the rows read that may be quarantined, 0 to 1. */
  readonly maxRejectedShare: number;
  /** null: there are none. */
  readonly events: EventsSource | null;
}

/** The snapshot has the columns that were computed. */
export interface Ingested extends CompileResult {
  /** null: there are none. */
  readonly events: EventsIngested | null;
}

/**
 * Writes finaldata.csv, the snapshot, the quarantine and, last of all, ingestedfiles.txt and
 * snapshot.json, which points to the snapshot.
 * @throws TidewatchError of Engine.compile; nothing but the quarantine is written then.
 */
export async function ingest(deps: IngestDeps, options: IngestOptions): Promise<Ingested> {
  const compiled = await deps.engine.compile({
    folder: options.inputFolder,
    within: options.workspace,
    output: options.outputFolder,
    contract: filedContract(options.contract),
    maxRejectedShare: options.maxRejectedShare,
    progress: deps.progress,
    commit: (rename) => deps.store.whileHeld(rename),
  });
  const { engine, progress, store } = deps;
  const commit = (rename: () => void) => store.whileHeld(rename);
  const result = {
    ...compiled,
    ...(await addEvents({ engine, progress, commit }, options, compiled.snapshot)),
  };
  const names = result.snapshot.files.map((file) => file.name);
  await deps.store.whileHeld(() => {
    writeFileAtomic(join(options.outputFolder, FILE_LIST_NAME), renderFileList(names));
    engine.snapshots.point(options.outputFolder, result.snapshot);
  });
  return result;
}
