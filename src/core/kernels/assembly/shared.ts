/** Searches the histograms of all nodes of a level for the split that they share, as `findSharedSplit` defines. */
import {
  FEATURES,
  FEATURES_PER_CHUNK,
  FLAG_ALLOWED,
  FLAG_FINITE,
  GOES_LEFT,
  GRADIENT_SCALE,
  HESSIAN_BITS,
  HESSIAN_SCALE,
  HISTOGRAM_BYTES,
  L2,
  MIN_GAIN,
  NODES,
  SHAPES,
  SHAPE_BYTES,
  SHARED_FEATURE,
  SHARED_NODES,
  SHARED_NODE_BYTES,
  SPLITS,
  SPLIT_BYTES,
  WORKSPACE,
  WORKSPACE_BYTES,
} from './layout';
import { address, real, whole } from './task';

/** Places of a feature: its bins, and all of them against missing. */
const MAX_PLACES: i32 = 257;

/** The best split of each feature of the chunk. */
export function searchShared(chunk: i32, thread: i32): void {
  const perChunk = whole(FEATURES_PER_CHUNK);
  const from = chunk * perChunk;
  const to = min(from + perChunk, whole(FEATURES));
  const gains = address(WORKSPACE) + <usize>thread * address(WORKSPACE_BYTES);
  for (let feature = from; feature < to; feature++) {
    const shape = address(SHAPES) + <usize>feature * SHAPE_BYTES;
    if ((load<i32>(shape, 12) & FLAG_ALLOWED) == 0) continue;
    const bins = load<i32>(shape, 4);
    const isNumber = load<i32>(shape) == 0;
    const hasMissing = anyMissing(feature);
    memory.fill(gains, 0, 2 * MAX_PLACES * 8);
    addGains(feature, bins, isNumber, hasMissing, gains);
    const isFinite = (load<i32>(shape, 12) & FLAG_FINITE) != 0;
    writeBest(gains, bins, isNumber, hasMissing, isFinite, address(SPLITS) + <usize>feature * SPLIT_BYTES);
  }
}

@inline
function nodeOf(index: i32): usize {
  return address(NODES) + <usize>index * SHARED_NODE_BYTES;
}

@inline
function histogramOf(node: usize, feature: i32): usize {
  return <usize>load<u32>(node) + <usize>feature * HISTOGRAM_BYTES;
}

function anyMissing(feature: i32): bool {
  const nodes = whole(SHARED_NODES);
  for (let index = 0; index < nodes; index++) {
    if (load<i64>(histogramOf(nodeOf(index), feature), 255 * 16 + 8) != 0) return true;
  }
  return false;
}

function addGains(feature: i32, bins: i32, isNumber: bool, hasMissing: bool, gains: usize): void {
  const nodes = whole(SHARED_NODES);
  const inverseGradient = 1 / real(GRADIENT_SCALE);
  const inverseHessian = 1 / real(HESSIAN_SCALE);
  const l2 = real(L2);
  const mask = (<i64>1 << <i64>whole(HESSIAN_BITS)) - 1;
  const onLeft = gains + MAX_PLACES * 8;
  for (let index = 0; index < nodes; index++) {
    const node = nodeOf(index);
    const histogram = histogramOf(node, feature);
    const g = load<f64>(node, 8) * inverseGradient;
    const h = load<f64>(node, 16) * inverseHessian;
    const parent = (g * g) / (h + l2);
    const missingGradient = load<i64>(histogram, 255 * 16);
    const missingHessian = load<i64>(histogram, 255 * 16 + 8) & mask;
    let gradient: i64 = 0;
    let hessian: i64 = 0;
    for (let bin = 0; bin < bins; bin++) {
      const place = <usize>bin << 3;
      const ownGradient = load<i64>(histogram + (<usize>bin << 4));
      const ownHessian = load<i64>(histogram + (<usize>bin << 4), 8) & mask;
      gradient += ownGradient;
      hessian += ownHessian;
      if (!isNumber) {
        add(gains + place, <f64>ownGradient * inverseGradient, <f64>ownHessian * inverseHessian, g, h, l2, parent);
        continue;
      }
      add(gains + place, <f64>gradient * inverseGradient, <f64>hessian * inverseHessian, g, h, l2, parent);
      if (hasMissing) {
        const gl = <f64>(gradient + missingGradient) * inverseGradient;
        const hl = <f64>(hessian + missingHessian) * inverseHessian;
        add(onLeft + place, gl, hl, g, h, l2, parent);
      }
    }
    if (!isNumber && hasMissing) {
      const place = <usize>bins << 3;
      add(gains + place, <f64>gradient * inverseGradient, <f64>hessian * inverseHessian, g, h, l2, parent);
    }
  }
}

@inline
function add(at: usize, gl: f64, hl: f64, g: f64, h: f64, l2: f64, parent: f64): void {
  const gr = g - gl;
  const hr = h - hl;
  const both = (gl * gl) / (hl + l2) + (gr * gr) / (hr + l2);
  store<f64>(at, load<f64>(at) + (both - parent));
}

/** Gain (f64), at 32 the place and at 36 whether missing goes left (1) and whether there is any (2). */
function writeBest(gains: usize, bins: i32, isNumber: bool, hasMissing: bool, isFinite: bool, split: usize): void {
  const onLeft = gains + MAX_PLACES * 8;
  const last = isNumber ? (hasMissing && isFinite ? bins : bins - 1) : hasMissing ? bins + 1 : bins;
  let best = real(MIN_GAIN);
  let bestPlace = -1;
  let missingLeft = 0;
  for (let place = 0; place < last; place++) {
    const right = load<f64>(gains + (<usize>place << 3));
    if (right > best) {
      best = right;
      bestPlace = place;
      missingLeft = 0;
    }
    if (!isNumber || !hasMissing || place >= bins - 1) continue;
    const left = load<f64>(onLeft + (<usize>place << 3));
    if (left > best) {
      best = left;
      bestPlace = place;
      missingLeft = 1;
    }
  }
  store<f64>(split, bestPlace < 0 ? -Infinity : best);
  store<i32>(split, bestPlace, 32);
  store<i32>(split, missingLeft | (hasMissing ? 2 : 0), 36);
}

/** Writes what goes left of each node over its sums: gradient, hessian, rows. */
export function sumShared(): void {
  const nodes = whole(SHARED_NODES);
  const flags = address(GOES_LEFT);
  const bits = <i64>whole(HESSIAN_BITS);
  const mask = (<i64>1 << bits) - 1;
  const feature = whole(SHARED_FEATURE);
  const bins = load<i32>(address(SHAPES) + <usize>feature * SHAPE_BYTES, 4);
  for (let index = 0; index < nodes; index++) {
    const node = nodeOf(index);
    const histogram = histogramOf(node, feature);
    let gradient: i64 = 0;
    let packed: i64 = 0;
    for (let bin = 0; bin < bins; bin++) {
      if (load<u8>(flags + bin) == 0) continue;
      gradient += load<i64>(histogram + (<usize>bin << 4));
      packed += load<i64>(histogram + (<usize>bin << 4), 8);
    }
    if (load<u8>(flags, 255) != 0) {
      gradient += load<i64>(histogram, 255 * 16);
      packed += load<i64>(histogram, 255 * 16 + 8);
    }
    store<f64>(node, <f64>gradient, 8);
    store<f64>(node, <f64>(packed & mask), 16);
    store<f64>(node, <f64>(packed >> bits), 24);
  }
}
