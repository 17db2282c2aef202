/** What the routes of the dashboard need of the rest of the system. */
import type {
  Client,
  ClientNote,
  ClientNoteRequest,
  Files,
  FilesQuery,
  Outcome,
  OutcomeRequest,
  Quarantine,
  QuarantineQuery,
  Readmit,
  ReadmitRequest,
  Run,
  RunEntry,
  RunEvent,
  RunLog,
  RunLogQuery,
  Runs,
  RunsQuery,
  Snapshots,
  SnapshotsQuery,
  StartedRun,
  Step,
  Threshold,
  Today,
} from './contract.ts';

/** An event with its place, for those who come back. */
export interface ToldRunEvent {
  readonly id: string;
  readonly event: RunEvent;
}

/** Each rejects with a TidewatchError where it cannot answer. */
export interface DashboardDeps {
  /** How things stand, in plain words. */
  today(): Promise<Today>;
  /** A page of the runs. */
  runs(query: RunsQuery): Promise<Runs>;
  /** All about one run; `not-found` where there is none of that id. */
  run(id: string): Promise<Run>;
  /** A page of what a run logged; `not-found` where there is none of that id. */
  runLog(id: string, query: RunLogQuery): Promise<RunLog>;
  /** Starts the whole process and answers when it has begun; `run-locked` where another one runs. */
  startRun(): Promise<StartedRun>;
  /** What runs now, in any process; null: nothing. */
  running(): Promise<{ readonly run: RunEntry; readonly steps: readonly Step[] } | null>;
  /** Events after the one of that id, as far as they are remembered. */
  eventsSince(id: string): readonly ToldRunEvent[];
  /** Calls `listener` at every event of a run until the function that it returns is called. */
  listen(listener: (told: ToldRunEvent) => void): () => void;
  /** The files of the newest ingestion. */
  files(query: FilesQuery): Promise<Files>;
  /** A page of the snapshots. */
  snapshots(query: SnapshotsQuery): Promise<Snapshots>;
  /** A page of the rows that were not accepted. */
  quarantine(query: QuarantineQuery): Promise<Quarantine>;
  /** Puts rows of the quarantine into the input folder. */
  readmit(request: ReadmitRequest): Promise<Readmit>;
  /** All about one client; `not-found` where the data does not have it. */
  client(id: string): Promise<Client>;
  addClientNote(id: string, note: ClientNoteRequest): Promise<ClientNote>;
  addOutcome(id: string, told: OutcomeRequest): Promise<Outcome>;
  /** What another threshold would mean for a model, by any of its names; undefined: its own. */
  threshold(model: string, at: number | undefined): Promise<Threshold>;
}
