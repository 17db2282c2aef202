/** Estimates of performance without labels, and what the labels said of them later. */
import type { Listed, Page } from './paging.ts';

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

export interface EstimateStore {
  estimates(page: Page & { readonly modelVersion?: string }): Promise<readonly Listed<EstimateRecord>[]>;
  /** Estimates of all models that wait for labels, oldest first, with their rows. */
  cohorts(): Promise<
    readonly (Pick<EstimateRecord, 'runId' | 'modelVersion'> & { readonly cohort: Cohort })[]
  >;
}
