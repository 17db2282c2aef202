import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankClients } from './rank-clients.ts';

const byRow = () => 0;
const rows = (...values: number[]) => Uint32Array.from(values);

describe('rankClients', () => {
  it('goes by expected loss, then by risk where the value is not known', () => {
    const probabilities = Float64Array.of(0.9, 0.5, 0.1, 0.3, 0.8);
    const values = Float64Array.of(10, 100, Number.NaN, -5, Number.NaN);
    const ranked = rankClients(rows(0, 1, 2, 3, 4), { probabilities, values }, byRow);
    expect([...ranked]).toEqual([1, 0, 3, 4, 2]);
  });

  it('goes by risk without values, and by id where risks are equal, then by row', () => {
    const ids = ['b', 'z', 'a', 'a', 'c'];
    const compare = (a: number, b: number) =>
      (ids[a] ?? '') < (ids[b] ?? '') ? -1 : Number(ids[a] !== ids[b]);
    const probabilities = Float64Array.of(0.5, 0.9, 0.5, 0.5, 0);
    const ranked = rankClients(rows(0, 1, 2, 3, 4), { probabilities, values: null }, compare);
    expect([...ranked]).toEqual([1, 2, 3, 0, 4]);
  });

  it('puts any clients in the order of a sort with a comparison', () => {
    const number = fc.constantFrom(0, 0.25, 0.5, 1, Number.NaN);
    const client = fc.record({
      risk: fc.constantFrom(0, 0.1, 0.5, 0.9),
      value: number,
      id: fc.constantFrom('a', 'b', 'c'),
    });
    fc.assert(
      fc.property(fc.array(client, { maxLength: 40 }), (clients) => {
        const probabilities = Float64Array.from(clients, ({ risk }) => risk);
        const values = Float64Array.from(clients, ({ value }) => value);
        const idOf = (row: number) => clients[row]?.id ?? '';
        const compareIds = (a: number, b: number) => idOf(a).localeCompare(idOf(b));
        const keyOf = (row: number): readonly [number, number] => {
          const [risk, value] = [probabilities[row] ?? 0, values[row] ?? 0];
          return Number.isNaN(value) ? [1, -risk] : [0, -risk * value];
        };
        const all = clients.map((_, row) => row);
        const expected = all.toSorted((a, b) => {
          const [x, y] = [keyOf(a), keyOf(b)];
          return x[0] - y[0] || x[1] - y[1] || compareIds(a, b) || a - b;
        });
        const ranked = rankClients(Uint32Array.from(all), { probabilities, values }, compareIds);
        expect([...ranked]).toEqual(expected);
      }),
    );
  });

  it('ranks only the rows that take part', () => {
    const probabilities = Float64Array.of(0.1, 0.9, 0.5);
    expect([...rankClients(rows(0, 2), { probabilities, values: null }, byRow)]).toEqual([2, 0]);
    expect([...rankClients(rows(), { probabilities, values: null }, byRow)]).toEqual([]);
  });
});
