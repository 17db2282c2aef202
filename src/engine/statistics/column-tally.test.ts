import { describe, expect, it } from 'vitest';
import type { SourceColumn } from '../../core/columns/source-column.ts';
import { buildReference } from '../../core/monitor/inputs/build-reference.ts';
import { createTally } from '../../core/monitor/inputs/tally.ts';
import { columnTally } from './column-tally.ts';

const numbers = (values: readonly number[]) =>
  ({ kind: 'numeric', values: Float64Array.from(values) }) as const;
const texts = (values: readonly (string | null)[]) => ({ kind: 'text', values }) as const;

const NUMBERS = {
  kind: 'numeric',
  trained: numbers(Array.from({ length: 500 }, (_, k) => Math.sqrt(k))),
  batches: [
    numbers([-4, 3, Number.NaN, 22.5, 7]),
    numbers([Number.POSITIVE_INFINITY, -1e300, 1e9, Number.NEGATIVE_INFINITY, 0]),
  ],
  expected: { missing: 1, lowest: -1e300, highest: 1e9 },
} as const;
const LEVELS = {
  kind: 'categorical',
  trained: texts(['a', 'b', 'a', null]),
  batches: [texts(['b', 'new', null]), texts(Array.from({ length: 500 }, (_, k) => `level ${k}`))],
  expected: { missing: 1, counts: [0, 1], unseen: { rows: 501, isSample: true } },
} as const;

describe.each([NUMBERS, LEVELS])('the tally of a $kind column', ({ kind, trained, batches, expected }) => {
  it('is that of all columns together', () => {
    const rowsOf = (column: SourceColumn) =>
      (column.kind === 'categorical' ? column.codes : column.values).length;
    const batchOf = (column: SourceColumn) => ({ rows: rowsOf(column), columns: [column] });
    const reference = buildReference([{ name: 'x', kind }], [batchOf(trained)]);
    const tally = createTally(reference);
    for (const column of batches) tally.add(batchOf(column));
    const [column] = reference.columns.map(columnTally);
    if (column === undefined) throw new Error('The reference has a column.');
    const { init, add, answer } = column;
    const state = batches.reduce((before, batch) => add(before, [batch], rowsOf(batch)), init());
    expect(answer(state)).toEqual(tally.state().columns[0]);
    expect(answer(state)).toMatchObject(expected);
  });
});
