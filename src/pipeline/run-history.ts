/** Runs as the store remembers them: when, why, what came of them, and what their steps did. */
import { TidewatchError } from '../base/errors.ts';
import type { Page } from '../store/port.ts';
import type { Resources } from './resources.ts';
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

const MOST_FILES = 1000;

/** One page of all runs, newest first. Error `request-invalid` for a cursor that is none. */
export async function listRuns(
  resources: Resources,
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
export async function showRun(resources: Resources, id: string): Promise<RunDetail> {
  const store = await resources.store();
  const run = await store.run(id);
  if (run === null) {
    throw new TidewatchError('not-found', `There is no run "${id}". GET /api/v1/runs lists those that are.`, {
      details: { run: id },
    });
  }
  const steps = (await store.steps(id)).map(stepEntry);
  const files = (await store.files(id, { limit: MOST_FILES, offset: 0 })).map(fileEntry);
  return { ...runEntry(run), steps, files, summary: run.summary };
}

/** The run that is under way in any process, with its steps so far; null where none is. */
export async function runningNow(
  resources: Resources,
): Promise<{ readonly run: RunEntry; readonly steps: readonly StepEntry[] } | null> {
  const store = await resources.store();
  const [newest] = await store.runs({ limit: 1 });
  if (newest?.status !== 'running') return null;
  return { run: runEntry(newest), steps: (await store.steps(newest.id)).map(stepEntry) };
}
