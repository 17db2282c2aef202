import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dealClients, oneRowAClient } from './deal-clients.ts';

const keys = fc
  .array(fc.bigInt({ min: 0n, max: 30n }), { maxLength: 80 })
  .map((all) => BigUint64Array.from(all));

describe('the rows of two sides', () => {
  it('are dealt by client, also one of both sides, and each side evenly where clients have one row', () => {
    fc.assert(
      fc.property(
        keys,
        keys,
        fc.integer({ min: 2, max: 6 }),
        fc.nat(99),
        (reference, current, parts, seed) => {
          const options = { parts, seed, stream: 7 };
          const sides = dealClients([reference.length, current.length], [reference, current], options);
          const seen = new Map<bigint, number>();
          [reference, current].forEach((own, side) => {
            own.forEach((key, row) => {
              const part = sides[side as 0 | 1][row] as number;
              expect(part).toBeLessThan(parts);
              expect(seen.get(key) ?? part).toBe(part);
              seen.set(key, part);
            });
          });
          expect(dealClients([reference.length, current.length], [reference, current], options)).toEqual(
            sides,
          );
          const alone = dealClients([reference.length, current.length], [null, null], options);
          for (const own of alone) {
            const counts = Array.from(
              { length: parts },
              (_, part) => own.filter((each) => each === part).length,
            );
            expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  it('are thinned to the first row of each client in an order', () => {
    const order = Uint32Array.of(4, 0, 3, 1, 2);
    const own = BigUint64Array.of(5n, 6n, 7n, 5n, 6n);
    expect(oneRowAClient(order, own, 9)).toEqual(Uint32Array.of(4, 0, 2));
    expect(oneRowAClient(order, own, 2)).toEqual(Uint32Array.of(4, 0));
  });
});
