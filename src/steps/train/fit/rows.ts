/** Rows to fit on, what makes large fits, and what comes of a fit. */
import type { ModelInput, SourceBatch } from '../../../core/columns/source-column.ts';
import type { Feature, LearnerParameters } from '../../../core/document/document.ts';
import type { BoostingColumn } from '../../../core/learners/boosting/binner.ts';
import type { BoostedFit, BoostingRequest } from '../../../core/learners/boosting/fit.ts';
import type { LogisticFit } from '../../../core/learners/newton.ts';
import type { LogisticOptions } from '../../../core/learners/standard-coordinates.ts';
import type { DesignBlock } from '../../../core/statistics/gram.ts';
import type { RowStore } from '../../../core/statistics/gram-rows.ts';

/** What makes the large fits: a team of threads. */
export interface Compute {
  fitTrees(
    data: readonly BoostingColumn[],
    labels: Uint8Array,
    request?: BoostingRequest,
    onTrees?: (grown: number) => void,
  ): Promise<BoostedFit>;
  fitLogistic(blocks: readonly DesignBlock[], options: LogisticOptions): Promise<LogisticFit>;
  /** Memory that `fitLogistic` finds rows in without a copy; null where it would not help. */
  openStore(doubles: number): RowStore | null;
}

/** Rows to fit on. */
export interface FitRows {
  readonly inputs: readonly ModelInput[];
  readonly batches: readonly SourceBatch[];
  /** 1 and 0, one array a batch. */
  readonly labels: readonly Float64Array[];
  /** The client of each row of all batches; null: each row is a client of its own. */
  readonly clients: Int32Array | null;
}

/** Rows that a fit is judged by and does not learn from. */
export interface HeldRows {
  readonly batch: SourceBatch;
  /** 1 and 0. */
  readonly labels: Float64Array;
}

export interface FittedCandidate {
  readonly features: readonly Feature[];
  readonly learner: LearnerParameters;
  /** What the fit says of itself. */
  readonly fit: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
}

/** Fits of one learner from the simplest to the richest: penalties from strong to weak, or trees from none to all. */
export interface FittedPath {
  /** Mean log loss of each point on the held rows. */
  readonly losses: Float64Array;
  at(point: number): FittedCandidate;
}

export function joinLabels(parts: readonly Float64Array[]): Uint8Array {
  const labels = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    labels.set(part, at);
    at += part.length;
  }
  return labels;
}
