/** Measurements: one number at one time, for trends. */

import type { MeasureName } from '../nouns/measures.ts';
import type { Listed, Page } from './paging.ts';

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

export interface MeasurementStore {
  /** Keeps all of the list or nothing. */
  recordMeasurements(measurements: readonly NewMeasurement[]): Promise<void>;
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
}
