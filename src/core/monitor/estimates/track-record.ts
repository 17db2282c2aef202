/** Past estimates beside the truth, once the labels came: how far estimates without labels can be trusted. */

import type { BoundedEstimate } from '../../document/document.ts';
import { wilsonEstimate } from '../../metrics/interval.ts';

export interface EstimateOutcome {
  /** What was estimated before the labels came. */
  readonly estimate: BoundedEstimate;
  /** The metric on the labels of those rows. */
  readonly truth: number;
  /** Rows whose labels the truth is of; fewer than the estimate's where some never got one. */
  readonly rows: number;
}

export interface JudgedEstimate extends EstimateOutcome {
  /** Estimate less truth: above 0, the model was thought better than it was. */
  readonly error: number;
  readonly inside: boolean;
}

export interface TrackRecord {
  /** In the order given. */
  readonly outcomes: readonly JudgedEstimate[];
  /** Labelled rows over all outcomes. */
  readonly rows: number;
  readonly meanAbsoluteError: number | null;
  /** Mean of the errors: above 0, estimates flatter. */
  readonly meanError: number | null;
  /** Share of the truths inside their band, with Wilson's interval; to be held beside the level of the bands. */
  readonly inside: BoundedEstimate | null;
}

const INSIDE_LEVEL = 0.95;

/** One estimate beside its truth; bounds count as inside. */
export function judgeEstimate(outcome: EstimateOutcome): JudgedEstimate {
  const { estimate, truth } = outcome;
  return {
    ...outcome,
    error: estimate.value - truth,
    inside: truth >= estimate.low && truth <= estimate.high,
  };
}

/**
 * The record of one metric of one model, every outcome counting once. Outcomes whose truth is not a number (no row
 * that left, say) are left out; with none left the means are null.
 */
export function trackRecord(outcomes: readonly EstimateOutcome[]): TrackRecord {
  const judged = outcomes.filter(({ truth }) => Number.isFinite(truth)).map(judgeEstimate);
  const meanOf = (value: (outcome: JudgedEstimate) => number) =>
    judged.length === 0 ? null : judged.reduce((sum, outcome) => sum + value(outcome), 0) / judged.length;
  const inside = judged.filter((outcome) => outcome.inside).length;
  return {
    outcomes: judged,
    rows: judged.reduce((sum, { rows }) => sum + rows, 0),
    meanAbsoluteError: meanOf(({ error }) => Math.abs(error)),
    meanError: meanOf(({ error }) => error),
    inside: wilsonEstimate(inside, judged.length, INSIDE_LEVEL),
  };
}
