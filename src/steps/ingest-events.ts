/** Ingest of events: compiles their files as those of clients are, and computes what is made of them. */
import { join } from 'node:path';
import { EVENTS_FOLDER, type EventsNames } from '../engine/computed-columns.ts';
import { filedContract } from '../engine/contract.ts';
import type {
  CompileResult,
  EventsMet,
  FileReport,
  RowCounts,
  Snapshot,
  TableContract,
} from '../engine/port.ts';
import { pruneSnapshots, writeSnapshotFile } from '../engine/snapshot-file.ts';
import type { IngestDeps, IngestOptions } from './ingest.ts';

/** Where events are. */
export interface EventsSource {
  /** Absolute path of the folder with their files. */
  readonly folder: string;
  readonly contract: TableContract;
  readonly names: EventsNames;
}

/** What came of the files of events. */
export interface EventsIngested {
  readonly rows: RowCounts;
  readonly files: readonly FileReport[];
  /** What they say of the rows of clients; null: no column is made of them. */
  readonly met: EventsMet | null;
  /** Absolute paths of the quarantine files written. */
  readonly quarantinePaths: readonly string[];
}

/**
 * Compiles the events and adds the computed columns to a snapshot of clients. Errors of Engine.compile, said of the folder
 * of events.
 */
export async function ingestEvents(
  deps: IngestDeps,
  options: IngestOptions,
  base: Snapshot,
): Promise<{ readonly snapshot: Snapshot; readonly events: EventsIngested | null }> {
  const { contract, events } = options;
  const columns = contract.computed?.columns ?? [];
  const compiled = events === null ? null : await compileEvents(deps, options, events);
  const result =
    columns.length === 0
      ? { snapshot: base, met: null }
      : await deps.engine.compute({
          snapshot: base,
          contract: filedContract(contract),
          events:
            events === null || compiled === null ? null : { ...events.names, snapshot: compiled.snapshot },
          columns,
          progress: deps.progress,
          commit: (rename) => deps.store.whileHeld(rename),
        });
  if (compiled === null) return { snapshot: result.snapshot, events: null };
  const { rows, files, quarantinePaths } = compiled;
  return { snapshot: result.snapshot, events: { rows, files, met: result.met, quarantinePaths } };
}

async function compileEvents(
  { engine, store, progress }: IngestDeps,
  options: IngestOptions,
  events: EventsSource,
): Promise<CompileResult> {
  const output = join(options.outputFolder, EVENTS_FOLDER);
  const compiled = await engine.compile({
    folder: events.folder,
    within: options.workspace,
    output,
    contract: events.contract,
    maxRejectedShare: options.maxRejectedShare,
    progress,
    commit: (rename) => store.whileHeld(rename),
  });
  await store.whileHeld(() => {
    writeSnapshotFile(output, compiled.snapshot);
    pruneSnapshots(output, [compiled.snapshot.id]);
  });
  return compiled;
}
