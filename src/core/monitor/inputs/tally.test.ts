import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelInput, SourceBatch } from '../../columns/source-column.ts';
import { buildReference } from './build-reference.ts';
import { createTally } from './tally.ts';

const INPUTS: readonly ModelInput[] = [
  { name: 'x', kind: 'numeric' },
  { name: 'level', kind: 'categorical' },
];
const value = fc.oneof(
  fc.double({ noNaN: false }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 1, 2, 3),
);
const level = fc.oneof(fc.constantFrom('a', 'b', 'c', null), fc.string({ maxLength: 3 }));
const someRows = fc.array(fc.tuple(value, level), { maxLength: 80 });

function batchOf(rows: readonly (readonly [number, string | null])[]): SourceBatch {
  return {
    rows: rows.length,
    columns: [
      { kind: 'numeric', values: Float64Array.from(rows, ([x]) => x) },
      { kind: 'text', values: rows.map(([, text]) => text) },
    ],
  };
}

function coded({ rows, columns }: SourceBatch): SourceBatch {
  const [x, text] = columns;
  if (x === undefined || text?.kind !== 'text') throw new Error('rows of a number and a text');
  const levels = [...new Set(text.values.filter((each) => each !== null))];
  const codes = Int32Array.from(text.values, (each) => (each === null ? -1 : levels.indexOf(each)));
  return { rows, columns: [x, { kind: 'categorical', codes, levels }] };
}

describe('createTally', () => {
  it('gives the bits of the whole for parts merged in any order, and survives JSON', () => {
    fc.assert(
      fc.property(someRows, someRows, someRows, (trained, first, second) => {
        const reference = buildReference(INPUTS, [batchOf(trained)]);
        const whole = createTally(reference);
        whole.add(batchOf([...first, ...second]));
        const [a, b, merged] = [createTally(reference), createTally(reference), createTally(reference)];
        a.add(batchOf(first));
        b.add(batchOf(second));
        merged.merge(JSON.parse(JSON.stringify(b.state())));
        merged.merge(JSON.parse(JSON.stringify(a.state())));
        expect(merged.state()).toEqual(whole.state());
      }),
    );
  });

  it('counts every row once, and the training rows as the reference has them', () => {
    fc.assert(
      fc.property(someRows, (trained) => {
        const reference = buildReference(INPUTS, [batchOf(trained)]);
        const tally = createTally(reference);
        tally.add(batchOf(trained));
        const state = tally.state();
        expect(state.rows).toBe(trained.length);
        state.columns.forEach((column, index) => {
          expect(column.counts).toEqual(reference.columns[index]?.counts);
          expect(column.missing).toBe(reference.columns[index]?.missing);
        });
      }),
    );
  });

  it('counts codes as it counts their texts', () => {
    fc.assert(
      fc.property(someRows, someRows, (trained, rows) => {
        const reference = buildReference(INPUTS, [batchOf(trained)]);
        expect(buildReference(INPUTS, [coded(batchOf(trained))])).toEqual(reference);
        const [texts, codes] = [createTally(reference), createTally(reference)];
        texts.add(batchOf(rows));
        codes.add(coded(batchOf(rows)));
        expect(codes.state()).toEqual(texts.state());
      }),
    );
  });

  it('keeps a bounded number of unseen levels, the same ones however the rows are parted', () => {
    const reference = buildReference(INPUTS, [batchOf([[1, 'a']])]);
    const rows = Array.from({ length: 3_000 }, (_, k): [number, string] => [1, `new ${k % 1_500}`]);
    const whole = createTally(reference);
    whole.add(batchOf(rows));
    const merged = createTally(reference);
    for (let from = 2_500; from >= 0; from -= 500) {
      const part = createTally(reference);
      part.add(batchOf(rows.slice(from, from + 500)));
      merged.merge(part.state());
    }
    expect(merged.state()).toEqual(whole.state());
    const [, column] = whole.state().columns;
    if (column?.kind !== 'categorical') throw new Error('the second column is of levels');
    expect(column.unseen).toMatchObject({ rows: 3_000, isSample: true });
    expect(column.unseen.levels).toHaveLength(200);
    expect(column.unseen.levels.every(([, count]) => count === 2)).toBe(true);
  });

  it('refuses columns of another kind, and counts of another reference', () => {
    const reference = buildReference(INPUTS, [batchOf([[1, 'a']])]);
    const other = buildReference(INPUTS, [
      batchOf([
        [1, 'a'],
        [2, 'b'],
      ]),
    ]);
    const tally = createTally(reference);
    const { columns } = batchOf([[1, 'a']]);
    expect(() => tally.add({ rows: 1, columns: columns.toReversed() })).toThrow(/Column x came as text/);
    expect(() => tally.add({ rows: 1, columns: columns.slice(1) })).toThrow(/got 1 columns: expected the 2/);
    expect(() => tally.merge(createTally(other).state())).toThrow(
      /Counts of column x are of another reference/,
    );
  });
});
