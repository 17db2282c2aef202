/** What looks at the live model have said: the newest one, and how far estimates without labels have been from the truth. */

import type { PerformanceEstimate } from '../core/monitor/estimates/performance-estimate.ts';
import {
  type EstimateOutcome,
  type TrackRecord,
  trackRecord,
} from '../core/monitor/estimates/track-record.ts';
import type { DriftCheck } from '../steps/watch/drift-check.ts';
import type { Truth } from '../steps/watch/truths.ts';
import type { CheckRecord, EstimateRecord, Store } from '../store/port.ts';
import { everyRecord } from './every-record.ts';
import type { Resources } from './resources.ts';

/** Metrics of which the record of estimates is told. */
const TOLD = ['f1', 'precision', 'recall', 'accuracy', 'rocAuc'] as const;
/** Estimates that are looked at, newest first. */
const MOST_ESTIMATES = 200;
/** Share of the rows of an estimate whose label must be known for it to count. */
const LEAST_LABELLED = 0.5;

/** By metric: estimates beside the truth that came later, newest first. */
export type EstimateRecords = Readonly<Record<(typeof TOLD)[number], TrackRecord>>;

export interface DriftLook extends DriftCheck {
  readonly runId: string;
  readonly modelVersion: string;
  readonly createdAt: string;
}

/** The newest look of any model; null before the first. */
export async function newestLook(resources: Resources): Promise<DriftLook | null> {
  const store = await resources.store();
  for await (const record of everyRecord((page) => store.checks(page))) {
    if (record.kind === 'drift') return lookOf(record);
  }
  return null;
}

function lookOf(record: CheckRecord): DriftLook {
  const { runId, modelVersion, createdAt, rows, observed, reason } = record;
  const details = record.details as Omit<DriftCheck, 'drift' | 'observed' | 'expected' | 'reason'>;
  const expected = record.expected ?? Number.NaN;
  return {
    ...details,
    runId,
    modelVersion,
    createdAt,
    drift: record.outcome,
    observed,
    expected,
    rows,
    reason,
  };
}

/** How far the estimates of all models have been from the truth, where labels have come since. */
export async function estimateRecords(store: Pick<Store, 'estimates'>): Promise<EstimateRecords> {
  const records = await store.estimates({ limit: MOST_ESTIMATES });
  const settled = records.filter(
    ({ truth, labelled, rows }) => truth !== null && labelled >= rows * LEAST_LABELLED,
  );
  const entries = TOLD.map((metric) => [
    metric,
    trackRecord(settled.flatMap((record) => outcomeOf(record, metric))),
  ]);
  return Object.fromEntries(entries) as EstimateRecords;
}

function outcomeOf(record: EstimateRecord, metric: (typeof TOLD)[number]): EstimateOutcome[] {
  const estimate = (record.estimated as PerformanceEstimate).metrics[metric];
  const truth = record.truth as Truth;
  const value = truth.metrics[metric];
  return estimate === null || value === null ? [] : [{ estimate, truth: value, rows: truth.rows }];
}
