/**
 * The port to the state: what ran, what it read, what it made, what is live. Records are added and finished,
 * never rewritten, so trends over months and "which model was live when" are questions to these tables.
 * All times are ISO 8601 in UTC; listings are newest first, in the order of recording: clocks may disagree.
 */
import type { MeasureName } from './nouns/measures.ts';

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

export interface StepRecord {
  readonly runId: string;
  readonly name: string;
  readonly startedAt: string;
  /** Null while it runs. */
  readonly seconds: number | null;
  readonly status: 'running' | 'succeeded' | 'failed' | 'skipped';
  /** What it did, or why it stopped or was skipped, in one sentence. */
  readonly note: string;
}

/** Levels of log lines, the least first. */
export const LOG_LEVELS = Object.freeze(['debug', 'info', 'warn', 'error'] as const);
export type LineLevel = (typeof LOG_LEVELS)[number];

/** A line that a run logged. */
export interface LogLine {
  /** Counts from 0 within the run. */
  readonly place: number;
  readonly at: string;
  readonly level: LineLevel;
  /** The step that it is of; null: of none, or of several at once. */
  readonly step: string | null;
  readonly message: string;
}

export interface LogQuery {
  readonly runId: string;
  /** Only lines of this level and those above. */
  readonly level?: LineLevel;
  /** Only lines after this place. */
  readonly after?: number;
  readonly limit: number;
}

export interface RunLogRecord {
  /** How many lines there are of each level. */
  readonly lines: Readonly<Record<LineLevel, number>>;
  /** How many more there were that are not kept; known when the run has ended. */
  readonly dropped: number;
}

export interface FileRecord {
  readonly runId: string;
  readonly folder: string;
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly status: 'accepted' | 'rejected' | 'waiting' | 'ignored';
  readonly reason: string | null;
  readonly read: number;
  readonly kept: number;
  readonly duplicates: number;
  readonly quarantined: number;
}

export interface SnapshotRecord {
  readonly id: string;
  readonly runId: string;
  readonly createdAt: string;
  readonly rows: number;
  readonly read: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly parquetPath: string;
  /** Columns as JSON data (SnapshotColumn[] of engine/port.ts). */
  readonly columns: unknown;
}

export interface ModelRecord {
  /** ModelDocument.version. */
  readonly version: string;
  readonly runId: string;
  readonly createdAt: string;
  readonly snapshotId: string;
  readonly learner: string;
  /** Seconds of the fit, reading included. */
  readonly seconds: number;
  /** The model document itself, as JSON data. */
  readonly document: unknown;
}

/** A model as it is listed: a document may be megabytes. */
export interface ModelOutline extends Omit<ModelRecord, 'document'> {
  /** Rows of its snapshot; null where the store does not know the snapshot. */
  readonly rows: number | null;
}

export interface ScoreRecord {
  readonly runId: string;
  readonly modelVersion: string;
  readonly createdAt: string;
  /** What it was scored on: `test`, or `new-data` for the check of drift. */
  readonly dataset: 'test' | 'new-data';
  /** Hash over the scored files or the snapshot's id. */
  readonly datasetId: string;
  readonly rows: number;
  readonly f1: number;
  /** Every metric, as JSON data; listings leave out `curves` in it, which may be tens of kilobytes. */
  readonly metrics: unknown;
}

export interface DeploymentRecord {
  readonly id: string;
  readonly runId: string;
  readonly modelVersion: string;
  readonly deployedAt: string;
  readonly f1: number;
  readonly reason: string;
}

/** A deployment with what brought it about: the verb of its run (`run`, `deploy`, `promote`, `rollback`). */
export interface DeploymentEvent extends DeploymentRecord {
  readonly verb: string;
  readonly trigger: RunTrigger;
}

export interface NoteRecord {
  readonly modelVersion: string;
  readonly createdAt: string;
  /** Who says it: a user of the operating system, or the name that was given. */
  readonly author: string;
  readonly text: string;
}

export interface ChallengeRecord {
  /** The run that opened it. */
  readonly runId: string;
  /** Versions of both models. */
  readonly challenger: string;
  readonly champion: string;
  readonly openedAt: string;
  /** New labelled rows that both were compared on so far. */
  readonly rows: number;
  /** State of the comparison, as JSON data. */
  readonly state: unknown;
  readonly status: 'open' | 'promoted' | 'retired' | 'superseded';
  /** The run that ended it, when, and why; null while it is open. */
  readonly decidedRun: string | null;
  readonly decidedAt: string | null;
  readonly reason: string | null;
}

export interface CheckRecord {
  readonly runId: string;
  readonly modelVersion: string;
  readonly createdAt: string;
  /** `drift` (new data against the deployed score) or `gate` (champion against challenger). */
  readonly kind: 'drift' | 'gate';
  readonly rule: string;
  /** drift found, or challenger accepted. */
  readonly outcome: boolean;
  readonly rows: number;
  readonly observed: number | null;
  readonly expected: number | null;
  readonly reason: string;
  readonly details: unknown;
}

/** A check as it is listed: its details may be tens of kilobytes. */
export type CheckOutline = Omit<CheckRecord, 'details'>;

export interface DiagnosticsRecord {
  readonly runId: string;
  readonly createdAt: string;
  readonly snapshotId: string;
  /** The diagnostics as JSON data. */
  readonly values: unknown;
}

/** Why the content keys of rows are kept: used in a test, in an estimate, compared as inputs, or predicted and waiting for their labels. */
export type RowPurpose = 'judged' | 'passed-over' | 'seen' | 'arrived';

/** The rows that the tests of a model used in a run. */
export interface JudgedLook {
  readonly runId: string;
  readonly keys: BigUint64Array;
}

/** The state of one test of a model, as it was after a run. */
export interface MonitorState {
  /** Rows that it has used. */
  readonly rows: number;
  readonly runId: string;
  readonly createdAt: string;
  /** JSON data. */
  readonly state: unknown;
}

/** What one look at a model changes, all or nothing. */
export interface WatchRecord {
  readonly runId: string;
  readonly modelVersion: string;
  readonly createdAt: string;
  readonly states: readonly { readonly name: string; readonly rows: number; readonly state: unknown }[];
  readonly rows: readonly { readonly purpose: RowPurpose; readonly keys: BigUint64Array }[];
  /** What was estimated without labels, with the rows that it speaks of where their labels are still to come. */
  readonly estimate: {
    readonly rows: number;
    readonly estimated: unknown;
    readonly labelled: number;
    /** Null until labels came. */
    readonly truth: unknown;
    readonly cohort: Cohort | null;
  } | null;
  /** Truth of earlier estimates, of any model. */
  readonly truths: readonly {
    readonly runId: string;
    readonly modelVersion: string;
    readonly labelled: number;
    readonly truth: unknown;
    /** True when no more labels are waited for: the cohort's rows are forgotten. */
    readonly settled: boolean;
  }[];
}

/** Rows that were predicted: content keys (without the label) and calibrated probabilities, one each a row. */
export interface Cohort {
  readonly keys: BigUint64Array;
  readonly probabilities: Float64Array;
}

export interface EstimateRecord {
  readonly runId: string;
  readonly modelVersion: string;
  readonly createdAt: string;
  readonly rows: number;
  /** JSON data. */
  readonly estimated: unknown;
  /** Rows of it whose label is known by now. */
  readonly labelled: number;
  /** JSON data; null until labels came. */
  readonly truth: unknown;
  readonly settled: boolean;
}

/** One number at one time; `label` is a column or a segment, as measures.ts says of the name. */
export interface MeasurementRecord {
  readonly runId: string;
  readonly name: MeasureName;
  /** null: of the whole. */
  readonly label: string | null;
  readonly at: string;
  /** The model that it is of, or that was live; null where none was. */
  readonly modelVersion: string | null;
  /** NaN where it is not defined. */
  readonly value: number;
  /** Its interval, and the confidence level of that; null without one. */
  readonly low: number | null;
  readonly high: number | null;
  readonly level: number | null;
  /** Rows that it comes from; null where it comes from none. */
  readonly rows: number | null;
}

/** What has to be said to record one: the rest is null. */
export type NewMeasurement = Pick<MeasurementRecord, 'runId' | 'name' | 'at' | 'value'> &
  Partial<Omit<MeasurementRecord, 'runId' | 'name' | 'at' | 'value'>>;

export interface MeasurementQuery {
  readonly name: MeasureName;
  /** Only this column or segment; without it only the whole. */
  readonly label?: string;
  readonly modelVersion?: string;
  /** Inclusive, a time in UTC. */
  readonly since?: string;
  /** Exclusive. */
  readonly until?: string;
}

export type BucketSize = 'day' | 'week' | 'month' | 'model';

/** The measurements of a day, a week (named by its Monday), a month or a model, put together. */
export interface MeasurementBucket {
  /** `2026-03-02`, `2026-03`, or the version of the model; null for measurements of no model. */
  readonly bucket: string | null;
  /** First and last day (UTC) with a measurement. */
  readonly from: string;
  readonly to: string;
  /** How many numbers; those that are NaN are left out of all but `last`. */
  readonly count: number;
  /** null where count is 0. */
  readonly mean: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** The one that was recorded last. */
  readonly last: MeasurementRecord;
}

export interface MeasuredSeries {
  readonly name: MeasureName;
  readonly label: string | null;
  /** Days (UTC) of the first and of the last measurement. */
  readonly from: string;
  readonly to: string;
  /** Measurements that are numbers. */
  readonly count: number;
}

/** When a model scored all clients of a snapshot, in which run. */
export interface ScoringRecord {
  readonly runId: string;
  readonly modelVersion: string;
  readonly snapshotId: string;
  readonly createdAt: string;
  readonly clients: number;
}

/** Scores of clients, one place each: keys of their ids, and calibrated probabilities. */
export interface ClientScores {
  readonly keys: BigUint64Array;
  readonly probabilities: Float32Array;
}

export interface ClientNoteRecord {
  readonly clientId: string;
  readonly createdAt: string;
  readonly author: string;
  readonly text: string;
}

export interface OutcomeRecord {
  readonly clientId: string;
  readonly createdAt: string;
  /** contacted says nothing of the label. */
  readonly outcome: 'stayed' | 'left' | 'contacted';
  /** When it happened. */
  readonly at: string;
  readonly author: string;
  /** True where it is a label by now, or will never be one. */
  readonly settled: boolean;
  /** The input file that gave the label; null: none. */
  readonly file: string | null;
}

/** A row of the quarantine that was put back into the input folder. */
export interface ReadmissionRecord {
  /** The input file that it was in, and its line there. */
  readonly name: string;
  readonly line: number;
  /** Of the line as it was. */
  readonly sha256: string;
  readonly createdAt: string;
  /** The input file that it is in now. */
  readonly file: string;
}

export interface LeaseHolder {
  readonly owner: string;
  readonly acquiredAt: string;
  readonly expiresAt: string;
}

/** A lease as its owner has it. */
export interface HeldLease {
  readonly name: string;
  readonly owner: string;
  /** Goes up each time that the lease is taken. */
  readonly token: number;
  /** It is given for so long at a time. */
  readonly ttlMs: number;
}

/** What renews a lease while its process lives, whatever that computes. */
export interface LeaseKeeper {
  close(): Promise<void>;
}

export type LeaseAnswer =
  | { readonly kind: 'acquired'; readonly token: number; readonly takenOver: LeaseHolder | null }
  | { readonly kind: 'held'; readonly holder: LeaseHolder };

export interface Page {
  /** How many records at most: a whole number from 1. */
  readonly limit: number;
  /**
   * Exclusive: the cursor of a listed record (the next page of a listing starts after its last record), or a
   * time alone (only records that started or were created before it, by the clock that they were made by). Anything
   * else is `request-invalid`.
   */
  readonly before?: string;
}

export interface FilesPage {
  readonly limit: number;
  readonly offset: number;
}

/** A record of a listing with its place in it, opaque, for `Page.before`; no two records of a listing share one. */
export type Listed<T> = T & { readonly cursor: string };

export interface Store {
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
  startStep(step: Pick<StepRecord, 'runId' | 'name' | 'startedAt'>): Promise<void>;
  finishStep(
    runId: string,
    name: string,
    end: Pick<StepRecord, 'seconds' | 'status' | 'note'>,
  ): Promise<void>;

  /** Adds lines to the log of a run; those whose place is there already stay as they were. */
  recordLog(runId: string, lines: readonly LogLine[]): Promise<void>;
  /**
   * Says how the run of a log ended, and forgets the logs of the oldest runs: `keep` of those that succeeded stay, and
   * as many of the others.
   */
  endLog(
    runId: string,
    end: { readonly succeeded: boolean; readonly dropped: number },
    keep: number,
  ): Promise<void>;

  /**
   * What a run read, in the order read. A file that is as the ingestion before recorded it takes no room; the names of
   * the others are returned.
   */
  recordFiles(files: readonly FileRecord[]): Promise<ReadonlySet<string>>;
  /** Adds the snapshot; one that is known already stays as it was. */
  recordSnapshot(snapshot: SnapshotRecord): Promise<void>;
  /** Adds the model; one that is known already stays as it was. */
  recordModel(model: ModelRecord): Promise<void>;
  recordScore(score: ScoreRecord): Promise<void>;
  /** Adds the deployment; one that is known already stays as it was. */
  recordDeployment(deployment: DeploymentRecord): Promise<void>;
  /** Once it has returned, all that was recorded before survives the loss of power. */
  settle(): Promise<void>;
  recordCheck(check: CheckRecord): Promise<void>;
  recordNote(note: NoteRecord): Promise<void>;
  /** Opens a challenge; one that is open ends as `superseded`. */
  startChallenge(
    challenge: Pick<ChallengeRecord, 'runId' | 'challenger' | 'champion' | 'openedAt' | 'state'>,
  ): Promise<void>;
  /** Keeps how the open challenge of this challenger stands. */
  advanceChallenge(step: Pick<ChallengeRecord, 'challenger' | 'rows' | 'state'>): Promise<void>;
  endChallenge(end: {
    readonly challenger: string;
    readonly status: Exclude<ChallengeRecord['status'], 'open'>;
    readonly runId: string;
    readonly at: string;
    readonly reason: string;
  }): Promise<void>;
  /** Forgets the documents of models; what they scored and when they were live stays. Returns how many. */
  removeModels(versions: readonly string[]): Promise<number>;
  recordDiagnostics(diagnostics: DiagnosticsRecord): Promise<void>;
  /**
   * Keeps how a run scored the clients, all or nothing, and forgets the oldest scorings beyond `keepClients` scores
   * together; the newest two stay.
   */
  recordScoring(scoring: ScoringRecord & ClientScores, keepClients: number): Promise<void>;
  recordClientNote(note: ClientNoteRecord): Promise<void>;
  recordOutcome(outcome: Omit<OutcomeRecord, 'settled' | 'file'>): Promise<void>;
  /** Says of outcomes, by their `seq`, that they are labels in `file`, or with null that they never will be. */
  settleOutcomes(places: readonly number[], file: string | null): Promise<void>;
  recordReadmissions(rows: readonly ReadmissionRecord[]): Promise<void>;
  /** Keeps what a look at a model changed, in one transaction that survives the loss of power. */
  recordWatch(watch: WatchRecord): Promise<void>;
  /** Keeps all of the list or nothing. */
  recordMeasurements(measurements: readonly NewMeasurement[]): Promise<void>;
  /** Remembers that these contents have been ingested and checked, so that they are not new again. */
  recordSeen(
    folder: string,
    files: readonly { readonly name: string; readonly sha256: string }[],
    at: string,
  ): Promise<void>;

  run(id: string): Promise<RunRecord | null>;
  runs(page: Page & { readonly verb?: string }): Promise<readonly Listed<RunOutline>[]>;
  steps(runId: string): Promise<readonly StepRecord[]>;
  /** What there is of a run's log; null: nothing, or nothing any more. */
  runLog(runId: string): Promise<RunLogRecord | null>;
  /** Lines of a run's log in order. */
  logLines(query: LogQuery): Promise<readonly LogLine[]>;
  /** Newest finished steps of a name that succeeded, for durations. */
  stepHistory(name: string, limit: number): Promise<readonly StepRecord[]>;
  /** The files of a run in the order read, at most `limit` after the first `offset`; without a page all of them. */
  files(runId: string, page?: FilesPage): Promise<readonly FileRecord[]>;
  /** Files that a run refused whole, in the order read, at most `limit`, with when a run first found them so. */
  rejectedFiles(runId: string, limit: number): Promise<readonly (FileRecord & { readonly since: string })[]>;
  /**
   * Times at which `recordSeen` was given a content that it did not know, newest first, at most `limit`; files whose name
   * begins with one of `except` do not count.
   */
  arrivals(folder: string, limit: number, except: readonly string[]): Promise<readonly string[]>;
  /** The run that read files last, and how many it read; null before any did. */
  latestIngestion(): Promise<{ readonly runId: string; readonly files: number } | null>;
  /** Which of these contents `recordSeen` knows in this folder, as `name` and `sha256` pairs. */
  seen(folder: string): Promise<readonly { readonly name: string; readonly sha256: string }[]>;
  snapshot(id: string): Promise<SnapshotRecord | null>;
  latestSnapshot(): Promise<SnapshotRecord | null>;
  snapshots(page: Page): Promise<readonly Listed<SnapshotRecord>[]>;
  model(version: string): Promise<ModelRecord | null>;
  models(page: Page): Promise<readonly Listed<ModelOutline>[]>;
  /** Versions that begin with a text, newest first, at most `limit`. */
  versions(prefix: string, limit: number): Promise<readonly string[]>;
  /** How many models are stored, and the versions of those that were never live and that no note is on, newest first. */
  unboundModels(): Promise<{ readonly stored: number; readonly versions: readonly string[] }>;
  scores(
    page: Page & { readonly dataset?: ScoreRecord['dataset']; readonly modelVersion?: string },
  ): Promise<readonly Listed<ScoreRecord>[]>;
  /** Newest score of a model on a dataset. */
  latestScore(modelVersion: string, dataset: ScoreRecord['dataset']): Promise<ScoreRecord | null>;
  /** The same of several stored models at once, by version, as a listing gives them. */
  latestScores(
    modelVersions: readonly string[],
    dataset: ScoreRecord['dataset'],
  ): Promise<ReadonlyMap<string, ScoreRecord>>;
  deployment(id: string): Promise<Listed<DeploymentEvent> | null>;
  deployments(page: Page & { readonly modelVersion?: string }): Promise<readonly Listed<DeploymentEvent>[]>;
  notes(page: Page & { readonly modelVersion?: string }): Promise<readonly Listed<NoteRecord>[]>;
  /** The challenge that is open, or null. */
  openChallenge(): Promise<ChallengeRecord | null>;
  challenges(page: Page): Promise<readonly Listed<ChallengeRecord>[]>;
  checks(page: Page & { readonly kind?: CheckRecord['kind'] }): Promise<readonly Listed<CheckOutline>[]>;
  /** The newest check of a kind, of one model or of any. */
  latestCheck(kind: CheckRecord['kind'], modelVersion?: string): Promise<CheckRecord | null>;
  latestDiagnostics(): Promise<DiagnosticsRecord | null>;

  /** The newest scorings of the clients. */
  scorings(limit: number): Promise<readonly ScoringRecord[]>;
  /** What a scoring said of clients: one place each, NaN where it did not know the client. */
  clientScores(runId: string, keys: BigUint64Array): Promise<Float64Array>;
  /** What the scorings said of one client, newest first; those that did not know it are left out. */
  scoresOfClient(
    key: bigint,
    limit: number,
  ): Promise<readonly (ScoringRecord & { readonly probability: number })[]>;
  clientNotes(clientId: string, limit: number): Promise<readonly ClientNoteRecord[]>;
  outcomes(clientId: string, limit: number): Promise<readonly OutcomeRecord[]>;
  /** Outcomes that are labels to come, in the order told. */
  waitingOutcomes(limit: number): Promise<readonly (OutcomeRecord & { readonly seq: number })[]>;
  /** Rows of an input file that were re-admitted. */
  readmissions(name: string): Promise<readonly ReadmissionRecord[]>;

  /** The newest state of each test of a model, by name. */
  monitorStates(modelVersion: string): Promise<ReadonlyMap<string, MonitorState>>;
  /** Content keys of the rows kept for a purpose, in the order they came in. */
  watchedRows(modelVersion: string, purpose: RowPurpose): Promise<readonly BigUint64Array[]>;
  /** The looks at a model that used rows in its tests, the first one first, each with the keys of its rows. */
  judgedLooks(modelVersion: string): Promise<readonly JudgedLook[]>;
  estimates(page: Page & { readonly modelVersion?: string }): Promise<readonly Listed<EstimateRecord>[]>;
  /** Estimates of all models that wait for labels, oldest first, with their rows. */
  cohorts(): Promise<
    readonly (Pick<EstimateRecord, 'runId' | 'modelVersion'> & { readonly cohort: Cohort })[]
  >;

  /** The measurements of a name one by one, by their time, newest first. */
  measurements(query: MeasurementQuery & Page): Promise<readonly Listed<MeasurementRecord>[]>;
  /**
   * The same put together by day, week, month or model, the newest `limit` of them, newest first. Here `since` and
   * `until` mean whole days: the day that `since` lies in counts, and so does that of the last moment before `until`.
   */
  measurementBuckets(
    query: MeasurementQuery & { readonly by: BucketSize; readonly limit: number },
  ): Promise<readonly MeasurementBucket[]>;
  /** Every name and label that was ever measured, by name, the whole before its labels. */
  measurementNames(): Promise<readonly MeasuredSeries[]>;

  /**
   * Takes the lease if it is free or has expired, in one transaction; its token is greater than any before, and than
   * `above`. A lease that ends later than it can have been given for is cut to that, so that a clock which was ahead
   * keeps nobody waiting for longer.
   */
  acquireLease(name: string, owner: string, now: Date, ttlMs: number, above?: number): Promise<LeaseAnswer>;
  /** Who holds the lease and for how long yet; null: it is free, or has expired. */
  leaseHolder(name: string, now: Date): Promise<LeaseHolder | null>;
  /** Extends a lease that `owner` still holds; false if it was taken over. */
  renewLease(name: string, owner: string, now: Date, ttlMs: number): Promise<boolean>;
  /** Gives the lease back; nothing happens if `owner` no longer holds it. */
  releaseLease(name: string, owner: string): Promise<void>;
  /** Renews the lease in a thread and over a connection of its own, until it is closed or the lease is lost. */
  keepLease(lease: HeldLease): LeaseKeeper;
  /** The same store for the owner of a lease alone: once somebody else has taken it, every write is `lease-lost`. */
  fencedBy(lease: Pick<HeldLease, 'name' | 'token'>): Store;
  /** Does work, which must be short, while nobody can take the lease that the store is fenced by. */
  whileHeld<T>(work: () => T): Promise<T>;
  /** True when the store answers and its schema is this version's. */
  ready(): Promise<boolean>;
  close(): Promise<void>;
}
