/** What looks at the live model have said: the newest one, and how far estimates without labels have been from the truth. */

import {
  type EstimateOutcome,
  type TrackRecord,
  trackRecord,
} from '../../core/monitor/estimates/track-record.ts';
import type { CheckOutline, CheckRecord } from '../../store/port/checks.ts';
import type { DriftCheck } from '../../store/port/drift-check.ts';
import type { EstimateRecord, EstimateStore } from '../../store/port/estimates.ts';
import type { WithStore } from '../resources.ts';

/** Metrics of which the record of estimates is told. */
const TOLD = ['f1', 'precision', 'recall', 'accuracy', 'rocAuc'] as const;
/** Estimates that are looked at, newest first. */
const MAX_ESTIMATES = 200;
/** Share of the rows of an estimate whose label must be known for it to count. */
const MIN_LABELLED = 0.5;

/** By metric: estimates beside the truth that came later, newest first. */
export type EstimateRecords = Readonly<Record<(typeof TOLD)[number], TrackRecord>>;

export interface DriftAnswer {
  readonly look: DriftLook | null;
  readonly estimateRecords: EstimateRecords;
}

export interface CheckPage {
  readonly checks: readonly CheckOutline[];
  /** `before` of the next page; null: this was the last one. */
  readonly next: string | null;
}

export interface DriftLook extends DriftCheck {
  readonly runId: string;
  readonly modelVersion: string;
  readonly createdAt: string;
}

/** The newest look of any model; null before the first. */
export async function newestLook(resources: WithStore): Promise<DriftLook | null> {
  const record = await (await resources.store()).latestCheck('drift');
  return record === null ? null : lookOf(record);
}

/** The newest look with the record of estimates. */
export async function driftAnswer(resources: WithStore): Promise<DriftAnswer> {
  const records = await estimateRecords(await resources.store());
  return { look: await newestLook(resources), estimateRecords: records };
}

/** A page of all checks, newest first. */
export async function listChecks(
  resources: WithStore,
  { limit, before }: { readonly limit: number; readonly before?: string | undefined },
): Promise<CheckPage> {
  const store = await resources.store();
  const found = await store.checks({ limit: limit + 1, ...(before === undefined ? {} : { before }) });
  const shown = found.slice(0, limit);
  const checks = shown.map(({ cursor: _, ...check }) => check);
  return { checks, next: found.length > limit ? (shown.at(-1)?.cursor ?? null) : null };
}

function lookOf(record: CheckRecord<'drift'>): DriftLook {
  const { runId, modelVersion, createdAt, rows, observed, reason, details } = record;
  const expected = record.expected ?? Number.NaN;
  return {
    ...details,
    risk: details.risk ?? null,
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
export async function estimateRecords(store: Pick<EstimateStore, 'estimates'>): Promise<EstimateRecords> {
  const records = await store.estimates({ limit: MAX_ESTIMATES });
  const settled = records.filter(({ labelled, rows }) => labelled >= rows * MIN_LABELLED);
  const entries = TOLD.map((metric) => [
    metric,
    trackRecord(settled.flatMap((record) => outcomeOf(record, metric))),
  ]);
  return Object.fromEntries(entries) as EstimateRecords;
}

function outcomeOf({ estimated, truth }: EstimateRecord, metric: (typeof TOLD)[number]): EstimateOutcome[] {
  const estimate = estimated.metrics[metric];
  const value = truth?.metrics[metric] ?? null;
  return truth === null || estimate === null || value === null
    ? []
    : [{ estimate, truth: value, rows: truth.rows }];
}
