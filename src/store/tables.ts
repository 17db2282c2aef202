/** The tables of the state as the queries see them; migrations/ makes them, with the same names in snake case. */
import type { Generated } from 'kysely';

/** Order of insertion: the tie-break of every listing, since times can be equal. */
interface Sequenced {
  readonly seq: Generated<number>;
}

/** JSON as text, or null for the value null. */
type Json = string | null;

export interface RunsTable extends Sequenced {
  id: string;
  verb: string;
  startedBy: 'command' | 'schedule' | 'api';
  version: string;
  startedAt: string;
  finishedAt: string | null;
  status: 'running' | 'succeeded' | 'failed' | 'abandoned';
  result:
    | 'no-new-data'
    | 'no-drift'
    | 'redeployed'
    | 'challenger-refused'
    | 'challenger-shadowing'
    | 'input-broken'
    | 'first-deployment'
    | null;
  errorCode: string | null;
  errorMessage: string | null;
  summary: Json;
}

export interface StepsTable extends Sequenced {
  runId: string;
  name: string;
  startedAt: string;
  seconds: number | null;
  status: 'running' | 'succeeded' | 'failed' | 'skipped';
  note: string;
}

interface RunLogsTable extends Sequenced {
  runId: string;
  /** 0 also while the run goes on. */
  succeeded: 0 | 1;
  /** Lines that were not kept. */
  dropped: number;
}

interface LogLinesTable extends Sequenced {
  runId: string;
  place: number;
  at: string;
  level: 'debug' | 'info' | 'warn' | 'error';
  step: string | null;
  message: string;
}

interface FilesTable extends Sequenced {
  runId: string;
  folder: string;
  name: string;
  sha256: string;
  bytes: number;
  status: 'accepted' | 'rejected' | 'waiting' | 'ignored';
  reason: string | null;
  read: number;
  kept: number;
  duplicates: number;
  quarantined: number;
}

/** What a run read: rows of files, its own and those that an earlier run has recorded. */
interface IngestionsTable extends Sequenced {
  runId: string;
  /** As file-places.ts writes them. */
  places: string;
}

/** A row says that a run ingested a snapshot; the first row of a snapshot is its record. */
export interface SnapshotsTable extends Sequenced {
  id: string;
  runId: string;
  createdAt: string;
  rows: number;
  read: number;
  duplicates: number;
  quarantined: number;
  parquetPath: string;
  columns: Json;
}

export interface ModelsTable extends Sequenced {
  version: string;
  runId: string;
  createdAt: string;
  snapshotId: string;
  learner: string;
  seconds: number;
  document: Json;
}

export interface ScoresTable extends Sequenced {
  runId: string;
  modelVersion: string;
  createdAt: string;
  dataset: 'test' | 'new-data';
  datasetId: string;
  rows: number;
  /** Null stands for NaN, which not every database can keep. */
  f1: number | null;
  metrics: Json;
  /** What the metrics have under `curves`. */
  curves: Json;
}

export interface DeploymentsTable extends Sequenced {
  id: string;
  runId: string;
  modelVersion: string;
  deployedAt: string;
  /** Null stands for NaN. */
  f1: number | null;
  reason: string;
}

export interface NotesTable extends Sequenced {
  modelVersion: string;
  createdAt: string;
  author: string;
  text: string;
}

export interface ChallengesTable extends Sequenced {
  runId: string;
  challenger: string;
  champion: string;
  openedAt: string;
  rows: number;
  state: Json;
  status: 'open' | 'promoted' | 'retired' | 'superseded';
  decidedRun: string | null;
  decidedAt: string | null;
  reason: string | null;
}

export interface ChecksTable extends Sequenced {
  runId: string;
  modelVersion: string;
  createdAt: string;
  kind: 'drift' | 'gate';
  rule: string;
  outcome: 0 | 1;
  rows: number;
  observed: number | null;
  expected: number | null;
  reason: string;
  details: Json;
}

interface DiagnosticsTable extends Sequenced {
  runId: string;
  createdAt: string;
  snapshotId: string;
  values: Json;
}

interface SeenTable {
  folder: string;
  name: string;
  sha256: string;
  seenAt: string;
}

/** One row a model and a name; of older versions more, of which the newest is what holds. */
export interface MonitorStatesTable extends Sequenced {
  runId: string;
  modelVersion: string;
  name: string;
  createdAt: string;
  rows: number;
  state: Json;
}

/**
 * Which rows a look used, in the file that `reference` names. In records of earlier versions that is null, and the keys,
 * 8 bytes each, and of a cohort the probabilities stand in them as base64.
 */
export interface WatchedRowsTable extends Sequenced {
  runId: string;
  modelVersion: string;
  purpose: 'judged' | 'passed-over' | 'seen' | 'arrived' | 'cohort';
  rows: number;
  /** Empty where there is a reference. */
  rowKeys: string;
  probabilities: string | null;
  reference: string | null;
}

export interface EstimatesTable extends Sequenced {
  runId: string;
  modelVersion: string;
  createdAt: string;
  rows: number;
  estimated: Json;
  labelled: number;
  truth: Json;
  settled: 0 | 1;
}

/** No model and no label are the empty text; null numbers stand for NaN. */
export interface MeasurementsTable extends Sequenced {
  runId: string;
  name: string;
  label: string;
  at: string;
  modelVersion: string;
  value: number | null;
  low: number | null;
  high: number | null;
  level: number | null;
  rows: number | null;
}

/** The numbers of a day (UTC) put together; `counted` are those that are not NaN. */
export interface MeasurementDaysTable {
  name: string;
  label: string;
  day: string;
  modelVersion: string;
  /** The Monday of its week, and its month such as 2026-03. */
  week: string;
  month: string;
  counted: number;
  total: number;
  lowest: number | null;
  highest: number | null;
  /** The measurement that was recorded last. */
  lastSeq: number | null;
}

export interface ScoringsTable extends Sequenced {
  runId: string;
  modelVersion: string;
  snapshotId: string;
  createdAt: string;
  clients: number;
  /** Names the file of the scores; null: they are in the table of parts. */
  reference: string | null;
}

/**
 * Of a scoring of an earlier version those clients whose key begins with the same byte, in the order of their keys: keys
 * of 8 bytes and floats of 4, as base64.
 */
export interface ScoringPartsTable extends Sequenced {
  runId: string;
  part: number;
  clients: number;
  clientKeys: string;
  probabilities: string;
}

export interface ClientNotesTable extends Sequenced {
  clientId: string;
  createdAt: string;
  author: string;
  text: string;
}

export interface ClientOutcomesTable extends Sequenced {
  clientId: string;
  createdAt: string;
  outcome: 'stayed' | 'left' | 'contacted';
  at: string;
  author: string;
  /** 1: it is a label by now, or never will be one. */
  settled: 0 | 1;
  file: string | null;
}

export interface ReadmissionsTable extends Sequenced {
  name: string;
  line: number;
  sha256: string;
  createdAt: string;
  file: string;
}

export interface LeasesTable {
  name: string;
  owner: string;
  acquiredAt: string;
  expiresAt: string;
  token: number;
  ttlMs: number;
}

/** Marks of transactions; server-driver.ts writes and asks for them. */
interface CommitsTable {
  token: string;
  at: string;
}

export interface Tables {
  runs: RunsTable;
  steps: StepsTable;
  files: FilesTable;
  ingestions: IngestionsTable;
  snapshots: SnapshotsTable;
  models: ModelsTable;
  scores: ScoresTable;
  deployments: DeploymentsTable;
  notes: NotesTable;
  challenges: ChallengesTable;
  checks: ChecksTable;
  diagnostics: DiagnosticsTable;
  seen: SeenTable;
  monitorStates: MonitorStatesTable;
  watchedRows: WatchedRowsTable;
  estimates: EstimatesTable;
  measurements: MeasurementsTable;
  measurementDays: MeasurementDaysTable;
  scorings: ScoringsTable;
  scoringParts: ScoringPartsTable;
  clientNotes: ClientNotesTable;
  clientOutcomes: ClientOutcomesTable;
  readmissions: ReadmissionsTable;
  runLogs: RunLogsTable;
  logLines: LogLinesTable;
  leases: LeasesTable;
  commits: CommitsTable;
}
