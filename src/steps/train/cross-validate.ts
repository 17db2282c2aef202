/** Cross-validation: every candidate on the same folds, each fold scored by a model that has not seen it. */
import type { ModelInput, SourceBatch } from '../../core/columns/source-column.ts';
import { takeCodes, takeRows, takeValues } from '../../core/columns/take-rows.ts';
import { createTransform } from '../../core/features/transform.ts';
import type { CandidateSpec, SingleSpec } from '../../core/learners/candidates.ts';
import type { FoldPlan } from '../../core/learners/plan-folds.ts';
import { sigmoid } from '../../core/math/sigmoid.ts';
import { logLoss } from '../../core/metrics/probability.ts';
import { marginsOf } from '../../core/models/margins.ts';
import { fitCandidate, tuningOf } from './fit/families.ts';
import type { Compute, FitRows, FittedCandidate, FittedPath, HeldRows } from './fit/rows.ts';

export interface Validated<Spec extends CandidateSpec = CandidateSpec> {
  /** With what the folds have chosen: the strength of a penalty, the number of trees. */
  readonly spec: Spec;
  /** Mean log loss of each fold's test rows, in the order of the plan. */
  readonly losses: readonly number[];
  /** Margins of the test rows of each fold, by the model that had not seen them. */
  readonly foldMargins: readonly Float64Array[];
  /** Margin of each row by the model of the first repeat that had not seen it; NaN where none had not. */
  readonly margins: Float64Array;
  /** What was fitted on each fold of the first repeat. */
  readonly models: readonly FittedCandidate[];
  /** Of an ensemble, the same of each member. */
  readonly members?: readonly (readonly FittedCandidate[])[];
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

/** Validates one candidate as it is on the plan; `onFold` is called before each fold with how many are done. */
export async function crossValidate<Spec extends CandidateSpec>(
  spec: Spec,
  data: ValidationRows,
  plan: FoldPlan,
  compute: () => Compute,
  onFold: (done: number) => void = () => {},
): Promise<Validated<Spec>> {
  const models: FittedCandidate[] = [];
  const scores: FoldScore[] = [];
  for (const [index, { train, test }] of plan.folds.entries()) {
    onFold(index);
    const model = await fitCandidate(spec, knownRows(data, train), compute);
    scores.push(scoreFold(model, data, test));
    if (index < plan.firstRepeat) models.push(model);
  }
  return { spec, ...joinScores(scores, data, plan), models };
}

/**
 * Validates one candidate from its simplest form to its richest, and chooses the form whose mean loss over the folds is
 * least: one strength of the penalty, one number of trees for all folds. A single number that is chosen on so many rows
 * makes their losses hardly better than those of new ones.
 */
export async function tune(
  spec: SingleSpec,
  data: ValidationRows,
  plan: FoldPlan,
  compute: () => Compute,
  onFold: (done: number) => void = () => {},
): Promise<Validated<SingleSpec>> {
  const tuning = tuningOf(spec, data);
  if (tuning === null) return crossValidate(spec, data, plan, compute, onFold);
  const paths: FittedPath[] = [];
  for (const [index, { train, test }] of plan.folds.entries()) {
    onFold(index);
    const held: HeldRows = { batch: takeRows(data.batch, test), labels: takeValues(data.labels, test) };
    paths.push(await tuning.path(knownRows(data, train), held, compute));
  }
  const point = bestPoint(paths.map(({ losses }) => losses));
  const models = paths.map((path) => path.at(point));
  const scores = plan.folds.map(({ test }, index) => scoreFold(models[index] as FittedCandidate, data, test));
  return {
    spec: tuning.at(point),
    ...joinScores(scores, data, plan),
    models: models.slice(0, plan.firstRepeat),
  };
}

/** The place whose mean is least, the first of equals. Shorter paths stay at their last loss. */
function bestPoint(losses: readonly Float64Array[]): number {
  const longest = Math.max(...losses.map(({ length }) => length));
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let point = 0; point < longest; point++) {
    const sum = losses.reduce((total, own) => total + (own[Math.min(point, own.length - 1)] as number), 0);
    if (!(sum < least)) continue;
    [least, best] = [sum, point];
  }
  return best;
}

interface FoldScore {
  readonly loss: number;
  readonly margins: Float64Array;
}

function scoreFold(
  { features, learner }: FittedCandidate,
  data: ValidationRows,
  test: Uint32Array,
): FoldScore {
  const held = takeRows(data.batch, test);
  const margins = new Float64Array(held.rows);
  marginsOf(learner)(createTransform(features, data.inputs)(held), held.rows, margins);
  return { loss: logLoss(takeValues(data.labels, test), margins.map(sigmoid)), margins };
}

export function joinScores(
  scores: readonly FoldScore[],
  data: ValidationRows,
  plan: FoldPlan,
): Pick<Validated, 'losses' | 'foldMargins' | 'margins'> {
  const margins = new Float64Array(data.batch.rows).fill(Number.NaN);
  for (const [index, { test }] of plan.folds.slice(0, plan.firstRepeat).entries()) {
    const own = scores[index]?.margins as Float64Array;
    for (let i = 0; i < test.length; i++) margins[test[i] as number] = own[i] as number;
  }
  return {
    losses: scores.map(({ loss }) => loss),
    foldMargins: scores.map((score) => score.margins),
    margins,
  };
}

function knownRows(data: ValidationRows, train: Uint32Array): FitRows {
  return {
    inputs: data.inputs,
    batches: [takeRows(data.batch, train)],
    labels: [takeValues(data.labels, train)],
    clients: data.clients === null ? null : takeCodes(data.clients, train),
  };
}
