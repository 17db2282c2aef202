/** Gradients and hessians of rows by the bin of one feature. */
import { MISSING_BIN } from '../../statistics/number-encoder.ts';

/** Sums of one feature by bin, in fixed point; missing is at MISSING_BIN. */
export interface FeatureHistogram {
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
  readonly rows: Float64Array;
}

/** No rows. */
export function emptyHistogram(): FeatureHistogram {
  const bins = MISSING_BIN + 1;
  return {
    gradient: new Float64Array(bins),
    hessian: new Float64Array(bins),
    rows: new Float64Array(bins),
  };
}

/** Adds so many rows in place, with the sums of their stored gradients and hessians. */
export function addToBin(
  { gradient, hessian, rows }: FeatureHistogram,
  bin: number,
  gradients: number,
  hessians: number,
  count = 1,
): void {
  gradient[bin] = (gradient[bin] as number) + gradients;
  hessian[bin] = (hessian[bin] as number) + hessians;
  rows[bin] = (rows[bin] as number) + count;
}
