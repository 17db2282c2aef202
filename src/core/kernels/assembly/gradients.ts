/** Gradients and hessians of log loss in fixed point, two rows at a time. */
import {
  BEGIN,
  CHUNK_ROWS,
  COUNTS,
  END,
  GRADIENTS,
  GRADIENT_SCALE,
  HESSIAN_SCALE,
  LABELS,
  LEAVES,
  MARGINS,
  ROWS,
  WEIGHTS,
} from './layout';
import { address, real, whole } from './task';

const ROUNDER: f64 = 6755399441055744;

/** The same operations in the same order as `probabilityOf`. */
@inline
function probabilities(margin: v128): v128 {
  const limited = f64x2.pmax(f64x2.splat(-40), f64x2.pmin(f64x2.splat(40), margin));
  const x = f64x2.neg(limited);
  const shifted = f64x2.add(f64x2.mul(x, f64x2.splat(1.4426950408889634)), f64x2.splat(ROUNDER));
  const power = f64x2.sub(shifted, f64x2.splat(ROUNDER));
  const rest = f64x2.sub(
    f64x2.sub(x, f64x2.mul(power, f64x2.splat(0.6931471803691238))),
    f64x2.mul(power, f64x2.splat(1.9082149292705877e-10)),
  );
  const square = f64x2.mul(rest, rest);
  const fourth = f64x2.mul(square, square);
  const low = f64x2.add(
    f64x2.add(f64x2.splat(1), rest),
    f64x2.mul(square, f64x2.add(f64x2.splat(0.5), f64x2.mul(rest, f64x2.splat(0.16666666666666666)))),
  );
  const middle = f64x2.add(f64x2.splat(0.041666666666666664), f64x2.mul(rest, f64x2.splat(0.008333333333333333)));
  const high = f64x2.add(f64x2.splat(0.001388888888888889), f64x2.mul(rest, f64x2.splat(0.0001984126984126984)));
  const top = f64x2.mul(fourth, f64x2.splat(0.0000248015873015873));
  const series = f64x2.add(low, f64x2.mul(fourth, f64x2.add(f64x2.add(middle, f64x2.mul(square, high)), top)));
  // The low bits of `shifted` are the power of two; added to the exponent they multiply by it.
  const exponential = i64x2.add(series, i64x2.shl(shifted, 52));
  return f64x2.div(f64x2.splat(1), f64x2.add(f64x2.splat(1), exponential));
}

@inline
function rounded(value: v128): v128 {
  return f64x2.sub(f64x2.add(value, f64x2.splat(ROUNDER)), f64x2.splat(ROUNDER));
}

@inline
function pair(first: f64, second: f64): v128 {
  return f64x2.replace_lane(f64x2.splat(first), 1, second);
}

@inline
function scaledGradients(p: v128, labels: v128, weights: v128, scale: v128): v128 {
  return rounded(f64x2.mul(f64x2.mul(weights, f64x2.sub(p, labels)), scale));
}

@inline
function scaledHessians(p: v128, weights: v128, scale: v128): v128 {
  const hessians = f64x2.mul(weights, f64x2.mul(p, f64x2.sub(f64x2.splat(1), p)));
  return f64x2.pmax(f64x2.splat(1), rounded(f64x2.mul(hessians, scale)));
}

/** A pair as (g, h, g, h) in 32 bits: after the addition the low half of a double is the whole number. */
@inline
function pack(gradients: v128, hessians: v128): v128 {
  const first = f64x2.add(gradients, f64x2.splat(ROUNDER));
  return i32x4.shuffle(first, f64x2.add(hessians, f64x2.splat(ROUNDER)), 0, 4, 2, 6);
}

export function computeGradients(chunk: i32): void {
  const from = whole(BEGIN) + chunk * whole(CHUNK_ROWS);
  const to = min(from + whole(CHUNK_ROWS), whole(END));
  const rows = address(ROWS);
  const margins = address(MARGINS);
  const labels = address(LABELS);
  const weights = address(WEIGHTS);
  const gradients = address(GRADIENTS);
  const gradientScale = f64x2.splat(real(GRADIENT_SCALE));
  const hessianScale = f64x2.splat(real(HESSIAN_SCALE));
  const ones = f64x2.splat(1);
  let sumGradient = f64x2.splat(0);
  let sumHessian = f64x2.splat(0);
  const first = load<u32>(rows + (<usize>from << 2));
  const last = load<u32>(rows + (<usize>(to - 1) << 2));
  // Rows that follow each other are read and written two at a time; so are the places of others, one by one.
  const isDense = last - first == <u32>(to - 1 - from);
  let i = from;
  for (; i + 1 < to; i += 2) {
    const a = isDense ? <usize>first + <usize>(i - from) : <usize>load<u32>(rows + (<usize>i << 2));
    const b = isDense ? a + 1 : <usize>load<u32>(rows + (<usize>i << 2), 4);
    const margin = isDense
      ? v128.load(margins + (a << 3))
      : pair(load<f64>(margins + (a << 3)), load<f64>(margins + (b << 3)));
    const label = pair(<f64>load<u8>(labels + a), <f64>load<u8>(labels + b));
    const weight = weights == 0 ? ones : pair(load<f64>(weights + (a << 3)), load<f64>(weights + (b << 3)));
    const p = probabilities(margin);
    const g = scaledGradients(p, label, weight, gradientScale);
    const h = scaledHessians(p, weight, hessianScale);
    const packed = pack(g, h);
    if (isDense) {
      v128.store(gradients + (a << 3), packed);
    } else {
      store<i64>(gradients + (a << 3), i64x2.extract_lane(packed, 0));
      store<i64>(gradients + (b << 3), i64x2.extract_lane(packed, 1));
    }
    sumGradient = f64x2.add(sumGradient, g);
    sumHessian = f64x2.add(sumHessian, h);
  }
  let gradient = f64x2.extract_lane(sumGradient, 0) + f64x2.extract_lane(sumGradient, 1);
  let hessian = f64x2.extract_lane(sumHessian, 0) + f64x2.extract_lane(sumHessian, 1);
  if (i < to) {
    const row = <usize>load<u32>(rows + (<usize>i << 2));
    const weight = weights == 0 ? ones : f64x2.splat(load<f64>(weights + (row << 3)));
    const label = f64x2.splat(<f64>load<u8>(labels + row));
    const p = probabilities(f64x2.splat(load<f64>(margins + (row << 3))));
    const g = scaledGradients(p, label, weight, gradientScale);
    const h = scaledHessians(p, weight, hessianScale);
    store<i64>(gradients + (row << 3), i64x2.extract_lane(pack(g, h), 0));
    gradient += f64x2.extract_lane(g, 0);
    hessian += f64x2.extract_lane(h, 0);
  }
  const sums = address(COUNTS) + (<usize>chunk << 4);
  store<f64>(sums, gradient);
  store<f64>(sums, hessian, 8);
}

/**
 * Sums of gradients and hessians over the rows of one leaf, were their margins moved by its value. LEAVES holds
 * (end: i32, pad, value: f64) of each leaf, in row order.
 */
export function sumLeaf(leaf: i32): void {
  const entry = address(LEAVES) + (<usize>leaf << 4);
  const to = load<i32>(entry);
  const shift = f64x2.splat(load<f64>(entry, 8));
  const rows = address(ROWS);
  const margins = address(MARGINS);
  const labels = address(LABELS);
  const weights = address(WEIGHTS);
  const gradientScale = f64x2.splat(real(GRADIENT_SCALE));
  const hessianScale = f64x2.splat(real(HESSIAN_SCALE));
  const ones = f64x2.splat(1);
  let gradient = f64x2.splat(0);
  let hessian = f64x2.splat(0);
  for (let i = leaf == 0 ? 0 : load<i32>(entry - 16); i < to; i += 2) {
    const isLast = i + 1 == to;
    const a = <usize>load<u32>(rows + (<usize>i << 2));
    const b = isLast ? a : <usize>load<u32>(rows + (<usize>i << 2), 4);
    const margin = pair(load<f64>(margins + (a << 3)), load<f64>(margins + (b << 3)));
    const label = pair(<f64>load<u8>(labels + a), <f64>load<u8>(labels + b));
    const weight = weights == 0 ? ones : pair(load<f64>(weights + (a << 3)), load<f64>(weights + (b << 3)));
    const p = probabilities(f64x2.add(margin, shift));
    let g = scaledGradients(p, label, weight, gradientScale);
    let h = scaledHessians(p, weight, hessianScale);
    if (isLast) {
      g = f64x2.replace_lane(g, 1, 0);
      h = f64x2.replace_lane(h, 1, 0);
    }
    gradient = f64x2.add(gradient, g);
    hessian = f64x2.add(hessian, h);
  }
  const sums = address(COUNTS) + (<usize>leaf << 4);
  store<f64>(sums, f64x2.extract_lane(gradient, 0) + f64x2.extract_lane(gradient, 1));
  store<f64>(sums, f64x2.extract_lane(hessian, 0) + f64x2.extract_lane(hessian, 1), 8);
}
