/** Cross-validation: every candidate on the same folds, each fold scored by a model that has not seen it. */
import { createRandom, permutation } from '../../base/random.ts';
import type { ModelInput, SourceBatch } from '../../core/features/source-column.ts';
import { takeRows, takeValues } from '../../core/features/take-rows.ts';
import { createTransform } from '../../core/features/transform.ts';
import type { CandidateSpec } from '../../core/learners/candidates.ts';
import { stratifiedFolds, timeForwardFolds } from '../../core/learners/selection.ts';
import { sigmoid } from '../../core/math/sigmoid.ts';
import { logLoss } from '../../core/metrics/probability.ts';
import { marginsOf } from '../../core/models/margins.ts';
import { type Compute, fitCandidate } from './fit-candidate.ts';

export interface Fold {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

export interface FoldPlan {
  readonly folds: readonly Fold[];
  /** How many of the folds, the first ones, test every row at most once. */
  readonly firstRepeat: number;
  readonly kind: 'stratified' | 'time-forward';
  /** Share of the rows that a fold tests on. */
  readonly testShare: number;
  /** Rows taken part, of all. */
  readonly rows: number;
  readonly repeats: number;
}

const FOLDS = 5;
/** Selection looks at so many rows at most, a stratified sample; more would not change what it chooses. */
const MOST_ROWS = 30_000;

/** Folds for labels of 0 and 1: forward in time where times are known, else stratified, repeated where rows are few. */
export function planFolds(labels: Float64Array, times: Float64Array | null, seed: number): FoldPlan | null {
  const sample = sampleRows(labels, seed);
  const known = times !== null && sample.every((row) => !Number.isNaN(times[row]));
  if (known && times !== null) {
    const forward = timeForwardFolds(takeValues(times, sample), FOLDS).map((fold) => pickFrom(sample, fold));
    const usable = forward.filter((fold) => hasBothClasses(labels, fold.train) && fold.test.length > 0);
    if (usable.length > 0) {
      return {
        folds: usable,
        firstRepeat: usable.length,
        kind: 'time-forward',
        testShare: 1 / (FOLDS + 1),
        rows: sample.length,
        repeats: 1,
      };
    }
  }
  const positives = takeValues(labels, sample).reduce((sum, label) => sum + label, 0);
  const folds = Math.min(FOLDS, positives, sample.length - positives);
  if (folds < 2) return null;
  const repeats = sample.length < 1000 ? 4 : sample.length < 5000 ? 2 : 1;
  const assigned = stratifiedFolds(takeValues(labels, sample), { folds, repeats, seed });
  return {
    folds: assigned.flatMap((fold) =>
      Array.from({ length: folds }, (_, held) => splitBy(sample, fold, held)),
    ),
    firstRepeat: folds,
    kind: 'stratified',
    testShare: 1 / folds,
    rows: sample.length,
    repeats,
  };
}

/** All rows, or a sample with every class in its share, in row order. */
function sampleRows(labels: Float64Array, seed: number): Uint32Array {
  const all = Uint32Array.from(labels, (_, row) => row);
  if (labels.length <= MOST_ROWS) return all;
  const share = MOST_ROWS / labels.length;
  const random = createRandom(seed, 1000);
  return Uint32Array.from(
    [0, 1].flatMap((wanted) => {
      const rows = all.filter((row) => labels[row] === wanted);
      const order = permutation(rows.length, random).subarray(0, Math.ceil(rows.length * share));
      return Array.from(order, (at) => rows[at] as number);
    }),
  ).sort();
}

function pickFrom(sample: Uint32Array, fold: Fold): Fold {
  const pick = (places: Uint32Array) => places.map((place) => sample[place] as number);
  return { train: pick(fold.train), test: pick(fold.test) };
}

function splitBy(sample: Uint32Array, fold: Uint8Array, held: number): Fold {
  return {
    train: sample.filter((_, place) => fold[place] !== held),
    test: sample.filter((_, place) => fold[place] === held),
  };
}

function hasBothClasses(labels: Float64Array, rows: Uint32Array): boolean {
  return rows.some((row) => labels[row] === 1) && rows.some((row) => labels[row] === 0);
}

export interface Validated {
  readonly spec: CandidateSpec;
  /** Mean log loss of each fold's test rows, in the order of the plan. */
  readonly losses: readonly number[];
  /** Margin of each row by the model of the first repeat that had not seen it; NaN where none had not. */
  readonly margins: Float64Array;
}

/** Validates one candidate on the plan; `onFold` is told before each fold how many are done. */
export async function crossValidate(
  spec: CandidateSpec,
  data: {
    readonly inputs: readonly ModelInput[];
    readonly batch: SourceBatch;
    readonly labels: Float64Array;
  },
  plan: FoldPlan,
  compute: () => Compute,
  onFold: (done: number) => void = () => {},
): Promise<Validated> {
  const margins = new Float64Array(data.batch.rows).fill(Number.NaN);
  const losses: number[] = [];
  for (const [index, { train, test }] of plan.folds.entries()) {
    onFold(index);
    const known = [takeRows(data.batch, train)];
    const { features, learner } = await fitCandidate(
      spec,
      data.inputs,
      known,
      [takeValues(data.labels, train)],
      compute,
    );
    const held = takeRows(data.batch, test);
    const scores = new Float64Array(held.rows);
    marginsOf(learner)(createTransform(features, data.inputs)(held), held.rows, scores);
    losses.push(logLoss(takeValues(data.labels, test), scores.map(sigmoid)));
    if (index < plan.firstRepeat)
      for (let i = 0; i < test.length; i++) margins[test[i] as number] = scores[i] as number;
  }
  return { spec, losses, margins };
}
