/** Scores clients by a model document, in batches of columns or one row at a time, with the same bits. */
import { TidewatchError } from '../../base/errors.ts';
import { nearColumnsQuestion, quotedList } from '../../base/near-columns.ts';
import { quoted } from '../../base/shorten.ts';
import { canonicalText, numberAsText } from '../features/canonical-text.ts';
import { LARGEST_NUMBER } from '../features/number-limit.ts';
import type { ModelInput, SourceBatch, SourceColumn } from '../features/source-column.ts';
import { createTransform } from '../features/transform.ts';
import { createBatchScorer } from '../learners/boosting/batch-scorer.ts';
import { calibratorOf } from './calibrated.ts';
import type { LearnerParameters, ModelDocument } from './document.ts';
import { type MarginInto, marginsOf } from './margins.ts';

type SourceValue = number | string | boolean | null | undefined;

/**
 * One client by column name; null is missing. Columns that the model does not read are passed over. Categories are
 * brought into their canonical form, and true and false are 1 and 0 where the model reads a number.
 */
export type SourceRow = Readonly<Record<string, SourceValue>>;

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
  /** Errors: `column-missing` where the row lacks an input, `value-invalid` where one is of the wrong type. */
  scoreRow(row: SourceRow): RowScore;
  /** The row as a batch of one. Errors as `scoreRow`. */
  batchOf(row: SourceRow): SourceBatch;
}

/** The scorer of a model that `parseModel` has accepted. */
export function createScorer(model: ModelDocument): Scorer {
  const { inputs } = model;
  const transform = createTransform(model.features, inputs);
  const margins = fastMarginsOf(model.learner);
  const calibrate = calibratorOf(model.calibration);
  const marginInto = (batch: SourceBatch, out: Float64Array) => margins(transform(batch), batch.rows, out);
  const classify = (probability: number) => (probability > model.threshold ? 1 : 0);
  const batchOf = (row: SourceRow): SourceBatch => ({
    rows: 1,
    columns: inputs.map((input) => {
      const value = Object.hasOwn(row, input.name) ? row[input.name] : undefined;
      if (value === undefined) throw lacksInputs(row, inputs);
      return columnOf(input, value);
    }),
  });
  return {
    model,
    inputs,
    features: transform,
    marginInto,
    calibrate,
    classify,
    batchOf,
    probabilityInto(batch, out) {
      marginInto(batch, out);
      for (let i = 0; i < batch.rows; i++) out[i] = calibrate(out[i] as number);
    },
    scoreRow(row) {
      const margin = new Float64Array(1);
      marginInto(batchOf(row), margin);
      const probability = calibrate(margin[0] as number);
      return { margin: margin[0] as number, probability, label: classify(probability) };
    },
  };
}

/** Fewer rows are scored in plain TypeScript before compiled kernels are made, which takes some 20 ms. */
const KERNEL_ROWS = 8192;

/** The margins of `marginsOf`, bit for bit; trees score large batches by compiled kernels, made for the first one. */
function fastMarginsOf(learner: LearnerParameters): MarginInto {
  const plain = marginsOf(learner);
  if (learner.kind !== 'boosted-trees') return plain;
  let compiled: MarginInto | null = null;
  return (features, rows, out) => {
    if (rows < KERNEL_ROWS) return plain(features, rows, out);
    compiled ??= createBatchScorer(learner) ?? plain;
    compiled(features, rows, out);
  };
}

function columnOf(input: ModelInput, value: NonNullable<SourceValue> | null): SourceColumn {
  if (input.kind === 'categorical') {
    const text = canonicalText(typeof value === 'number' ? numberAsText(value) : String(value ?? ''));
    return { kind: 'text', values: [text === '' ? null : text] };
  }
  if (typeof value === 'string' || Math.abs(Number(value)) > LARGEST_NUMBER) {
    const got =
      typeof value === 'string' ? quoted(value) : Number.isFinite(value) ? value : 'too large for a number';
    throw new TidewatchError(
      'value-invalid',
      `Column ${input.name} of the row is ${got}: expected a finite number from -${LARGEST_NUMBER} to ` +
        `${LARGEST_NUMBER}, or null where it is missing.`,
      { details: { column: input.name } },
    );
  }
  return { kind: 'numeric', values: Float64Array.of(Number(value ?? Number.NaN)) };
}

function lacksInputs(row: SourceRow, inputs: readonly ModelInput[]): TidewatchError {
  const read = new Set(inputs.map(({ name }) => name));
  const absent = [...read].filter((name) => !Object.hasOwn(row, name) || row[name] === undefined);
  const question = nearColumnsQuestion(
    absent,
    Object.keys(row).filter((key) => !read.has(key)),
  );
  const [them, values] = absent.length > 1 ? ['columns', 'their values'] : ['column', 'its value'];
  return new TidewatchError(
    'column-missing',
    `The row has no ${them} ${quotedList(absent)}, which the model reads${question === null ? ': give' : `; ${question} Give`} ` +
      `${values}, or null where ${absent.length > 1 ? 'they are' : 'it is'} missing.`,
    { details: { column: absent[0], columns: absent } },
  );
}
