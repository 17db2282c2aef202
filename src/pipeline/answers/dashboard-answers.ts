/** What the dashboard asks of a workspace beyond predictions: how things stand, the runs, the files, the clients. */

import type { OutcomeRecord } from '../../store/port/client-records.ts';
import type { Page } from '../../store/port/paging.ts';
import type { LineLevel } from '../../store/port/run-logs.ts';
import {
  addClientNote,
  addOutcome,
  type ClientAnswer,
  type NoteEntry,
  type OutcomeEntry,
  showClient,
} from '../clients/client-file.ts';
import type { RiskBook } from '../clients/risk-book.ts';
import { type FilePage, listFiles, listSnapshots, type SnapshotPage } from '../data/data-history.ts';
import {
  type QuarantineAnswer,
  type QuarantineQuery,
  type ReadmitRequest,
  type ReadmitSummary,
  readmit,
  showQuarantine,
} from '../data/quarantine.ts';
import { createThresholdTrial, type ThresholdAnswer } from '../models/threshold-trial.ts';
import type { Resources } from '../resources.ts';
import { followRuns } from '../run/follow-runs.ts';
import { lockedVerb } from '../run/locked-verb.ts';
import type { RunEntry, StepEntry } from '../run/run-entry.ts';
import type { ToldEvent } from '../run/run-events.ts';
import {
  listRuns,
  type RunDetail,
  type RunLog,
  type RunPage,
  readRunLog,
  runningNow,
  showRun,
} from '../run/run-history.ts';
import { type Today, today } from './today.ts';

/** What starts runs in this process. */
export interface RunControl {
  /** Starts the whole process and returns its id as soon as it has begun. `run-locked` where another one runs. */
  start(): Promise<string>;
  /** When the clock starts the next run; null without a clock. */
  next(): Date | null;
}

interface PageQuery {
  readonly limit: number;
  readonly before?: string | undefined;
}

export interface DashboardAnswers {
  today(): Promise<Today>;
  runs(query: PageQuery & { readonly verb?: string | undefined }): Promise<RunPage>;
  run(id: string): Promise<RunDetail>;
  runLog(
    id: string,
    query: {
      readonly limit: number;
      readonly level?: LineLevel | undefined;
      readonly after?: number | undefined;
    },
  ): Promise<RunLog>;
  startRun(): Promise<{ readonly id: string }>;
  /** What runs now in any process; null: nothing. */
  running(): Promise<{ readonly run: RunEntry; readonly steps: readonly StepEntry[] } | null>;
  /** Events after the one of that id, as far as they are remembered. */
  eventsSince(id: string): readonly ToldEvent[];
  /** Calls `listener` at every event of a run of any process until the function that it returns is called. */
  listen(listener: (told: ToldEvent) => void): () => void;
  files(query: { readonly limit: number; readonly offset: number }): Promise<FilePage>;
  snapshots(query: PageQuery): Promise<SnapshotPage>;
  quarantine(query: QuarantineQuery): Promise<QuarantineAnswer>;
  readmit(request: ReadmitRequest): Promise<ReadmitSummary>;
  client(id: string): Promise<ClientAnswer>;
  addClientNote(
    id: string,
    note: { readonly text: string; readonly author?: string | undefined },
  ): Promise<NoteEntry>;
  addOutcome(
    id: string,
    told: {
      readonly outcome: OutcomeRecord['outcome'];
      readonly at?: string | undefined;
      readonly author?: string | undefined;
    },
  ): Promise<OutcomeEntry>;
  threshold(model: string, at: number | undefined): Promise<ThresholdAnswer>;
}

/** How often the store is asked for runs of other processes while somebody listens. */
const FOLLOW_EVERY_MS = 1500;

export function createDashboardAnswers(
  resources: Resources,
  control: RunControl,
  book: RiskBook,
): DashboardAnswers {
  const { events } = resources;
  const trial = createThresholdTrial(resources, book);
  return {
    today: () => today(resources, control.next()),
    runs: ({ verb, ...query }) =>
      listRuns(resources, { ...pageOf(query), ...(verb === undefined ? {} : { verb }) }),
    run: (id) => showRun(resources, id),
    runLog: (id, { limit, level, after }) =>
      readRunLog(resources, id, {
        limit,
        ...(level === undefined ? {} : { level }),
        ...(after === undefined ? {} : { after }),
      }),
    startRun: async () => ({ id: await control.start() }),
    running: () => runningNow(resources),
    eventsSince: (id) => events.since(id),
    listen: createListener(resources),
    files: (query) => listFiles(resources, query),
    snapshots: (query) => listSnapshots(resources, pageOf(query)),
    quarantine: (query) => showQuarantine(resources, query),
    readmit: (request) => lockedVerb(resources, 'readmit', 'api', (_, held) => readmit(held, request)),
    client: (id) => showClient(resources, book, id),
    addClientNote: (id, note) => addClientNote(resources, book, id, note),
    addOutcome: (id, told) => addOutcome(resources, book, id, told),
    threshold: (model, at) => trial.try(model, at),
  };
}

function pageOf({ limit, before }: PageQuery): Page {
  return before === undefined ? { limit } : { limit, before };
}

/** Follows the runs of other processes from the first listener on, until the last one is gone. */
function createListener({ events, store }: Resources): DashboardAnswers['listen'] {
  let listeners = 0;
  let unfollow = (): void => undefined;
  return (listener) => {
    const stop = events.listen(listener);
    if (listeners++ === 0) {
      unfollow = followRuns({ store, everyMs: FOLLOW_EVERY_MS, isOwn: events.isOwn, tell: events.relay });
    }
    let stopped = false;
    return () => {
      if (stopped) return;
      stopped = true;
      stop();
      if (--listeners === 0) unfollow();
    };
  };
}
