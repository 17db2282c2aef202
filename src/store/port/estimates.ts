/** Estimates of performance without labels, and what the labels said of them later. */
import type { PerformanceEstimate } from '../../core/monitor/estimates/performance-estimate.ts';
import type { StoredRows } from './kept-rows.ts';
import type { Listed, Page } from './paging.ts';

export const TRUE_METRICS = [
  'f1',
  'precision',
  'recall',
  'accuracy',
  'rocAuc',
  'baseRate',
  'profit',
] as const;
export type TrueMetric = (typeof TRUE_METRICS)[number];

/** Metrics on the labels that came; null where they do not define one. */
export interface Truth {
  readonly rows: number;
  readonly metrics: Readonly<Record<TrueMetric, number | null>>;
}

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
  readonly estimated: PerformanceEstimate;
  /** Rows of it whose label is known by now. */
  readonly labelled: number;
  /** null until labels came. */
  readonly truth: Truth | null;
  readonly settled: boolean;
}

export interface EstimateStore {
  estimates(page: Page & { readonly modelVersion?: string }): Promise<readonly Listed<EstimateRecord>[]>;
  /** Estimates of all models that wait for labels, oldest first, with their rows. */
  cohorts(): Promise<readonly WaitingCohort[]>;
}
