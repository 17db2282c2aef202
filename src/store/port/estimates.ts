/** Estimates of performance without labels, and what the labels said of them later. */
import type { StoredRows } from './kept-rows.ts';
import type { Listed, Page } from './paging.ts';

/** Rows that were predicted and wait for their labels, by content keys without the label, with calibrated probabilities. */
export interface WaitingCohort extends Pick<EstimateRecord, 'runId' | 'modelVersion'> {
  /** One, or the pieces of a record of an earlier version. */
  readonly parts: readonly StoredRows[];
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

export interface EstimateStore {
  estimates(page: Page & { readonly modelVersion?: string }): Promise<readonly Listed<EstimateRecord>[]>;
  /** Estimates of all models that wait for labels, oldest first, with their rows. */
  cohorts(): Promise<readonly WaitingCohort[]>;
}
