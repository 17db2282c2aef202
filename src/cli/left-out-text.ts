/** Says which rows of a snapshot were not learned from, and why. */
import { formatCount } from '../report/text/format.ts';

export interface LeftOutRows {
  /** Rows of clients that are held out. */
  readonly heldOut: number;
  /** Rows without an outcome, with one that is not final, and of clients that had left by then. */
  readonly unlabelled: number;
  readonly immature: number;
  readonly gone: number;
}

/** A sentence a reason; none where all rows were learned from. */
export function leftOutLines({ heldOut, unlabelled, immature, gone }: LeftOutRows): string[] {
  const reasons: readonly (readonly [number, string])[] = [
    [heldOut, 'of clients that are held out to test the model'],
    [unlabelled, 'whose outcome is not known yet'],
    [immature, 'younger than labels.horizon_days, whose outcome is not final'],
    [gone, 'of clients that had left by then'],
  ];
  return reasons.flatMap(([rows, why]) => (rows > 0 ? [`Left out: ${formatCount(rows)} rows ${why}.`] : []));
}
