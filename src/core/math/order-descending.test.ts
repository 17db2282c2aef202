import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderDescending } from './order-descending.ts';

/** The same by a stable sort with a comparison. */
function slowly(keys: Float64Array): number[] {
  const place = (key: number) => (Number.isNaN(key) ? Number.NEGATIVE_INFINITY : key);
  return Array.from(keys, (_, row) => row).sort((a, b) => {
    const [x, y] = [keys[a] as number, keys[b] as number];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return place(y) > place(x) ? 1 : Number(place(y) === place(x)) - 1;
  });
}

describe('orderDescending', () => {
  it('is the stable order from high to low with NaN last, whatever the numbers', () => {
    const key = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, -1, Number.NaN, Infinity, -Infinity, 5e-324));
    fc.assert(
      fc.property(fc.array(key), (given) => {
        const keys = Float64Array.from(given);
        expect([...orderDescending(keys)]).toEqual(slowly(keys));
      }),
    );
  });

  it('takes 0 and -0 for equal', () => {
    expect([...orderDescending(Float64Array.of(-0, 0, 1, -0))]).toEqual([2, 0, 1, 3]);
  });
});
