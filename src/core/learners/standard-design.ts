/** Rows of a linear model in memory, every feature with mean 0 and standard deviation 1. */
import { TidewatchError } from '../../base/errors.ts';
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
