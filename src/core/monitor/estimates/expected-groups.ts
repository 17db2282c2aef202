/** Sums over rows whose labels are not known, by whether the model flags them: what expected counts are made of. */
import { TidewatchError } from '../../../base/errors.ts';
import { logit } from '../../math/sigmoid.ts';

/** Sums over the rows of one group. */
export interface GroupSums {
  readonly rows: number;
  /** Sum of the chances: the expected number of rows that left. */
  readonly positives: number;
  /** Sum of p (1 - p): the variance of that number, which is Poisson-binomial. */
  readonly variance: number;
  /** Sum of p (1 - p) logit p: how the number moves with the slope of the calibration. */
  readonly slope: number;
}

export interface ExpectedGroups {
  readonly flagged: GroupSums;
  readonly unflagged: GroupSums;
}

/** p (1 - p) logit p, which is 0 at 0 and 1. */
export function slopeWeight(chance: number): number {
  const spread = chance * (1 - chance);
  return spread > 0 ? spread * logit(chance) : 0;
}

/**
 * Sums by group; a row is flagged where its probability is greater than the threshold. Errors: `value-invalid` where
 * lengths differ or a chance or probability is not in [0, 1] (NaN is not).
 */
export function expectedGroups(
  probabilities: Float64Array,
  chances: Float64Array,
  threshold: number,
): ExpectedGroups {
  checkRows(probabilities, chances);
  const flagged = { rows: 0, positives: 0, variance: 0, slope: 0 };
  const unflagged = { rows: 0, positives: 0, variance: 0, slope: 0 };
  for (let i = 0; i < chances.length; i++) {
    const chance = chances[i] as number;
    const group = (probabilities[i] as number) > threshold ? flagged : unflagged;
    group.rows++;
    group.positives += chance;
    group.variance += chance * (1 - chance);
    group.slope += slopeWeight(chance);
  }
  return { flagged, unflagged };
}

function checkRows(probabilities: Float64Array, chances: Float64Array): void {
  if (probabilities.length !== chances.length) {
    throw new TidewatchError(
      'value-invalid',
      `${chances.length} chances came with ${probabilities.length} probabilities: expected one of each a row.`,
    );
  }
  const isShare = (value: number) => value >= 0 && value <= 1;
  for (let i = 0; i < chances.length; i++) {
    if (isShare(chances[i] as number) && isShare(probabilities[i] as number)) continue;
    throw new TidewatchError(
      'value-invalid',
      `Row ${i + 1} has probability ${probabilities[i]} and chance ${chances[i]}: expected numbers from 0 to 1. ` +
        'The features of that row may be missing.',
      { details: { row: i + 1 } },
    );
  }
}
