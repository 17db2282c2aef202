/** Gram statistics of one unit of rows, two rows at a time: loss, gradient and Hessian of logistic regression. */
import { addHessian } from './hessian';
import {
  PASS_FEATURES,
  PASS_HESSIAN,
  PASS_PARAMETERS,
  PASS_SUMS,
  PASS_SUM_BYTES,
  PASS_UNITS,
  PASS_UNIT_BYTES,
  PASS_WORKSPACE,
  PASS_WORKSPACE_BYTES,
  SPACE_COLUMNS,
  SPACE_CURVATURES,
  SPACE_RESIDUALS,
  SUM_GRADIENT,
  SUM_LOSS,
  SUM_WEIGHT,
  SUM_WRONG,
  TILE,
  TILE_BYTES,
  UNIT_COLUMNS,
  UNIT_LABELS,
  UNIT_ROWS,
  UNIT_WEIGHTS,
} from './layout';
import { evenPart, logarithm, nearestPower, oddPart, remainderOf, scaleByPower } from './logistic';

/** Margins are bounded here: beyond it the probability is 0 or 1 to working precision. */
const BOUND: f64 = 40;
/** Bytes of eight pairs of rows: their probabilities are multiplied before one logarithm, and stay above e^-704. */
const LOG_BYTES: usize = 128;

@inline
function word(address: usize): usize {
  return <usize>load<u32>(address);
}

@inline
function addTo(address: usize, value: f64): void {
  store<f64>(address, load<f64>(address) + value);
}

@inline
function total(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

/** Sums of unit `chunk` of the pass. A last odd row is paired with one that has no weight. */
export function sumUnit(chunk: i32, thread: i32, pass: usize): void {
  const features = <usize>load<i32>(pass, PASS_FEATURES);
  const unit = word(pass + PASS_UNITS) + <usize>chunk * word(pass + PASS_UNIT_BYTES);
  const space = word(pass + PASS_WORKSPACE) + <usize>thread * word(pass + PASS_WORKSPACE_BYTES);
  const sums = word(pass + PASS_SUMS) + <usize>chunk * word(pass + PASS_SUM_BYTES);
  const parameters = word(pass + PASS_PARAMETERS);
  const withHessian = load<i32>(pass, PASS_HESSIAN) != 0;
  const rows = load<i32>(unit, UNIT_ROWS);
  memory.fill(sums, 0, word(pass + PASS_SUM_BYTES));
  for (let at: usize = 0; at < <usize>TILE_BYTES; at += 8) store<f64>(space + SPACE_COLUMNS + at, 1);
  for (let start = 0; start < rows; start += TILE) {
    const count = min(TILE, rows - start);
    findMargins(unit, features, parameters, space, <usize>start << 3, <usize>count << 3);
    const weights = word(unit + UNIT_WEIGHTS);
    const labels = word(unit + UNIT_LABELS) + (<usize>start << 3);
    if (weights == 0) findResiduals(labels, space, sums, <usize>count << 3);
    else findWeightedResiduals(labels, weights + (<usize>start << 3), space, sums, <usize>count << 3);
    addGradient(features + 1, space, sums + SUM_GRADIENT, <usize>count << 3);
    if (withHessian) addHessian(features + 1, space, sums + SUM_GRADIENT + ((features + 1) << 3), <usize>count << 3);
  }
  if (word(unit + UNIT_WEIGHTS) == 0) store<f64>(sums, <f64>rows, SUM_WEIGHT);
}

/** Standardised columns into the workspace, and margins in the place of the residuals. */
function findMargins(
  unit: usize,
  features: usize,
  parameters: usize,
  space: usize,
  offset: usize,
  bytes: usize,
): void {
  const margins = space + SPACE_RESIDUALS;
  const means = parameters + ((features + 1) << 3);
  const scales = means + (features << 3);
  const intercept = v128.load64_splat(parameters);
  for (let at: usize = 0; at < bytes; at += 16) v128.store(margins + at, intercept);
  for (let j: usize = 0; j < features; j++) {
    let source = word(unit + UNIT_COLUMNS + (j << 2)) + offset;
    let column = space + SPACE_COLUMNS + (j + 1) * TILE_BYTES;
    let margin = margins;
    const mean = v128.load64_splat(means + (j << 3));
    const scale = v128.load64_splat(scales + (j << 3));
    const coefficient = v128.load64_splat(parameters + (j << 3), 8);
    for (const end = source + (bytes & ~15); source < end; source += 16, column += 16, margin += 16) {
      const z = f64x2.mul(f64x2.sub(v128.load(source), mean), scale);
      v128.store(column, z);
      v128.store(margin, f64x2.add(v128.load(margin), f64x2.mul(coefficient, z)));
    }
    if ((bytes & 8) == 0) continue;
    const z = f64x2.mul(f64x2.sub(v128.load64_zero(source), mean), scale);
    v128.store(column, z);
    v128.store(margin, f64x2.add(v128.load(margin), f64x2.mul(coefficient, z)));
  }
}

/**
 * Puts residual and curvature of a pair in the workspace, both 0 where `weight` is; returns its probabilities. With
 * e^-m as a fraction n / d, they are d / (n + d): one division serves p and 1 - p.
 */
@inline
function findPair(space: usize, at: usize, margin: v128, label: v128, weight: v128): v128 {
  const x = f64x2.neg(f64x2.pmax(f64x2.splat(-BOUND), f64x2.pmin(f64x2.splat(BOUND), margin)));
  const power = nearestPower(x);
  const r = remainderOf(x, power);
  const square = f64x2.mul(r, r);
  const odd = oddPart(r, square);
  const even = evenPart(square);
  const n = scaleByPower(f64x2.add(even, odd), power);
  const d = f64x2.sub(even, odd);
  const share = f64x2.div(f64x2.splat(1), f64x2.add(n, d));
  const p = f64x2.mul(d, share);
  v128.store(space + SPACE_CURVATURES + at, f64x2.mul(weight, f64x2.mul(p, f64x2.mul(n, share))));
  v128.store(space + SPACE_RESIDUALS + at, f64x2.mul(weight, f64x2.sub(p, label)));
  return p;
}

/** What a pair adds to the loss beside the logarithm of its probabilities. */
@inline
function linearLoss(margin: v128, label: v128): v128 {
  const below = f64x2.pmax(f64x2.splat(0), f64x2.sub(f64x2.splat(-BOUND), margin));
  return f64x2.add(f64x2.mul(f64x2.sub(f64x2.splat(1), label), margin), below);
}

/** -1 in each lane whose margin is 0 or has the wrong sign. */
@inline
function wrongLanes(margin: v128, label: v128): v128 {
  return f64x2.le(f64x2.mul(f64x2.sub(label, f64x2.splat(0.5)), margin), f64x2.splat(0));
}

/** Residuals and curvatures of a tile without weights. */
function findResiduals(labels: usize, space: usize, sums: usize, bytes: usize): void {
  const margins = space + SPACE_RESIDUALS;
  const even = bytes & ~15;
  const ones = f64x2.splat(1);
  let loss = f64x2.splat(0);
  let wrong = i64x2.splat(0);
  let logs: f64 = 0;
  for (let from: usize = 0; from < even; from += LOG_BYTES) {
    const to = min(from + LOG_BYTES, even);
    let product = ones;
    for (let at = from; at < to; at += 16) {
      const label = v128.load(labels + at);
      const margin = v128.load(margins + at);
      wrong = i64x2.sub(wrong, wrongLanes(margin, label));
      loss = f64x2.add(loss, linearLoss(margin, label));
      product = f64x2.mul(product, findPair(space, at, margin, label, ones));
    }
    logs += logarithm(f64x2.extract_lane(product, 0) * f64x2.extract_lane(product, 1));
  }
  if (even < bytes) {
    const label = v128.load64_zero(labels + even);
    const margin = v128.load(margins + even);
    wrong = i64x2.sub(wrong, i64x2.replace_lane(wrongLanes(margin, label), 1, 0));
    loss = f64x2.add(loss, f64x2.replace_lane(linearLoss(margin, label), 1, 0));
    logs += logarithm(f64x2.extract_lane(findPair(space, even, margin, label, f64x2.replace_lane(ones, 1, 0)), 0));
  }
  addTo(sums + SUM_LOSS, total(loss) - logs);
  addTo(sums + SUM_WRONG, <f64>(i64x2.extract_lane(wrong, 0) + i64x2.extract_lane(wrong, 1)));
}

/** Residuals and curvatures of a tile with weights; every row has a logarithm of its own. */
function findWeightedResiduals(labels: usize, weights: usize, space: usize, sums: usize, bytes: usize): void {
  const margins = space + SPACE_RESIDUALS;
  const even = bytes & ~15;
  let loss: f64 = 0;
  let weight: f64 = 0;
  let wrong: i64 = 0;
  for (let at: usize = 0; at < bytes; at += 16) {
    const label = at < even ? v128.load(labels + at) : v128.load64_zero(labels + at);
    const share = at < even ? v128.load(weights + at) : v128.load64_zero(weights + at);
    const margin = v128.load(margins + at);
    const lanes = v128.and(f64x2.gt(share, f64x2.splat(0)), wrongLanes(margin, label));
    wrong -= i64x2.extract_lane(lanes, 0) + i64x2.extract_lane(lanes, 1);
    const p = findPair(space, at, margin, label, share);
    const linear = linearLoss(margin, label);
    const low = f64x2.extract_lane(linear, 0) - logarithm(f64x2.extract_lane(p, 0));
    const high = f64x2.extract_lane(linear, 1) - logarithm(f64x2.extract_lane(p, 1));
    loss += f64x2.extract_lane(share, 0) * low + f64x2.extract_lane(share, 1) * high;
    weight += total(share);
  }
  addTo(sums + SUM_LOSS, loss);
  addTo(sums + SUM_WEIGHT, weight);
  addTo(sums + SUM_WRONG, <f64>wrong);
}

/** Residuals times columns, four columns at a time. */
function addGradient(size: usize, space: usize, gradient: usize, bytes: usize): void {
  for (let j: usize = 0; j < size; j += 4) {
    let residuals = space + SPACE_RESIDUALS;
    let column = space + SPACE_COLUMNS + j * TILE_BYTES;
    let sumA = f64x2.splat(0);
    let sumB = f64x2.splat(0);
    let sumC = f64x2.splat(0);
    let sumD = f64x2.splat(0);
    for (const end = column + bytes; column < end; column += 16, residuals += 16) {
      const residual = v128.load(residuals);
      sumA = f64x2.add(sumA, f64x2.mul(residual, v128.load(column)));
      sumB = f64x2.add(sumB, f64x2.mul(residual, v128.load(column, TILE_BYTES)));
      sumC = f64x2.add(sumC, f64x2.mul(residual, v128.load(column, 2 * TILE_BYTES)));
      sumD = f64x2.add(sumD, f64x2.mul(residual, v128.load(column, 3 * TILE_BYTES)));
    }
    const target = gradient + (j << 3);
    addTo(target, total(sumA));
    if (j + 1 < size) addTo(target + 8, total(sumB));
    if (j + 2 < size) addTo(target + 16, total(sumC));
    if (j + 3 < size) addTo(target + 24, total(sumD));
  }
}
