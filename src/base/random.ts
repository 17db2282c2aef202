/** Seeded random numbers: the same seed gives the same stream on every machine. */

export interface Random {
  /** The next 32 bits, uniform on [0, 2^32). */
  uint32(): number;
  /** Uniform on [0, 1), with 53 bits. */
  uniform(): number;
  /** A whole number, uniform on [0, bound). `bound` is from 1 to 2^32. */
  below(bound: number): number;
  /** Standard normal, by the polar method of Marsaglia and Bray (1964). */
  normal(): number;
}

/**
 * xoshiro128** of Blackman and Vigna (2018), its state filled by splitmix32 from `seed` (any finite number;
 * its low 32 bits count). `stream` gives independent streams of one seed.
 */
export function createRandom(seed: number, stream = 0): Random {
  let mix = (seed ^ Math.imul(stream + 1, 0x9e3779b9)) >>> 0;
  const next32 = (): number => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  let a = next32();
  let b = next32();
  let c = next32();
  let d = next32() | 1;

  const uint32 = (): number => {
    const x = Math.imul(b, 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  const uniform = (): number => ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992;
  const below = (bound: number): number => Math.floor(uniform() * bound);
  const normal = (): number => {
    for (;;) {
      const u = 2 * uniform() - 1;
      const v = 2 * uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
    }
  };
  return { uint32, uniform, below, normal };
}

/** A random order of 0..length-1 (Fisher-Yates), as indices. */
export function permutation(length: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length }, (_, index) => index);
  for (let i = length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const held = order[i] as number;
    order[i] = order[j] as number;
    order[j] = held;
  }
  return order;
}
