/** Completes histograms and searches them for the best split, feature by feature, as `findFeatureSplit` defines. */
import {
  BUILD_SLOT,
  CATEGORY_L2,
  CATEGORY_SMOOTH,
  FEATURES,
  FEATURES_PER_CHUNK,
  FLAG_ALLOWED,
  FLAG_FINITE,
  GRADIENT_SCALE,
  HESSIAN_BITS,
  HESSIAN_SCALE,
  HISTOGRAM_BYTES,
  HISTOGRAM_NUMBER,
  L2,
  MAX_CATEGORIES,
  MIN_GAIN,
  MIN_HESSIAN,
  MIN_ROWS,
  NODE_STATISTICS,
  ONE_AGAINST_REST,
  PRIVATE,
  SEARCH_BUILD,
  SEARCH_SIBLING,
  SHAPES,
  SHAPE_BYTES,
  SHARED_HISTOGRAM,
  SIBLING_SLOT,
  SLOT_BYTES,
  SPLITS,
  SPLIT_BYTES,
  THREADS,
  TOOK_PART,
  WORKSPACE,
  WORKSPACE_BYTES,
} from './layout';
import { address, real, whole } from './task';

/** The search under way, of one node and feature. Each thread has its own instance of these. */
let histogram: usize = 0;
let nodeGradient: f64 = 0;
let nodeHessian: f64 = 0;
let nodeRows: i64 = 0;
let parentScore: f64 = 0;
let low: f64 = 0;
let high: f64 = 0;
let bounded: bool = false;
let monotone: f64 = 0;
let inverseGradient: f64 = 0;
let inverseHessian: f64 = 0;
let minRows: i64 = 0;
let minHessian: f64 = 0;
let hessianBits: i64 = 0;
let hessianMask: i64 = 0;

/** The gain to beat: that of the best split of the node on the features before, or in this one. */
let bestGain: f64 = 0;
/** Below this, the sum of the scores of both sides is surely no better; see `isNoBetter`. */
let limit: f64 = 0;
let bestGradient: i64 = 0;
let bestPacked: i64 = 0;
let bestMissingLeft: bool = false;
/** The left bins are entries bestFrom..bestTo of the order, read backwards if bestReversed. */
let bestFrom: i32 = 0;
let bestTo: i32 = -1;
let bestReversed: bool = false;

export function searchFeatures(chunk: i32, thread: i32): void {
  const perChunk = whole(FEATURES_PER_CHUNK);
  const from = chunk * perChunk;
  const to = min(from + perChunk, whole(FEATURES));
  const shapes = address(SHAPES);
  let buildGain = real(MIN_GAIN);
  let siblingGain = buildGain;
  for (let feature = from; feature < to; feature++) {
    const shape = shapes + feature * SHAPE_BYTES;
    if ((load<i32>(shape, 12) & FLAG_ALLOWED) == 0) continue;
    const bins = load<i32>(shape, 4);
    const offset = <usize>feature * HISTOGRAM_BYTES;
    const build = address(BUILD_SLOT) + offset;
    const sibling = address(SIBLING_SLOT);
    if (whole(SHARED_HISTOGRAM) != 0) gather(build, offset, bins);
    if (sibling != 0) subtract(sibling + offset, build, bins);
    const splits = address(SPLITS) + <usize>feature * SPLIT_BYTES;
    if (whole(SEARCH_BUILD) != 0) buildGain = search(build, shape, 0, buildGain, splits, thread);
    if (whole(SEARCH_SIBLING) != 0) {
      const siblingSplits = splits + <usize>whole(FEATURES) * SPLIT_BYTES;
      siblingGain = search(sibling + offset, shape, 1, siblingGain, siblingSplits, thread);
    }
  }
}

/** Adds up the histograms of the threads that took part. */
function gather(into: usize, offset: usize, bins: i32): void {
  const threads = load<i32>(THREADS);
  const number = whole(HISTOGRAM_NUMBER);
  const size = <usize>bins << 4;
  let isFirst = true;
  for (let thread = 0; thread < threads; thread++) {
    if (load<i32>(TOOK_PART + (<usize>thread << 6)) != number) continue;
    const from = address(PRIVATE) + <usize>thread * address(SLOT_BYTES) + offset;
    if (isFirst) {
      memory.copy(into, from, size);
      v128.store(into, v128.load(from, 255 * 16), 255 * 16);
      isFirst = false;
    } else {
      for (let byte: usize = 0; byte < size; byte += 16) {
        v128.store(into + byte, i64x2.add(v128.load(into + byte), v128.load(from + byte)));
      }
      v128.store(into, i64x2.add(v128.load(into, 255 * 16), v128.load(from, 255 * 16)), 255 * 16);
    }
  }
}

function subtract(from: usize, other: usize, bins: i32): void {
  const size = <usize>bins << 4;
  for (let byte: usize = 0; byte < size; byte += 16) {
    v128.store(from + byte, i64x2.sub(v128.load(from + byte), v128.load(other + byte)));
  }
  v128.store(from, i64x2.sub(v128.load(from, 255 * 16), v128.load(other, 255 * 16)), 255 * 16);
}

@inline
function gradientOf(bin: i32): i64 {
  return load<i64>(histogram + (<usize>bin << 4));
}

@inline
function packedOf(bin: i32): i64 {
  return load<i64>(histogram + (<usize>bin << 4), 8);
}

/** Writes the best split if it gains more than `gain`, and returns the greater of the two. */
function search(slot: usize, shape: usize, which: i32, gain: f64, split: usize, thread: i32): f64 {
  histogram = slot;
  inverseGradient = 1 / real(GRADIENT_SCALE);
  inverseHessian = 1 / real(HESSIAN_SCALE);
  hessianBits = <i64>whole(HESSIAN_BITS);
  hessianMask = (<i64>1 << hessianBits) - 1;
  minRows = <i64>whole(MIN_ROWS);
  minHessian = real(MIN_HESSIAN);
  const statistics = NODE_STATISTICS + 5 * which;
  nodeGradient = real(statistics) * inverseGradient;
  nodeHessian = real(statistics + 1) * inverseHessian;
  nodeRows = <i64>real(statistics + 2);
  low = real(statistics + 3);
  high = real(statistics + 4);
  bounded = low > -Infinity || high < Infinity;
  monotone = <f64>load<i32>(shape, 8);
  const gradients = f64x2.splat(nodeGradient);
  const penalised = f64x2.splat(nodeHessian + real(L2));
  parentScore = f64x2.extract_lane(scoresOf(gradients, penalised, valuesOf(gradients, penalised)), 0);
  setBest(gain);
  bestTo = -1;
  const order = address(WORKSPACE) + <usize>thread * address(WORKSPACE_BYTES);
  const isNumber = load<i32>(shape) == 0;
  const missingRows = packedOf(255) >> hessianBits;
  let levels = 0;
  if (isNumber) searchNumber(load<i32>(shape, 4), (load<i32>(shape, 12) & FLAG_FINITE) != 0, missingRows > 0);
  else levels = searchLevels(load<i32>(shape, 4), missingRows > 0, order);
  if (bestTo < 0) {
    store<f64>(split, -Infinity);
    return gain;
  }
  describe(split, isNumber, levels, missingRows > 0, order);
  return bestGain;
}

@inline
function setBest(gain: f64): void {
  bestGain = gain;
  limit = parentScore + gain - 1e-10 * (Math.abs(parentScore) + gain);
}

/** Values and scores of two nodes at once; lanes are the left and the right side. */
@inline
function valuesOf(gradients: v128, penalised: v128): v128 {
  const values = f64x2.neg(f64x2.div(gradients, penalised));
  if (!bounded) return values;
  return f64x2.pmin(f64x2.pmax(values, f64x2.splat(low)), f64x2.splat(high));
}

@inline
function scoresOf(gradients: v128, penalised: v128, values: v128): v128 {
  const inner = f64x2.add(f64x2.mul(f64x2.splat(2), gradients), f64x2.mul(penalised, values));
  return f64x2.mul(f64x2.neg(values), inner);
}

/**
 * Whether a split surely gains no more than the best, which a score of at most G^2 / (H + l2) a side says of most
 * without a division; `limit` leaves room for what is rounded.
 */
@inline
function isNoBetter(gl: f64, hl: f64, gr: f64, hr: f64, limit: f64): bool {
  return gl * gl * hr + gr * gr * hl < limit * hl * hr;
}

function consider(gradient: i64, packed: i64, l2: f64, missingLeft: bool, from: i32, to: i32, reversed: bool): void {
  const rows = packed >> hessianBits;
  if (rows < minRows || nodeRows - rows < minRows) return;
  const gl = <f64>gradient * inverseGradient;
  const hl = <f64>(packed & hessianMask) * inverseHessian;
  const hr = nodeHessian - hl;
  if (hl < minHessian || hr < minHessian) return;
  const gr = nodeGradient - gl;
  if (isNoBetter(gl, hl + l2, gr, hr + l2, limit)) return;
  const gradients = f64x2.replace_lane(f64x2.splat(gl), 1, gr);
  const penalised = f64x2.add(f64x2.replace_lane(f64x2.splat(hl), 1, hr), f64x2.splat(l2));
  const values = valuesOf(gradients, penalised);
  if (monotone != 0) {
    if (monotone * (f64x2.extract_lane(values, 1) - f64x2.extract_lane(values, 0)) < 0) return;
  }
  const scores = scoresOf(gradients, penalised, values);
  const gain = f64x2.extract_lane(scores, 0) + f64x2.extract_lane(scores, 1) - parentScore;
  if (!(gain > bestGain)) return;
  setBest(gain);
  bestGradient = gradient;
  bestPacked = packed;
  bestMissingLeft = missingLeft;
  bestFrom = from;
  bestTo = to;
  bestReversed = reversed;
}

function searchNumber(bins: i32, finite: bool, hasMissing: bool): void {
  const l2 = real(L2);
  const missingGradient = gradientOf(255);
  const missingPacked = packedOf(255);
  const perGradient = inverseGradient;
  const perHessian = inverseHessian;
  const bits = hessianBits;
  const mask = hessianMask;
  const fewest = hasMissing ? max(1, minRows - (missingPacked >> bits)) : minRows;
  const most = nodeRows - minRows;
  const allGradient = nodeGradient;
  const allHessian = nodeHessian + l2;
  const last = bins - 1;
  let gradient: i64 = 0;
  let packed: i64 = 0;
  for (let bin = 0; bin < last; bin++) {
    // An empty bin parts the rows as the one before did and gains no more; a jump over it costs more than to look.
    gradient += gradientOf(bin);
    packed += packedOf(bin);
    const rows = packed >> bits;
    if (rows < fewest) continue;
    // The right side only gets smaller from here on.
    if (rows > most) return;
    const gl = <f64>gradient * perGradient;
    const hl = <f64>(packed & mask) * perHessian;
    if (!isNoBetter(gl, hl + l2, allGradient - gl, allHessian - hl, limit)) {
      consider(gradient, packed, l2, false, 0, bin, false);
    }
    if (hasMissing) consider(gradient + missingGradient, packed + missingPacked, l2, true, 0, bin, false);
  }
  if (!hasMissing || !finite) return;
  consider(gradient + gradientOf(last), packed + packedOf(last), l2, false, 0, last, false);
}

/** Returns the number of levels present, whose bins are left in `order`. */
function searchLevels(bins: i32, hasMissing: bool, order: usize): i32 {
  let present = 0;
  for (let bin = 0; bin < bins; bin++) {
    if (packedOf(bin) != 0) store<u8>(order + present++, <u8>bin);
  }
  if (present <= whole(ONE_AGAINST_REST)) {
    for (let i = 0; i < present; i++) {
      const bin = <i32>load<u8>(order + i);
      considerBoth(gradientOf(bin), packedOf(bin), real(L2), hasMissing, i, i, false);
    }
    if (hasMissing) considerAllLevels(present, order);
    return present;
  }
  sortLevels(order, present);
  const l2 = real(L2) + real(CATEGORY_L2);
  const limit = min(present - 1, whole(MAX_CATEGORIES));
  for (let pass = 0; pass < 2; pass++) {
    let gradient: i64 = 0;
    let packed: i64 = 0;
    for (let to = 0; to < limit; to++) {
      const bin = <i32>load<u8>(order + (pass == 0 ? to : present - 1 - to));
      gradient += gradientOf(bin);
      packed += packedOf(bin);
      considerBoth(gradient, packed, l2, hasMissing, 0, to, pass == 1);
    }
  }
  if (hasMissing) considerAllLevels(present, order);
  return present;
}

function considerAllLevels(present: i32, order: usize): void {
  let gradient: i64 = 0;
  let packed: i64 = 0;
  for (let i = 0; i < present; i++) {
    const bin = <i32>load<u8>(order + i);
    gradient += gradientOf(bin);
    packed += packedOf(bin);
  }
  consider(gradient, packed, real(L2), false, 0, present - 1, false);
}

function considerBoth(
  gradient: i64,
  packed: i64,
  l2: f64,
  hasMissing: bool,
  from: i32,
  to: i32,
  reversed: bool,
): void {
  consider(gradient, packed, l2, false, from, to, reversed);
  if (hasMissing) consider(gradient + gradientOf(255), packed + packedOf(255), l2, true, from, to, reversed);
}

/** Insertion sort by smoothed gradient / hessian; equal keys keep the order of the bins. */
function sortLevels(order: usize, present: i32): void {
  const keys = order + 256;
  const smooth = real(CATEGORY_SMOOTH);
  for (let i = 0; i < present; i++) {
    const bin = load<u8>(order + i);
    const g = <f64>gradientOf(bin) * inverseGradient;
    const h = <f64>(packedOf(bin) & hessianMask) * inverseHessian;
    const key = g / (h + smooth);
    let j = i;
    for (; j > 0 && load<f64>(keys + ((j - 1) << 3)) > key; j--) {
      store<f64>(keys + (j << 3), load<f64>(keys + ((j - 1) << 3)));
      store<u8>(order + j, load<u8>(order + j - 1));
    }
    store<f64>(keys + (j << 3), key);
    store<u8>(order + j, bin);
  }
}

function describe(split: usize, isNumber: bool, levels: i32, hasMissing: bool, order: usize): void {
  const rows = bestPacked >> hessianBits;
  const missingLeft = hasMissing ? bestMissingLeft : rows * 2 > nodeRows;
  store<f64>(split, bestGain);
  store<f64>(split, <f64>bestGradient, 8);
  store<f64>(split, <f64>(bestPacked & hessianMask), 16);
  store<f64>(split, <f64>rows, 24);
  store<i32>(split, isNumber ? bestTo : -1, 32);
  store<i32>(split, missingLeft ? 1 : 0, 36);
  const flags = split + 40;
  memory.fill(flags, 0, 256);
  if (isNumber) {
    memory.fill(flags, 1, <usize>(bestTo + 1));
  } else {
    if (missingLeft) {
      for (let bin = 0; bin < 255; bin++) store<u8>(flags + bin, packedOf(bin) == 0 ? 1 : 0);
    }
    for (let i = bestFrom; i <= bestTo; i++) {
      store<u8>(flags + <usize>load<u8>(order + (bestReversed ? levels - 1 - i : i)), 1);
    }
  }
  store<u8>(flags, missingLeft ? 1 : 0, 255);
}
