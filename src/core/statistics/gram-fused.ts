/** Gram statistics of up to three features without weights: one loop, all sums in registers. */
import {
  EXP_FRACTIONS,
  EXP_OFFSET,
  EXP_POWERS,
  EXP_STEP_HIGH,
  EXP_STEP_LOW,
  EXP_STEPS,
} from '../math/exp-negative.ts';
import { createGram, type DesignBlock, type GramPoint, type GramStatistics } from './gram.ts';

export const FUSED_FEATURES = 3;
/** Rows summed in registers before they join the block's sums. */
const TILE = 512;
/** Rows whose 1 + e^-m are multiplied before one logarithm is taken of the product, which stays below e^704. */
const LOG_EVERY = 16;
/** Margins are bounded here: beyond it the probability is 0 or 1 to working precision. */
const BOUND = 40;

/** Statistics of a block of one to three features; its weights are not looked at. */
export function fusedGram(block: DesignBlock, point: GramPoint): GramStatistics {
  const total = createGram(block.columns.length);
  const sums = new Float64Array(16);
  const [x1, x2, x3] = padColumns(block.columns);
  const parameters = padParameters(point);
  for (let start = 0; start < block.rows; start += TILE) {
    fusedTileInto(sums, x1, x2, x3, block.labels, parameters, start, Math.min(start + TILE, block.rows));
  }
  unpackInto(total, sums);
  total.rows = block.rows;
  total.weight = block.rows;
  return total;
}

/** One to three columns as three: those added are the first again, at scale 0, so that they add nothing. */
function padColumns(columns: readonly Float64Array[]): readonly [Float64Array, Float64Array, Float64Array] {
  const first = columns[0] as Float64Array;
  return [first, columns[1] ?? first, columns[2] ?? first];
}

/** Four coefficients, three means and three scales, one after another. */
function padParameters({ coefficients, means, scales }: GramPoint): Float64Array {
  const parameters = new Float64Array(10);
  parameters.set(coefficients, 0);
  parameters.set(means, 4);
  parameters.set(scales, 7);
  return parameters;
}

/**
 * Adds rows start..end to `sums` = [loss, wrong, gradient (4), upper Hessian (10)]. Per row: margin m, p, w =
 * p (1 - p) and r = p - y; then loss += ln(1 + e^-m) + (1 - y) m, gradient += r z and Hessian += w z z'. It takes
 * arrays and no records: V8 drops code that relied on a record's shape, and then runs this loop at a third of its
 * speed.
 */
function fusedTileInto(
  sums: Float64Array,
  x1: Float64Array,
  x2: Float64Array,
  x3: Float64Array,
  labels: Float64Array,
  parameters: Float64Array,
  start: number,
  end: number,
): void {
  const b0 = parameters[0] as number;
  const b1 = parameters[1] as number;
  const b2 = parameters[2] as number;
  const b3 = parameters[3] as number;
  const m1 = parameters[4] as number;
  const m2 = parameters[5] as number;
  const m3 = parameters[6] as number;
  const s1 = parameters[7] as number;
  const s2 = parameters[8] as number;
  const s3 = parameters[9] as number;
  let product = 1;
  let loss = 0;
  let wrong = 0;
  let g0 = 0;
  let g1 = 0;
  let g2 = 0;
  let g3 = 0;
  let h00 = 0;
  let h01 = 0;
  let h02 = 0;
  let h03 = 0;
  let h11 = 0;
  let h12 = 0;
  let h13 = 0;
  let h22 = 0;
  let h23 = 0;
  let h33 = 0;
  for (let i = start; i < end; i++) {
    const z1 = ((x1[i] as number) - m1) * s1;
    const z2 = ((x2[i] as number) - m2) * s2;
    const z3 = ((x3[i] as number) - m3) * s3;
    const label = labels[i] as number;
    let m = b0 + b1 * z1 + b2 * z2 + b3 * z3;
    if (m > BOUND || m < -BOUND) {
      const kept = m > 0 ? BOUND : -BOUND;
      loss += (1 - label) * (m - kept) + (m > 0 ? 0 : kept - m);
      m = kept;
    }
    // e = expNegative(m)
    const shifted = (m * EXP_STEPS + (EXP_OFFSET + 0.5)) | 0;
    const k = shifted - EXP_OFFSET;
    const d = k * EXP_STEP_HIGH - m + k * EXP_STEP_LOW;
    const e =
      (EXP_POWERS[shifted >> 6] as number) *
      (EXP_FRACTIONS[shifted & 63] as number) *
      (1 + d * (1 + d * (0.5 + d * (1 / 6 + d * (1 / 24 + d * (1 / 120))))));
    const p = 1 / (1 + e);
    const w = e * p * p;
    const r = p - label;
    product *= 1 + e;
    loss += (1 - label) * m;
    if ((i & (LOG_EVERY - 1)) === LOG_EVERY - 1) {
      loss += Math.log(product);
      product = 1;
    }
    if ((label - 0.5) * m <= 0) wrong++;
    const w1 = w * z1;
    const w2 = w * z2;
    g0 += r;
    g1 += r * z1;
    g2 += r * z2;
    g3 += r * z3;
    h00 += w;
    h01 += w1;
    h02 += w2;
    h03 += w * z3;
    h11 += w1 * z1;
    h12 += w1 * z2;
    h13 += w1 * z3;
    h22 += w2 * z2;
    h23 += w2 * z3;
    h33 += w * z3 * z3;
  }
  loss += Math.log(product);
  sums[0] = (sums[0] as number) + loss;
  sums[1] = (sums[1] as number) + wrong;
  sums[2] = (sums[2] as number) + g0;
  sums[3] = (sums[3] as number) + g1;
  sums[4] = (sums[4] as number) + g2;
  sums[5] = (sums[5] as number) + g3;
  sums[6] = (sums[6] as number) + h00;
  sums[7] = (sums[7] as number) + h01;
  sums[8] = (sums[8] as number) + h02;
  sums[9] = (sums[9] as number) + h03;
  sums[10] = (sums[10] as number) + h11;
  sums[11] = (sums[11] as number) + h12;
  sums[12] = (sums[12] as number) + h13;
  sums[13] = (sums[13] as number) + h22;
  sums[14] = (sums[14] as number) + h23;
  sums[15] = (sums[15] as number) + h33;
}

/** Moves the fused sums into the record, leaving the padding out. */
function unpackInto(total: GramStatistics, sums: Float64Array): void {
  const size = total.gradient.length;
  total.loss = sums[0] as number;
  total.wrong = sums[1] as number;
  total.gradient.set(sums.subarray(2, 2 + size));
  let at = 6;
  for (let j = 0; j < 4; j++) {
    for (let k = j; k < 4; k++, at++) {
      if (k < size) total.hessian[j * size + k] = sums[at] as number;
    }
  }
}
