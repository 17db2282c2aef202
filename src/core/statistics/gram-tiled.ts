/** Gram statistics of any number of features: rows in tiles that stay in the cache, columns two by two. */
import { expNegative } from '../math/exp-negative.ts';
import { softplus } from '../math/sigmoid.ts';
import { createGram, type DesignBlock, type GramPoint, type GramStatistics } from './gram.ts';

/** Rows of a tile. */
const TILE = 512;
/** Rows whose 1 + e^-m are multiplied before one logarithm is taken of the product, which stays below e^704. */
const LOG_EVERY = 16;
/** Margins are bounded here: beyond it the probability is 0 or 1 to working precision. */
const BOUND = 40;

/** Buffers of one tile, columns one after another; column 0 is the intercept. */
interface Tile {
  readonly z: Float64Array;
  readonly weighted: Float64Array;
  readonly margin: Float64Array;
  readonly curvature: Float64Array;
  readonly residual: Float64Array;
}

/** Statistics of a block of any number of features, weighted or not. */
export function tiledGram(block: DesignBlock, point: GramPoint): GramStatistics {
  const size = block.columns.length + 1;
  const total = createGram(size - 1);
  total.rows = block.rows;
  const tile: Tile = {
    z: new Float64Array(size * TILE),
    weighted: new Float64Array(size * TILE),
    margin: new Float64Array(TILE),
    curvature: new Float64Array(TILE),
    residual: new Float64Array(TILE),
  };
  tile.z.fill(1, 0, TILE);
  for (let start = 0; start < block.rows; start += TILE) {
    const rows = Math.min(TILE, block.rows - start);
    standardiseInto(tile, block, point, start, rows);
    residualsInto(total, tile, block, start, rows);
    gradientInto(total.gradient, tile, rows);
    if (point.gradientOnly !== true) hessianInto(total.hessian, tile, size, rows);
  }
  return total;
}

function standardiseInto(
  tile: Tile,
  block: DesignBlock,
  point: GramPoint,
  start: number,
  rows: number,
): void {
  const { z, margin } = tile;
  margin.fill(point.coefficients[0] as number, 0, rows);
  for (let j = 0; j < block.columns.length; j++) {
    const column = block.columns[j] as Float64Array;
    const coefficient = point.coefficients[j + 1] as number;
    const mean = point.means[j] as number;
    const scale = point.scales[j] as number;
    const at = (j + 1) * TILE;
    for (let i = 0; i < rows; i++) {
      const value = ((column[start + i] as number) - mean) * scale;
      z[at + i] = value;
      margin[i] = (margin[i] as number) + coefficient * value;
    }
  }
}

function residualsInto(
  total: GramStatistics,
  tile: Tile,
  block: DesignBlock,
  start: number,
  rows: number,
): void {
  const { margin, curvature, residual } = tile;
  const { labels, weights } = block;
  let [loss, product, wrong] = [0, 1, 0];
  for (let i = 0; i < rows; i++) {
    const m = margin[i] as number;
    const label = labels[start + i] as number;
    const weight = weights === null ? 1 : (weights[start + i] as number);
    const bounded = Math.max(-BOUND, Math.min(BOUND, m));
    const e = expNegative(bounded);
    const p = 1 / (1 + e);
    curvature[i] = weight * e * p * p;
    residual[i] = weight * (p - label);
    if ((label - 0.5) * m <= 0 && weight > 0) wrong++;
    if (weights !== null) {
      loss += weight * (label === 1 ? softplus(-m) : softplus(m) - label * m);
      total.weight += weight;
      continue;
    }
    product *= 1 + e;
    loss += (1 - label) * m + (m < -BOUND ? bounded - m : 0);
    if ((i & (LOG_EVERY - 1)) !== LOG_EVERY - 1) continue;
    loss += Math.log(product);
    product = 1;
  }
  total.loss += loss + Math.log(product);
  total.wrong += wrong;
  if (weights === null) total.weight += rows;
}

function gradientInto(gradient: Float64Array, tile: Tile, rows: number): void {
  const { z, weighted, curvature, residual } = tile;
  for (let j = 0; j < gradient.length; j++) {
    const at = j * TILE;
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      const value = z[at + i] as number;
      sum += (residual[i] as number) * value;
      weighted[at + i] = (curvature[i] as number) * value;
    }
    gradient[j] = (gradient[j] as number) + sum;
  }
}

/** Upper triangle of the tile's weighted Gram matrix, two columns by two at a time to halve the loads. */
function hessianInto(hessian: Float64Array, tile: Tile, size: number, rows: number): void {
  const { z, weighted } = tile;
  for (let j = 0; j < size; j += 2) {
    const top = j * TILE;
    const bottom = j + 1 < size ? top + TILE : top;
    for (let k = j; k < size; k += 2) {
      const left = k * TILE;
      const right = k + 1 < size ? left + TILE : left;
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let i = 0; i < rows; i++) {
        const u = weighted[top + i] as number;
        const v = weighted[bottom + i] as number;
        const p = z[left + i] as number;
        const q = z[right + i] as number;
        a += u * p;
        b += u * q;
        c += v * p;
        d += v * q;
      }
      const at = j * size + k;
      hessian[at] = (hessian[at] as number) + a;
      if (right !== left) hessian[at + 1] = (hessian[at + 1] as number) + b;
      if (bottom !== top && k > j) hessian[at + size] = (hessian[at + size] as number) + c;
      if (bottom !== top && right !== left) hessian[at + size + 1] = (hessian[at + size + 1] as number) + d;
    }
  }
}
