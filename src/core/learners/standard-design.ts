/** Rows of a linear model in memory, every feature with mean 0 and standard deviation 1. */
import { TidewatchError } from '../../base/errors.ts';
import { softplus } from '../math/sigmoid.ts';
import type { DesignBlock } from '../statistics/gram.ts';
import { createPlainGram } from '../statistics/gram-rows.ts';
import { type StandardCoordinates, standardise } from './standard-coordinates.ts';

export interface StandardDesign {
  readonly rows: number;
  /** One a feature; all 0 where it is constant. */
  readonly columns: readonly Float64Array[];
  /** 1 and 0. */
  readonly labels: Float64Array;
  readonly positives: number;
  /** Where they come from. */
  readonly setting: Pick<StandardCoordinates, 'means' | 'scales'>;
}

/**
 * Copies the rows of all blocks. Errors: `value-invalid` for a label other than 0 and 1 or a value that is not finite,
 * `one-class` where all labels are the same.
 */
export function standardDesign(blocks: readonly DesignBlock[]): StandardDesign {
  const gram = createPlainGram().open(blocks);
  const problem = { ...gram.describe(), start: null };
  gram.close();
  const { weight: rows, positives } = problem;
  if (!(positives > 0 && positives < rows)) throw oneClass(rows, positives);
  const setting = standardise(problem, { C: 1, standardize: true });
  const labels = new Float64Array(rows);
  let at = 0;
  for (const block of blocks) {
    labels.set(block.labels, at);
    at += block.rows;
  }
  const columns = Array.from(setting.means, (mean, j) =>
    standardColumn(blocks, j, mean, setting.scales[j] as number, rows),
  );
  return { rows, columns, labels, positives, setting };
}

function standardColumn(
  blocks: readonly DesignBlock[],
  feature: number,
  mean: number,
  scale: number,
  rows: number,
): Float64Array {
  const column = new Float64Array(rows);
  let at = 0;
  for (const { columns, rows: own } of blocks) {
    const values = columns[feature] as Float64Array;
    for (let i = 0; i < own; i++) column[at++] = ((values[i] as number) - mean) * scale;
  }
  return column;
}

/** Margins of all rows. */
export function productOf({ rows, columns }: StandardDesign, coefficients: Float64Array): Float64Array {
  const product = new Float64Array(rows).fill(coefficients[0] as number);
  for (const [j, column] of columns.entries()) {
    const coefficient = coefficients[j + 1] as number;
    if (coefficient === 0) continue;
    for (let i = 0; i < rows; i++) product[i] = (product[i] as number) + coefficient * (column[i] as number);
  }
  return product;
}

/** The sums over rows of the values times 1 and times each feature. */
export function transposedProductOf({ rows, columns }: StandardDesign, values: Float64Array): Float64Array {
  const sums = new Float64Array(columns.length + 1);
  sums[0] = values.reduce((sum, value) => sum + value, 0);
  for (const [j, column] of columns.entries()) {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += (column[i] as number) * (values[i] as number);
    sums[j + 1] = sum;
  }
  return sums;
}

/** Sum of log losses. */
export function lossOf({ labels }: StandardDesign, margins: Float64Array): number {
  let loss = 0;
  for (let i = 0; i < labels.length; i++) {
    loss += softplus(labels[i] === 1 ? -(margins[i] as number) : (margins[i] as number));
  }
  return loss;
}

/** All rows have one label, or there is none. */
export function oneClass(rows: number, positives: number): TidewatchError {
  return new TidewatchError(
    'one-class',
    rows > 0
      ? `All ${rows} training rows have the target ${positives > 0 ? 1 : 0}: there is nothing to learn. ` +
          'Expected rows of both classes; add data or check columns.target and columns.positive.'
      : 'There is no training row: expected rows of both classes.',
    { details: { weight: rows, positives } },
  );
}
