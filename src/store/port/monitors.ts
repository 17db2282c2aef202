/** What watching a model keeps from look to look: the states of its tests and the rows that were used. */
import type { KeptReference, StoredRows } from './kept-rows.ts';

/** Why the content keys of rows are kept: used in a test, in an estimate, compared as inputs, or predicted and waiting for their labels. */
export type RowPurpose = 'judged' | 'passed-over' | 'seen' | 'arrived';

/** The rows that the tests of a model used in a run. */
export interface JudgedLook {
  readonly runId: string;
  readonly rows: readonly StoredRows[];
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
  /** What is used, by its purpose; the engine keeps the rows themselves already. */
  readonly rows: readonly (KeptReference & { readonly purpose: RowPurpose })[];
  /** What was estimated without labels, with the rows that it speaks of where their labels are still to come. */
  readonly estimate: {
    readonly rows: number;
    readonly estimated: unknown;
    readonly labelled: number;
    /** Null until labels came. */
    readonly truth: unknown;
    readonly cohort: KeptReference | null;
  } | null;
  /** Truth of earlier estimates, of any model. */
  readonly truths: readonly {
    readonly runId: string;
    readonly modelVersion: string;
    /** null: not known, since its rows are lost; what was known of its truth stays. */
    readonly labelled: number | null;
    readonly truth: unknown;
    /** True when no more labels are waited for: the cohort's rows are forgotten. */
    readonly settled: boolean;
  }[];
}

export interface MonitorStore {
  /** Keeps what a look at a model changed, in one transaction that survives the loss of power. */
  recordWatch(watch: WatchRecord): Promise<void>;
  /** The newest state of each test of a model, by name. */
  monitorStates(modelVersion: string): Promise<ReadonlyMap<string, MonitorState>>;
  /** The rows kept for a purpose, in the order they came in; their keys are those of their content. */
  watchedRows(modelVersion: string, purpose: RowPurpose): Promise<readonly StoredRows[]>;
  /** The looks at a model that used rows in its tests, the first one first. */
  judgedLooks(modelVersion: string): Promise<readonly JudgedLook[]>;
}
