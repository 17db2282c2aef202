import { describe, expect, it } from 'vitest';
import { buildReference } from '../../core/monitor/inputs/build-reference.ts';
import { createTally } from '../../core/monitor/inputs/tally.ts';
import { numberTally } from './number-tally.ts';

describe('counts in the bins of a reference', () => {
  it('are those of the tally of drift', () => {
    const numbers = (values: readonly number[]) =>
      ({ kind: 'numeric', values: Float64Array.from(values) }) as const;
    const trained = numbers(Array.from({ length: 500 }, (_, k) => Math.sqrt(k)));
    const reference = buildReference([{ name: 'x', kind: 'numeric' }], [{ rows: 500, columns: [trained] }]);
    const [column] = reference.columns;
    if (column?.kind !== 'numeric') throw new Error('The reference is of a number.');
    const batches = [
      numbers([-4, 3, Number.NaN, 22.5, 7]),
      numbers([Number.POSITIVE_INFINITY, -1e300, 1e9, Number.NEGATIVE_INFINITY, 0]),
    ];
    const tally = createTally(reference);
    for (const batch of batches) tally.add({ rows: 5, columns: [batch] });
    const { init, add, answer } = numberTally(column);
    const state = batches.reduce((before, batch) => add(before, [batch], 5), init());
    expect(answer(state)).toEqual(tally.state().columns[0]);
    expect(answer(state)).toMatchObject({ missing: 1, lowest: -1e300, highest: 1e9 });
  });
});
