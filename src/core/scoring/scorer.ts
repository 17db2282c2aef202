/** Scores clients by a model document, in batches of columns or one row at a time, with the same bits. */
import type { ModelInput, SourceBatch } from '../columns/source-column.ts';
import type { BoostedTreesParameters, LearnerParameters, ModelDocument } from '../document/document.ts';
import { createTransform } from '../features/transform.ts';
import { calibratorOf } from '../models/calibrated.ts';
import { partsOf } from '../models/learners.ts';
import { type MarginInto, marginsOf, sumOfMargins } from '../models/margins.ts';
import { readRow, type SourceRow } from '../models/row-inputs.ts';
import { createBatchScorer } from './batch-scorer.ts';
import { createExplainer, type Explainer } from './reasons/explainer.ts';

export type { SourceRow };

export interface RowScore {
  /** Log-odds before calibration. */
  readonly margin: number;
  /** Calibrated probability of leaving. */
  readonly probability: number;
  /** 1: counts as leaving. */
  readonly label: 0 | 1;
}

export interface Scorer {
  readonly model: ModelDocument;
  /** Source columns to give, in this order. */
  readonly inputs: readonly ModelInput[];
  /** Feature columns of a batch, in the order of the model's features; not to be written to. */
  features(batch: SourceBatch): Float64Array[];
  /** Writes log-odds before calibration; `out` has at least `batch.rows` places. */
  marginInto(batch: SourceBatch, out: Float64Array): void;
  /** Writes calibrated probabilities. */
  probabilityInto(batch: SourceBatch, out: Float64Array): void;
  /** The calibrated probability of a margin. */
  calibrate(margin: number): number;
  /** 1 where the probability is greater than the model's threshold. */
  classify(probability: number): 0 | 1;
  /** Errors: as `batchOf`. */
  scoreRow(row: SourceRow, now?: Date): RowScore;
  /**
   * The row as a batch of one; `now` is the time of a row that does not tell it. Errors: `column-missing` where the row
   * lacks an input, `value-invalid` where one is of the wrong type.
   */
  batchOf(row: SourceRow, now?: Date): SourceBatch;
  /** Explains what is scored; made by the first call and kept, as it takes tens of milliseconds for many trees. */
  explainer(): Explainer;
}

/** The scorer of a model that `parseModel` has accepted. */
export function createScorer(model: ModelDocument): Scorer {
  const { inputs } = model;
  const transform = createTransform(model.features, inputs);
  const margins = fastMarginsOf(model.learner);
  const calibrate = calibratorOf(model.calibration);
  const marginInto = (batch: SourceBatch, out: Float64Array) => margins(transform(batch), batch.rows, out);
  const classify = (probability: number) => (probability > model.threshold ? 1 : 0);
  const batchOf = (row: SourceRow, now: Date | null = null) => readRow(inputs, row, now);
  let explainer: Explainer | null = null;
  return {
    model,
    inputs,
    features: transform,
    marginInto,
    calibrate,
    classify,
    batchOf,
    explainer: () => {
      explainer ??= createExplainer(model);
      return explainer;
    },
    probabilityInto(batch, out) {
      marginInto(batch, out);
      for (let i = 0; i < batch.rows; i++) out[i] = calibrate(out[i] as number);
    },
    scoreRow(row, now) {
      const margin = new Float64Array(1);
      marginInto(batchOf(row, now), margin);
      const probability = calibrate(margin[0] as number);
      return { margin: margin[0] as number, probability, label: classify(probability) };
    },
  };
}

/** Fewer rows are scored in plain TypeScript before compiled kernels are made, which takes some 20 ms. */
const KERNEL_ROWS = 8192;

/** The margins of `marginsOf`, bit for bit; trees score large batches by compiled kernels, made for the first one. */
function fastMarginsOf(learner: LearnerParameters): MarginInto {
  return sumOfMargins(partsOf(learner), fastTreeMargins);
}

function fastTreeMargins(trees: BoostedTreesParameters): MarginInto {
  const plain = marginsOf(trees);
  let compiled: MarginInto | null = null;
  return (features, rows, out) => {
    if (rows < KERNEL_ROWS) return plain(features, rows, out);
    compiled ??= createBatchScorer(trees) ?? plain;
    compiled(features, rows, out);
  };
}
