/** The rows that a fit learns from: checks of what was given, which rows count, and the margin they start from. */
import { TidewatchError } from '../../../base/errors.ts';
import type { BoostingOptions } from './options.ts';
import type { BinnedTable } from './table.ts';

/** Checks labels, weights and monotone constraints against the table. Throws `value-invalid`. */
export function checkInput(
  table: BinnedTable,
  labels: Uint8Array,
  weights: Float64Array | null,
  options: BoostingOptions,
): void {
  if (labels.length !== table.rows || (weights !== null && weights.length !== table.rows)) {
    throw invalid(
      `boosted trees got ${labels.length} labels and ${weights?.length ?? 'no'} weights for ${table.rows} rows; ` +
        'expected one label (and, if any, one weight) a row',
    );
  }
  const badLabel = labels.findIndex((label) => label > 1);
  if (badLabel >= 0) throw invalid(`the label of row ${badLabel} is ${labels[badLabel]}; expected 0 or 1`);
  const badWeight = weights?.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY)) ?? -1;
  if (badWeight >= 0) {
    throw invalid(
      `the weight of row ${badWeight} is ${weights?.[badWeight]}; expected a finite number from 0`,
    );
  }
  const ordered = table.features.findIndex(
    ({ kind }, index) => kind === 'categorical' && (options.monotone[index] ?? 0) !== 0,
  );
  if (ordered >= 0) {
    throw invalid(`feature ${ordered} is categorical and cannot be monotone; set its entry of monotone to 0`);
  }
}

function invalid(message: string): TidewatchError {
  return new TidewatchError('value-invalid', message);
}

/** Rows to learn from, ascending: those asked for, or all but the validation rows; none of weight 0. */
export function learningRows(
  rows: number,
  request: Readonly<{ rows?: Uint32Array; validationRows?: Uint32Array }>,
  weights: Float64Array | null,
): Uint32Array {
  const heldOut = new Uint8Array(rows);
  for (const row of request.validationRows ?? []) heldOut[row] = 1;
  const chosen =
    request.rows ?? Uint32Array.from({ length: rows }, (_, row) => row).filter((row) => heldOut[row] === 0);
  return weights === null ? chosen : chosen.filter((row) => (weights[row] ?? 0) > 0);
}

/** Log-odds of the weighted base rate. Throws `too-few-rows` and `one-class`. */
export function baseMargin(labels: Uint8Array, rows: Uint32Array, weights: Float64Array | null): number {
  if (rows.length === 0) {
    throw new TidewatchError(
      'too-few-rows',
      'boosted trees got no row to learn from; expected at least one of each class with weight above 0',
    );
  }
  let left = 0;
  let stayed = 0;
  for (const row of rows) {
    const weight = weights === null ? 1 : (weights[row] as number);
    if (labels[row] === 1) left += weight;
    else stayed += weight;
  }
  if (left > 0 && stayed > 0) return Math.log(left / stayed);
  throw new TidewatchError(
    'one-class',
    `all ${rows.length} rows to learn from have the label ${left > 0 ? 1 : 0}; expected both 0 and 1, ` +
      'so bring data in which some clients left and some stayed',
    { details: { rows: rows.length, label: left > 0 ? 1 : 0 } },
  );
}
