/** The passes of `edge-sums.ts` over one tree, two points of the integral side by side, with the same bits. */
import {
  ABOVE,
  DECISION,
  EDGE_BYTES,
  FEATURE,
  FOLLOWS,
  GAIN,
  INVERSE,
  OWN_SHARE,
  PAIR_BYTES,
  PRODUCT,
  SAME,
  SHARE,
  SIDE,
  SUM,
  VALUE,
  WORK_BYTES,
} from './layout';

/** Adds the Shapley values of a tree of `count` edges at `edges` to the values of a row; `goes` has a byte a decision. */
export function addTree(
  edges: usize,
  count: i32,
  goes: usize,
  pairs: usize,
  pairCount: i32,
  work: usize,
  values: usize,
): void {
  store<u32>(work, 1, FOLLOWS);
  v128.store(work, f64x2.splat(1), PRODUCT);
  v128.store(work, f64x2.splat(0), GAIN);
  v128.store(work, f64x2.splat(1), INVERSE);
  for (let pair = 0; pair < pairCount; pair++) {
    goDown(edges, count, goes, v128.load(pairs), v128.load(pairs, 16), work);
    comeUp(edges, count, work, values);
    pairs += PAIR_BYTES;
  }
}

function goDown(edges: usize, count: i32, goes: usize, points: v128, weights: v128, work: usize): void {
  const one = f64x2.splat(1);
  const others = f64x2.sub(one, points);
  const lost = f64x2.neg(f64x2.div(weights, others));
  v128.store(work, f64x2.splat(load<f64>(edges, VALUE)), SUM);
  let edge = edges;
  let own = work;
  for (let k = 1; k < count; k++) {
    edge += EDGE_BYTES;
    own += WORK_BYTES;
    const before = work + <usize>load<u32>(edge, SAME);
    const followed = load<u32>(before, FOLLOWS);
    const goesLeft = <u32>load<u8>(goes + <usize>load<u16>(edge, DECISION));
    const share = f64x2.splat(load<f64>(edge, SHARE));
    let ratio: v128;
    if (followed == 0) {
      store<u32>(own, 0, FOLLOWS);
      v128.store(own, lost, GAIN);
      ratio = f64x2.splat(load<f64>(edge, OWN_SHARE));
    } else if (goesLeft == <u32>load<u16>(edge, SIDE)) {
      const factor = f64x2.add(points, f64x2.mul(share, others));
      const inverse = f64x2.div(one, factor);
      store<u32>(own, 1, FOLLOWS);
      v128.store(own, inverse, INVERSE);
      v128.store(own, f64x2.mul(f64x2.mul(weights, f64x2.sub(one, share)), inverse), GAIN);
      ratio = f64x2.mul(factor, v128.load(before, INVERSE));
    } else {
      store<u32>(own, 0, FOLLOWS);
      v128.store(own, lost, GAIN);
      ratio = f64x2.mul(f64x2.mul(share, others), v128.load(before, INVERSE));
    }
    const product = f64x2.mul(v128.load(work + <usize>load<u32>(edge, ABOVE), PRODUCT), ratio);
    v128.store(own, product, PRODUCT);
    v128.store(own, f64x2.mul(product, f64x2.splat(load<f64>(edge, VALUE))), SUM);
  }
}

function comeUp(edges: usize, count: i32, work: usize, values: usize): void {
  let edge = edges + <usize>(count - 1) * EDGE_BYTES;
  let own = work + <usize>(count - 1) * WORK_BYTES;
  for (let k = count - 1; k > 0; k--) {
    const above = work + <usize>load<u32>(edge, ABOVE);
    const sum = v128.load(own, SUM);
    v128.store(above, f64x2.add(v128.load(above, SUM), sum), SUM);
    const gain = f64x2.sub(v128.load(own, GAIN), v128.load(work + <usize>load<u32>(edge, SAME), GAIN));
    const terms = f64x2.mul(sum, gain);
    const value = values + <usize>load<u32>(edge, FEATURE);
    store<f64>(value, load<f64>(value) + (f64x2.extract_lane(terms, 0) + f64x2.extract_lane(terms, 1)));
    edge -= EDGE_BYTES;
    own -= WORK_BYTES;
  }
}
