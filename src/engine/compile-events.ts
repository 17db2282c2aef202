/** Compiles the files of events as those of clients are, and adds what is computed of them to the rows of clients. */
import { join } from 'node:path';
import type { Progress } from '../base/progress.ts';
import { EVENTS_FOLDER, type EventsNames } from '../formats/contract/computed-columns.ts';
import { filedContract } from '../formats/contract/contract.ts';
import type { TableContract } from '../formats/contract/table-contract.ts';
import type { FileReport, RowCounts } from '../formats/file-report.ts';
import type { CompileResult, Engine, EventsMet, Snapshot } from './port.ts';

interface EventsDeps {
  readonly engine: Pick<Engine, 'compile' | 'compute' | 'snapshots'>;
  readonly progress: Progress;
  /** Lets files be given their names, or refuses to. */
  readonly commit: (rename: () => void) => Promise<void>;
}

interface EventsOptions {
  /** Of the rows of clients, with what is computed. */
  readonly contract: TableContract;
  /** Absolute path of output_folder_path. */
  readonly outputFolder: string;
  /** Absolute path of the workspace, which no link among the files may lead out of. */
  readonly workspace: string;
  readonly maxRejectedShare: number;
  /** null: there are none. */
  readonly events: EventsSource | null;
}

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
export async function addEvents(
  deps: EventsDeps,
  options: EventsOptions,
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
          commit: deps.commit,
        });
  if (compiled === null) return { snapshot: result.snapshot, events: null };
  const { rows, files, quarantinePaths } = compiled;
  return { snapshot: result.snapshot, events: { rows, files, met: result.met, quarantinePaths } };
}

async function compileEvents(
  { engine, commit, progress }: EventsDeps,
  options: EventsOptions,
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
    commit,
  });
  await commit(() => {
    engine.snapshots.point(output, compiled.snapshot);
    engine.snapshots.prune(output, [compiled.snapshot.id]);
  });
  return compiled;
}
