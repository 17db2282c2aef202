/** Logistic probabilities and logarithms, of the same bits on every machine. */

const ROUNDER: f64 = 6755399441055744;

/** The whole number nearest to x / ln 2, in the low bits of a double. */
@inline
export function nearestPower(x: v128): v128 {
  return f64x2.add(f64x2.mul(x, f64x2.splat(1.4426950408889634)), f64x2.splat(ROUNDER));
}

/** What is left of x: |r| <= ln 2 / 2 (Cody and Waite). */
@inline
export function remainderOf(x: v128, power: v128): v128 {
  const times = f64x2.sub(power, f64x2.splat(ROUNDER));
  const high = f64x2.sub(x, f64x2.mul(times, f64x2.splat(0.6931471803691238)));
  return f64x2.sub(high, f64x2.mul(times, f64x2.splat(1.9082149292705877e-10)));
}

/** The odd part P of e^r = (Q + P) / (Q - P), the rational function of Cephes' exp (Moshier). */
@inline
export function oddPart(r: v128, square: v128): v128 {
  const inner = f64x2.mul(square, f64x2.splat(1.26177193074810590878e-4));
  const outer = f64x2.mul(square, f64x2.add(inner, f64x2.splat(3.0299440770744196e-2)));
  return f64x2.mul(r, f64x2.add(outer, f64x2.splat(1)));
}

/** Its even part Q. */
@inline
export function evenPart(square: v128): v128 {
  const inner = f64x2.mul(square, f64x2.splat(3.00198505138664455e-6));
  const middle = f64x2.mul(square, f64x2.add(inner, f64x2.splat(2.52448340349684104e-3)));
  const outer = f64x2.mul(square, f64x2.add(middle, f64x2.splat(2.27265548208155029e-1)));
  return f64x2.add(outer, f64x2.splat(2));
}

/** `value` times the power of two in the low bits of `power`, by way of its exponent. */
@inline
export function scaleByPower(value: v128, power: v128): v128 {
  return i64x2.add(value, i64x2.shl(power, 52));
}

/** ln x of a positive, normal x, within a unit in the last place: FreeBSD's e_log.c, without tables. */
export function logarithm(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  const shifted = (bits >> 32) + (0x3ff00000 - 0x3fe6a09e);
  const k = <f64>(<i32>(shifted >> 20) - 0x3ff);
  const top = (shifted & 0xfffff) + 0x3fe6a09e;
  const f = reinterpret<f64>((top << 32) | (bits & 0xffffffff)) - 1;
  const half = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const odd =
    z *
    (6.66666666666673513e-1 +
      w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
  return s * (half + (even + odd)) + k * 1.90821492927058770002e-10 - half + f + k * 6.93147180369123816490e-1;
}
