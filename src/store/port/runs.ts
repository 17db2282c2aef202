/** What ran: the full process or one command alone. */
import type { Listed, Page } from './paging.ts';

export type RunResult =
  | 'no-new-data'
  | 'no-drift'
  | 'redeployed'
  | 'challenger-refused'
  | 'challenger-shadowing'
  | 'input-broken'
  | 'first-deployment';

export type RunStatus = 'running' | 'succeeded' | 'failed' | 'abandoned';

/** What asked for the work: the full process by hand or by the clock, or one command alone. */
export type RunTrigger = 'command' | 'schedule' | 'api';

export interface RunRecord {
  readonly id: string;
  /** The verb: `run`, or the one step run by itself, such as `ingest`. */
  readonly verb: string;
  readonly trigger: RunTrigger;
  readonly version: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly status: RunStatus;
  readonly result: RunResult | null;
  /** Why it failed: code and message. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /** What `--json` printed. */
  readonly summary: unknown;
}

/** A run as it is listed: a summary may be tens of kilobytes. */
export type RunOutline = Omit<RunRecord, 'summary'>;

export interface RunStore {
  /** Begins a run; its record is `running` until finished. */
  startRun(run: Pick<RunRecord, 'id' | 'verb' | 'trigger' | 'version' | 'startedAt'>): Promise<void>;
  finishRun(
    id: string,
    end: Pick<RunRecord, 'status' | 'result' | 'error' | 'summary'> & { readonly finishedAt: string },
  ): Promise<void>;
  /** Forgets the summaries of all but the newest `keep` runs. Returns how many. */
  forgetSummaries(keep: number): Promise<number>;
  /** Marks runs that are still `running`, other than `exceptId`, as `abandoned`: their process died. Returns how many. */
  abandonRuns(exceptId: string, at: string): Promise<number>;
  run(id: string): Promise<RunRecord | null>;
  runs(page: Page & { readonly verb?: string }): Promise<readonly Listed<RunOutline>[]>;
}
