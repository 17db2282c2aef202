/** What must be known of a unit of rows before the first pass: moments of its columns, weights and classes. */
import {
  ABOUT_COLUMNS,
  ABOUT_COLUMN_BYTES,
  ABOUT_INVALID,
  ABOUT_POSITIVES,
  ABOUT_WEIGHT,
  PASS_FEATURES,
  PASS_SUMS,
  PASS_SUM_BYTES,
  PASS_UNITS,
  PASS_UNIT_BYTES,
  UNIT_COLUMNS,
  UNIT_LABELS,
  UNIT_ROWS,
  UNIT_WEIGHTS,
} from './layout';

@inline
function word(address: usize): usize {
  return <usize>load<u32>(address);
}

@inline
function total(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

export function describeUnit(chunk: i32, pass: usize): void {
  const features = load<i32>(pass, PASS_FEATURES);
  const unit = word(pass + PASS_UNITS) + <usize>chunk * word(pass + PASS_UNIT_BYTES);
  const about = word(pass + PASS_SUMS) + <usize>chunk * word(pass + PASS_SUM_BYTES);
  const rows = load<i32>(unit, UNIT_ROWS);
  countClasses(word(unit + UNIT_LABELS), word(unit + UNIT_WEIGHTS), <usize>rows << 3, about);
  for (let j = 0; j < features; j++) {
    const column = word(unit + UNIT_COLUMNS + (<usize>j << 2));
    describeColumn(column, rows, about + ABOUT_COLUMNS + <usize>j * ABOUT_COLUMN_BYTES);
  }
}

function countClasses(labels: usize, weights: usize, bytes: usize, about: usize): void {
  let weight: f64 = 0;
  let positives: f64 = 0;
  let invalid: f64 = 0;
  for (let at: usize = 0; at < bytes; at += 8) {
    const label = load<f64>(labels + at);
    const share = weights == 0 ? 1 : load<f64>(weights + at);
    if ((label != 0 && label != 1) || !(share >= 0)) invalid++;
    weight += share;
    positives += label * share;
  }
  store<f64>(about, weight, ABOUT_WEIGHT);
  store<f64>(about, positives, ABOUT_POSITIVES);
  store<f64>(about, invalid, ABOUT_INVALID);
}

/**
 * Two passes, the second of which corrects the mean of the first (Chan, Golub and LeVeque 1983), so that a constant
 * column has its own value as mean. A value that is not finite leaves squares that are not.
 */
function describeColumn(column: usize, rows: i32, moments: usize): void {
  const bytes = <usize>rows << 3;
  const even = bytes & ~15;
  const first = v128.load64_splat(column);
  let low = first;
  let high = first;
  let sum = f64x2.splat(0);
  let other = f64x2.splat(0);
  for (let at: usize = 0; at < even; at += 16) {
    const value = v128.load(column + at);
    low = f64x2.pmin(low, value);
    high = f64x2.pmax(high, value);
    // The two sums change places, so that each has half the values and half the rounding.
    const next = f64x2.add(other, value);
    other = sum;
    sum = next;
  }
  const last = even < bytes ? load<f64>(column + even) : f64x2.extract_lane(first, 0);
  const mean = (total(sum) + total(other) + (even < bytes ? last : 0)) / <f64>rows;
  let rest = f64x2.splat(0);
  let squares = f64x2.splat(0);
  const means = f64x2.splat(mean);
  for (let at: usize = 0; at < even; at += 16) {
    const deviation = f64x2.sub(v128.load(column + at), means);
    rest = f64x2.add(rest, deviation);
    squares = f64x2.add(squares, f64x2.mul(deviation, deviation));
  }
  const odd = even < bytes ? last - mean : 0;
  const drift = total(rest) + odd;
  store<f64>(moments, mean + drift / <f64>rows);
  store<f64>(moments, max<f64>(0, total(squares) + odd * odd - (drift * drift) / <f64>rows), 8);
  store<f64>(moments, min(last, min(f64x2.extract_lane(low, 0), f64x2.extract_lane(low, 1))), 16);
  store<f64>(moments, max(last, max(f64x2.extract_lane(high, 0), f64x2.extract_lane(high, 1))), 24);
}
