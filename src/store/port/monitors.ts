/** What watching a model keeps from look to look: the states of its tests and the rows that were used. */
import type { PerformanceEstimate } from '../../core/monitor/estimates/performance-estimate.ts';
import type { MonitorState } from '../../core/monitor/performance/monitor.ts';
import type { RiskWatch } from '../../core/monitor/performance/risk-watch.ts';
import type { Truth } from './estimates.ts';
import type { KeptReference, StoredRows } from './kept-rows.ts';

/** The watch of F1, Brier score and profit. */
export interface PerformanceWatch {
  /** When the first row came in, ISO 8601. */
  readonly since: string;
  readonly monitor: MonitorState;
}

/** Deliveries since the deployment, oldest first; the keys of their rows are kept in the same order. */
export interface ArrivalState {
  readonly deliveries: readonly Delivery[];
}

export interface Delivery {
  /** When a look first saw its rows, ISO 8601. */
  readonly at: string;
  readonly rows: number;
  /** The one file that they came in; null: several, or not known. */
  readonly file: string | null;
}

/** When the next outcome becomes final, ISO 8601; null: none is waited for. */
export interface WaitingState {
  readonly until: string | null;
}

/** The states by name: of F1 and what is shown beside it, of the risks, of the deliveries of rows, and of outcomes that are not final yet. */
export interface WatchStates {
  readonly performance: PerformanceWatch;
  readonly risks: RiskWatch;
  readonly inputs: ArrivalState;
  readonly waiting: WaitingState;
}

export type WatchStateName = keyof WatchStates;

/** A state to keep, with the rows that it has used. */
export type NewWatchState<N extends WatchStateName = WatchStateName> = {
  readonly [K in N]: { readonly name: K; readonly rows: number; readonly state: WatchStates[K] };
}[N];

/** Why the content keys of rows are kept: used in a test, in an estimate, compared as inputs, or predicted and waiting for their labels. */
export type RowPurpose = 'judged' | 'passed-over' | 'seen' | 'arrived';

/** The rows that the tests of a model used in a run. */
export interface JudgedLook {
  readonly runId: string;
  readonly rows: readonly StoredRows[];
}

/** A state of a model, as it was after a run. */
export interface KeptState<N extends WatchStateName = WatchStateName> {
  /** Rows that it has used. */
  readonly rows: number;
  readonly runId: string;
  readonly createdAt: string;
  readonly state: WatchStates[N];
}

/** What one look at a model changes, all or nothing. */
export interface WatchRecord {
  readonly runId: string;
  readonly modelVersion: string;
  readonly createdAt: string;
  readonly states: readonly NewWatchState[];
  /** What is used, by its purpose; the engine keeps the rows themselves already. */
  readonly rows: readonly (KeptReference & { readonly purpose: RowPurpose })[];
  /** What was estimated without labels, with the rows that it speaks of where their labels are still to come. */
  readonly estimate: {
    readonly rows: number;
    readonly estimated: PerformanceEstimate;
    readonly labelled: number;
    /** Null until labels came. */
    readonly truth: Truth | null;
    readonly cohort: KeptReference | null;
  } | null;
  /** Truth of earlier estimates, of any model. */
  readonly truths: readonly {
    readonly runId: string;
    readonly modelVersion: string;
    /** null: not known, since its rows are lost; what was known of its truth stays. */
    readonly labelled: number | null;
    readonly truth: Truth | null;
    /** True when no more labels are waited for: the cohort's rows are forgotten. */
    readonly settled: boolean;
  }[];
}

export interface MonitorStore {
  /** Keeps what a look at a model changed, in one transaction that survives the loss of power. */
  recordWatch(watch: WatchRecord): Promise<void>;
  /** The newest state of a model of this name; null before there is one. */
  monitorState<N extends WatchStateName>(modelVersion: string, name: N): Promise<KeptState<N> | null>;
  /** The rows kept for a purpose, in the order they came in; their keys are those of their content. */
  watchedRows(modelVersion: string, purpose: RowPurpose): Promise<readonly StoredRows[]>;
  /** The looks at a model that used rows in its tests, the first one first. */
  judgedLooks(modelVersion: string): Promise<readonly JudgedLook[]>;
}
