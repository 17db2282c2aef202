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
  let series = f64x2.splat(2.755731922398589e-7);
  series = f64x2.add(f64x2.mul(series, rest), f64x2.splat(2.7557319223985893e-6));
  series = f64x2.add(f64x2.mul(series, rest), f64x2.splat(2.48015873015873e-5));
  series = f64x2.add(f64x2.mul(series, rest), f64x2.splat(1.984126984126984e-4));
  series = f64x2.add(f64x2.mul(series, rest), f64x2.splat(1.388888888888889e-3));
  series = f64x2.add(f64x2.mul(series, rest), f64x2.splat(8.333333333333333e-3));
  series = f64x2.add(f64x2.mul(series, rest), f64x2.splat(4.1666666666666664e-2));
  series = f64x2.add(f64x2.mul(series, rest), f64x2.splat(1.6666666666666666e-1));
  series = f64x2.add(f64x2.mul(series, rest), f64x2.splat(0.5));
  series = f64x2.add(f64x2.mul(series, rest), f64x2.splat(1));
  series = f64x2.add(f64x2.mul(series, rest), f64x2.splat(1));
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
  let sumGradient = f64x2.splat(0);
  let sumHessian = f64x2.splat(0);
  for (let i = from; i < to; i += 2) {
    const isPair = i + 1 < to;
    const a = <usize>load<u32>(rows + (<usize>i << 2));
    const b = isPair ? <usize>load<u32>(rows + (<usize>i << 2) + 4) : a;
    const margin = pair(load<f64>(margins + (a << 3)), load<f64>(margins + (b << 3)));
    const label = pair(<f64>load<u8>(labels + a), <f64>load<u8>(labels + b));
    const p = probabilities(margin);
    let g = f64x2.sub(p, label);
    let h = f64x2.mul(p, f64x2.sub(f64x2.splat(1), p));
    if (weights != 0) {
      const weight = pair(load<f64>(weights + (a << 3)), load<f64>(weights + (b << 3)));
      g = f64x2.mul(weight, g);
      h = f64x2.mul(weight, h);
    }
    g = rounded(f64x2.mul(g, gradientScale));
    h = f64x2.pmax(f64x2.splat(1), rounded(f64x2.mul(h, hessianScale)));
    const pairs = i32x4.shuffle(
      i32x4.trunc_sat_f64x2_s_zero(g),
      i32x4.trunc_sat_f64x2_s_zero(h),
      0, 4, 1, 5,
    );
    if (isPair) {
      store<i64>(gradients + (b << 3), i64x2.extract_lane(pairs, 1));
    } else {
      g = f64x2.replace_lane(g, 1, 0);
      h = f64x2.replace_lane(h, 1, 0);
    }
    store<i64>(gradients + (a << 3), i64x2.extract_lane(pairs, 0));
    sumGradient = f64x2.add(sumGradient, g);
    sumHessian = f64x2.add(sumHessian, h);
  }
  const sums = address(COUNTS) + (<usize>chunk << 4);
  store<f64>(sums, f64x2.extract_lane(sumGradient, 0) + f64x2.extract_lane(sumGradient, 1));
  store<f64>(sums + 8, f64x2.extract_lane(sumHessian, 0) + f64x2.extract_lane(sumHessian, 1));
}
