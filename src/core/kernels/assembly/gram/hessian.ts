/** The upper triangle of a tile's weighted Gram matrix, in blocks of two columns by four or two. */
import { SPACE_COLUMNS, SPACE_CURVATURES, SPACE_WEIGHTED, TILE_BYTES } from './layout';

@inline
function addTo(address: usize, value: v128): void {
  store<f64>(address, load<f64>(address) + (f64x2.extract_lane(value, 0) + f64x2.extract_lane(value, 1)));
}

/** Adds to `hessian`, row after row, `size` doubles each. Sums below the diagonal and past the end are not kept. */
export function addHessian(size: usize, space: usize, hessian: usize, bytes: usize): void {
  for (let j: usize = 0; j < size; j += 2) {
    weighColumns(space, j, j + 1 < size, bytes);
    let k = j;
    for (; k + 2 < size; k += 4) addFour(size, space, hessian, j, k, bytes);
    if (k < size) addTwo(size, space, hessian, j, k, bytes);
  }
}

/** Curvatures times columns j and j + 1; the second of a single column is the first again. */
function weighColumns(space: usize, j: usize, isPair: bool, bytes: usize): void {
  const curvatures = space + SPACE_CURVATURES;
  const first = space + SPACE_COLUMNS + j * TILE_BYTES;
  const second = isPair ? first + TILE_BYTES : first;
  const weighted = space + SPACE_WEIGHTED;
  for (let at: usize = 0; at < bytes; at += 16) {
    const curvature = v128.load(curvatures + at);
    v128.store(weighted + at, f64x2.mul(curvature, v128.load(first + at)));
    v128.store(weighted + at, f64x2.mul(curvature, v128.load(second + at)), TILE_BYTES);
  }
}

function addFour(size: usize, space: usize, hessian: usize, j: usize, k: usize, bytes: usize): void {
  let upper = space + SPACE_WEIGHTED;
  let column = space + SPACE_COLUMNS + k * TILE_BYTES;
  let topA = f64x2.splat(0);
  let topB = f64x2.splat(0);
  let topC = f64x2.splat(0);
  let topD = f64x2.splat(0);
  let lowA = f64x2.splat(0);
  let lowB = f64x2.splat(0);
  let lowC = f64x2.splat(0);
  let lowD = f64x2.splat(0);
  for (const end = column + bytes; column < end; column += 16, upper += 16) {
    const top = v128.load(upper);
    const low = v128.load(upper, TILE_BYTES);
    const a = v128.load(column);
    topA = f64x2.add(topA, f64x2.mul(top, a));
    lowA = f64x2.add(lowA, f64x2.mul(low, a));
    const b = v128.load(column, TILE_BYTES);
    topB = f64x2.add(topB, f64x2.mul(top, b));
    lowB = f64x2.add(lowB, f64x2.mul(low, b));
    const c = v128.load(column, 2 * TILE_BYTES);
    topC = f64x2.add(topC, f64x2.mul(top, c));
    lowC = f64x2.add(lowC, f64x2.mul(low, c));
    const d = v128.load(column, 3 * TILE_BYTES);
    topD = f64x2.add(topD, f64x2.mul(top, d));
    lowD = f64x2.add(lowD, f64x2.mul(low, d));
  }
  const row = hessian + ((j * size + k) << 3);
  addTo(row, topA);
  addTo(row + 8, topB);
  addTo(row + 16, topC);
  if (k + 3 < size) addTo(row + 24, topD);
  if (j + 1 == size) return;
  const next = row + (size << 3);
  if (k > j) addTo(next, lowA);
  addTo(next + 8, lowB);
  addTo(next + 16, lowC);
  if (k + 3 < size) addTo(next + 24, lowD);
}

function addTwo(size: usize, space: usize, hessian: usize, j: usize, k: usize, bytes: usize): void {
  let upper = space + SPACE_WEIGHTED;
  let column = space + SPACE_COLUMNS + k * TILE_BYTES;
  let topA = f64x2.splat(0);
  let topB = f64x2.splat(0);
  let lowA = f64x2.splat(0);
  let lowB = f64x2.splat(0);
  for (const end = column + bytes; column < end; column += 16, upper += 16) {
    const top = v128.load(upper);
    const low = v128.load(upper, TILE_BYTES);
    const a = v128.load(column);
    topA = f64x2.add(topA, f64x2.mul(top, a));
    lowA = f64x2.add(lowA, f64x2.mul(low, a));
    const b = v128.load(column, TILE_BYTES);
    topB = f64x2.add(topB, f64x2.mul(top, b));
    lowB = f64x2.add(lowB, f64x2.mul(low, b));
  }
  const row = hessian + ((j * size + k) << 3);
  addTo(row, topA);
  if (k + 1 < size) addTo(row + 8, topB);
  if (j + 1 == size) return;
  const next = row + (size << 3);
  if (k > j) addTo(next, lowA);
  if (k + 1 < size) addTo(next + 8, lowB);
}
