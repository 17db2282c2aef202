/** Cross-validation: every candidate on the same folds, each fold scored by a model that has not seen it. */
import type { ModelInput, SourceBatch } from '../../core/features/source-column.ts';
import { takeCodes, takeRows, takeValues } from '../../core/features/take-rows.ts';
import { createTransform } from '../../core/features/transform.ts';
import type { CandidateSpec } from '../../core/learners/candidates.ts';
import type { FoldPlan } from '../../core/learners/plan-folds.ts';
import { sigmoid } from '../../core/math/sigmoid.ts';
import { logLoss } from '../../core/metrics/probability.ts';
import { marginsOf } from '../../core/models/margins.ts';
import { type Compute, type FittedCandidate, fitCandidate } from './fit-candidate.ts';

export interface Validated {
  readonly spec: CandidateSpec;
  /** Mean log loss of each fold's test rows, in the order of the plan. */
  readonly losses: readonly number[];
  /** Margin of each row by the model of the first repeat that had not seen it; NaN where none had not. */
  readonly margins: Float64Array;
  /** What was fitted on each fold of the first repeat. */
  readonly models: readonly FittedCandidate[];
}

/** Rows to validate on. */
export interface ValidationRows {
  readonly inputs: readonly ModelInput[];
  readonly batch: SourceBatch;
  readonly labels: Float64Array;
  /** The client of each row; null: each row is a client of its own. */
  readonly clients: Int32Array | null;
}

/** The chosen candidate on the folds, and what they are of. */
export interface Validation {
  readonly data: ValidationRows;
  readonly plan: FoldPlan;
  readonly winner: Validated;
}

/** Validates one candidate on the plan; `onFold` is told before each fold how many are done. */
export async function crossValidate(
  spec: CandidateSpec,
  data: ValidationRows,
  plan: FoldPlan,
  compute: () => Compute,
  onFold: (done: number) => void = () => {},
): Promise<Validated> {
  const margins = new Float64Array(data.batch.rows).fill(Number.NaN);
  const losses: number[] = [];
  const models: FittedCandidate[] = [];
  for (const [index, { train, test }] of plan.folds.entries()) {
    onFold(index);
    const known = {
      inputs: data.inputs,
      batches: [takeRows(data.batch, train)],
      labels: [takeValues(data.labels, train)],
      clients: data.clients === null ? null : takeCodes(data.clients, train),
    };
    const fitted = await fitCandidate(spec, known, compute);
    const { features, learner } = fitted;
    const held = takeRows(data.batch, test);
    const scores = new Float64Array(held.rows);
    marginsOf(learner)(createTransform(features, data.inputs)(held), held.rows, scores);
    losses.push(logLoss(takeValues(data.labels, test), scores.map(sigmoid)));
    if (index >= plan.firstRepeat) continue;
    models.push(fitted);
    for (let i = 0; i < test.length; i++) margins[test[i] as number] = scores[i] as number;
  }
  return { spec, losses, margins, models };
}
