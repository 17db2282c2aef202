/** Why a client is at risk: exact contributions to the margin, gathered by source column. */
import type { SourceBatch } from '../../columns/source-column.ts';
import type { LearnerParameters, LogisticParameters, ModelDocument } from '../../document/document.ts';
import { createTransform } from '../../features/transform.ts';
import { partsOf } from '../../models/learners.ts';
import { createTreeShap } from './tree-shap.ts';

/** Rows explained at a time. */
const TILE = 2048;

export interface Explainer {
  /** Source columns, in the order of the model's inputs. */
  readonly columns: readonly string[];
  /** Margin of the average client: baseline + sum of a row's contributions = its margin, to 1e-9. */
  readonly baseline: number;
  /**
   * Writes the contribution of each column to each row's margin (log-odds, before calibration) into `out`,
   * row-major, `rows * columns.length` places. Above 0 raises the risk.
   */
  contributionsInto(batch: SourceBatch, out: Float64Array): void;
}

/**
 * The explainer of a model. Linear: coefficient times distance from the training mean, exact for independent
 * features. Trees: exact TreeSHAP. One-hot levels, hinges and missing flags of a column count together.
 */
export function createExplainer(model: ModelDocument): Explainer {
  const columns = model.inputs.map((input) => input.name);
  const transform = createTransform(model.features, model.inputs);
  const columnOf = Int32Array.from(model.features, (feature) => columns.indexOf(feature.source));
  const { baseline, addRows } = shapleyOf(model.learner);
  return {
    columns,
    baseline,
    contributionsInto(batch, out) {
      const features = transform(batch);
      const width = features.length;
      out.fill(0, 0, batch.rows * columns.length);
      for (let start = 0; start < batch.rows; start += TILE) {
        const end = Math.min(start + TILE, batch.rows);
        const values = new Float64Array((end - start) * width);
        addRows(features, start, end, values);
        for (let k = 0; k < values.length; k++) {
          const at = (start + Math.floor(k / width)) * columns.length + (columnOf[k % width] as number);
          out[at] = (out[at] as number) + (values[k] as number);
        }
      }
    },
  };
}

interface Shapley {
  readonly baseline: number;
  /** Adds the values of rows start to end to `out`, row-major, one place a feature. */
  addRows(features: readonly Float64Array[], start: number, end: number, out: Float64Array): void;
}

/** Shapley values are linear in the model, so those of a linear part and of trees add up. */
function shapleyOf(learner: LearnerParameters): Shapley {
  const { linear, trees } = partsOf(learner);
  const parts = [
    ...(linear === null ? [] : [linearShapley(linear)]),
    ...(trees === null ? [] : [createTreeShap(trees)]),
  ];
  return {
    baseline: parts.reduce((sum, { baseline }) => sum + baseline, 0),
    addRows(features, start, end, out) {
      for (const part of parts) part.addRows(features, start, end, out);
    },
  };
}

function linearShapley({ coefficients, intercept, means }: LogisticParameters): Shapley {
  return {
    baseline: coefficients.reduce(
      (sum, coefficient, j) => sum + coefficient * (means[j] as number),
      intercept,
    ),
    addRows(features, start, end, out) {
      const width = features.length;
      for (let j = 0; j < coefficients.length; j++) {
        const [column, coefficient, mean] = [features[j] as Float64Array, coefficients[j], means[j]];
        for (let row = start; row < end; row++) {
          const at = (row - start) * width + j;
          out[at] =
            (out[at] as number) + (coefficient as number) * ((column[row] as number) - (mean as number));
        }
      }
    },
  };
}

export interface Reason {
  readonly column: string;
  /** Contribution to the margin, log-odds. */
  readonly contribution: number;
  /** Probability of leaving if this column said what it says of the average client. */
  readonly probabilityWithout: number;
}

/**
 * The strongest contributions of one row that raise the risk (or, with `lowers`, that lower it), the strongest
 * first, equal ones in the order of the columns.
 * @param contributions one a column. @param calibrate the model's map from margin to probability.
 */
export function strongestReasons(
  explainer: Pick<Explainer, 'columns' | 'baseline'>,
  contributions: Float64Array,
  calibrate: (margin: number) => number,
  options: { readonly most: number; readonly lowers?: boolean },
): Reason[] {
  const sign = options.lowers === true ? -1 : 1;
  const margin = contributions.reduce((sum, value) => sum + value, explainer.baseline);
  return explainer.columns
    .map((column, k) => ({ column, contribution: contributions[k] as number }))
    .filter(({ contribution }) => sign * contribution > 0)
    .sort((a, b) => sign * (b.contribution - a.contribution))
    .slice(0, options.most)
    .map((reason) => ({ ...reason, probabilityWithout: calibrate(margin - reason.contribution) }));
}
