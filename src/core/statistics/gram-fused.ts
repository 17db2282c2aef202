/** Gram statistics of up to three features without weights: one loop, all sums in registers. */
import { expNegative } from '../math/exp-negative.ts';
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
  const padded = padPoint(block, point);
  for (let start = 0; start < block.rows; start += TILE) {
    fusedTileInto(sums, block, padded, start, Math.min(start + TILE, block.rows));
  }
  unpackInto(total, sums);
  total.rows = block.rows;
  total.weight = block.rows;
  return total;
}

interface Padded {
  readonly columns: readonly [Float64Array, Float64Array, Float64Array];
  readonly coefficients: Float64Array;
  readonly means: Float64Array;
  readonly scales: Float64Array;
}

/** One to three features as three: the ones added are the first again, at scale 0, so that they add nothing. */
function padPoint(block: DesignBlock, point: GramPoint): Padded {
  const first = block.columns[0] as Float64Array;
  const pad = (values: Float64Array, length: number) => {
    const padded = new Float64Array(length);
    padded.set(values);
    return padded;
  };
  return {
    columns: [first, block.columns[1] ?? first, block.columns[2] ?? first],
    coefficients: pad(point.coefficients, 4),
    means: pad(point.means, 3),
    scales: pad(point.scales, 3),
  };
}

/**
 * Adds rows start..end to `sums` = [loss, wrong, gradient (4), upper Hessian (10)]. Per row: margin m, p, w =
 * p (1 - p) and r = p - y; then loss += ln(1 + e^-m) + (1 - y) m, gradient += r z and Hessian += w z z'.
 */
function fusedTileInto(
  sums: Float64Array,
  block: DesignBlock,
  point: Padded,
  start: number,
  end: number,
): void {
  const [x1, x2, x3] = point.columns;
  const y = block.labels;
  const [b0, b1, b2, b3] = point.coefficients as unknown as [number, number, number, number];
  const [m1, m2, m3] = point.means as unknown as [number, number, number];
  const [s1, s2, s3] = point.scales as unknown as [number, number, number];
  let [product, loss, wrong] = [1, 0, 0];
  let [g0, g1, g2, g3] = [0, 0, 0, 0];
  let [h00, h01, h02, h03, h11, h12, h13, h22, h23, h33] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = start; i < end; i++) {
    const z1 = ((x1[i] as number) - m1) * s1;
    const z2 = ((x2[i] as number) - m2) * s2;
    const z3 = ((x3[i] as number) - m3) * s3;
    const label = y[i] as number;
    let m = b0 + b1 * z1 + b2 * z2 + b3 * z3;
    if (m > BOUND || m < -BOUND) {
      const kept = m > 0 ? BOUND : -BOUND;
      loss += (1 - label) * (m - kept) + (m > 0 ? 0 : kept - m);
      m = kept;
    }
    const e = expNegative(m);
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
  const tile = [loss, wrong, g0, g1, g2, g3, h00, h01, h02, h03, h11, h12, h13, h22, h23, h33];
  for (let k = 0; k < tile.length; k++) sums[k] = (sums[k] as number) + (tile[k] as number);
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
