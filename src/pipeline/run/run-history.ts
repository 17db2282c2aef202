/** Runs as the store remembers them: when, why, what came of them, and what their steps did. */
import { TidewatchError } from '../../base/errors.ts';
import type { Page } from '../../store/port/paging.ts';
import type { LineLevel, LogLine, LogQuery, RunLogRecord } from '../../store/port/run-logs.ts';
import type { RunRecord, RunStore } from '../../store/port/runs.ts';
import type { WithStore } from '../resources.ts';
import {
  type FileEntry,
  fileEntry,
  type RunEntry,
  runEntry,
  type StepEntry,
  stepEntry,
} from './run-entry.ts';

export interface RunPage {
  readonly runs: readonly RunEntry[];
  /** `before` of the next page; null: this was the last one. */
  readonly next: string | null;
}

export interface RunDetail extends RunEntry {
  readonly steps: readonly StepEntry[];
  /** In the order read; at most the first thousand. */
  readonly files: readonly FileEntry[];
  readonly summary: unknown;
}

const MAX_FILES = 1000;

/** One page of all runs, newest first. Error `request-invalid` for an invalid cursor. */
export async function listRuns(
  resources: WithStore,
  page: Page & { readonly verb?: string },
): Promise<RunPage> {
  const store = await resources.store();
  const found = await store.runs({ ...page, limit: page.limit + 1 });
  const shown = found.slice(0, page.limit);
  return {
    runs: shown.map(runEntry),
    next: found.length > shown.length ? (shown.at(-1)?.cursor ?? null) : null,
  };
}

/** All about one run; `not-found` where there is none of that id. */
export async function showRun(resources: WithStore, id: string): Promise<RunDetail> {
  const store = await resources.store();
  const run = await knownRun(store, id);
  const steps = (await store.steps(id)).map(stepEntry);
  const files = (await store.files(id, { limit: MAX_FILES, offset: 0 })).map(fileEntry);
  return { ...runEntry(run), steps, files, summary: run.summary };
}

/** A run with its summary; `not-found` where there is none of that id. */
async function knownRun(store: RunStore, id: string): Promise<RunRecord> {
  const run = await store.run(id);
  if (run !== null) return run;
  throw new TidewatchError(
    'not-found',
    `There is no run "${id}". "tidewatch runs list" and GET /api/v1/runs list those that are.`,
    { details: { run: id } },
  );
}

export interface RunLog {
  readonly run: string;
  /** False where nothing was logged, or it has been forgotten. */
  readonly kept: boolean;
  /** How many lines there are of each level. */
  readonly lines: Readonly<Record<LineLevel, number>>;
  /** How many more there were that are not kept. */
  readonly dropped: number;
  readonly log: readonly LogLine[];
  /** `after` of the next page; null: this was the last one for now. */
  readonly next: number | null;
}

const NOTHING: RunLogRecord = { lines: { debug: 0, info: 0, warn: 0, error: 0 }, dropped: 0 };

/** One page of what a run logged, in order; null: the newest run. `not-found` where there is no such run. */
export async function readRunLog(
  resources: WithStore,
  id: string | null,
  query: Omit<LogQuery, 'runId'>,
): Promise<RunLog> {
  const store = await resources.store();
  const run = id === null ? await newestRun(store) : (await knownRun(store, id)).id;
  const record = await store.runLog(run);
  const found = await store.logLines({ ...query, runId: run, limit: query.limit + 1 });
  const log = found.slice(0, query.limit);
  const next = found.length > log.length ? (log.at(-1)?.place ?? null) : null;
  return { run, kept: record !== null, ...(record ?? NOTHING), log, next };
}

async function newestRun(store: Pick<RunStore, 'runs'>): Promise<string> {
  const [newest] = await store.runs({ limit: 1 });
  if (newest !== undefined) return newest.id;
  throw new TidewatchError('not-found', 'Nothing has run yet. "tidewatch run" does the whole process.');
}

/** The run that is under way in any process, with its steps so far; null where none is. */
export async function runningNow(
  resources: WithStore,
): Promise<{ readonly run: RunEntry; readonly steps: readonly StepEntry[] } | null> {
  const store = await resources.store();
  const [newest] = await store.runs({ limit: 1 });
  if (newest?.status !== 'running') return null;
  return { run: runEntry(newest), steps: (await store.steps(newest.id)).map(stepEntry) };
}
