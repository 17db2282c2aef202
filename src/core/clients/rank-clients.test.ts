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

  it('ranks only the rows that take part', () => {
    const probabilities = Float64Array.of(0.1, 0.9, 0.5);
    expect([...rankClients(rows(0, 2), { probabilities, values: null }, byRow)]).toEqual([2, 0]);
    expect([...rankClients(rows(), { probabilities, values: null }, byRow)]).toEqual([]);
  });
});
