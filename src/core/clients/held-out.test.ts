import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientKey } from './client-key.ts';
import { isHeldOut } from './held-out.ts';

const keys = Array.from({ length: 20_000 }, (_, k) => clientKey(`C${k}`));

describe('isHeldOut', () => {
  it('holds out about the share of the clients, by every seed', () => {
    for (const seed of [0, 1, 2, 4294967295]) {
      for (const share of [0.05, 0.2, 0.5]) {
        const held = keys.filter((key) => isHeldOut(key, { share, seed })).length;
        expect(Math.abs(held / keys.length - share)).toBeLessThan(
          4 * Math.sqrt((share * (1 - share)) / keys.length),
        );
      }
    }
  });

  it('holds out clients by seeds that have nothing to do with each other', () => {
    const both = keys.filter((key) => [0, 1].every((seed) => isHeldOut(key, { share: 0.5, seed }))).length;
    expect(Math.abs(both / keys.length - 0.25)).toBeLessThan(0.02);
  });

  it('holds out more clients, and the same ones, under a larger share', () => {
    const shares = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.nat(),
        shares,
        shares,
        (key, seed, a, b) => {
          const [less, more] = [Math.min(a, b), Math.max(a, b)];
          if (isHeldOut(key, { share: less, seed })) expect(isHeldOut(key, { share: more, seed })).toBe(true);
        },
      ),
    );
  });

  it('answers as it always did', () => {
    const held = [...'abcdefghijklmnop'].filter((id) => isHeldOut(clientKey(id), { share: 0.3, seed: 0 }));
    expect(held.join('')).toMatchInlineSnapshot(`"jk"`);
  });
});
