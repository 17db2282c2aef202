import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import type { ModelInput, SourceBatch } from '../../columns/source-column.ts';
import { buildReference } from './build-reference.ts';
import { exactShift, precedenceTest } from './exact-shift.ts';
import { createTally } from './tally.ts';

const NUMBER: readonly ModelInput[] = [{ name: 'x', kind: 'numeric' }];
const LEVEL: readonly ModelInput[] = [{ name: 'x', kind: 'categorical' }];
const numbers = (values: readonly number[]): SourceBatch => ({
  rows: values.length,
  columns: [{ kind: 'numeric', values: Float64Array.from(values) }],
});
const texts = (values: readonly (string | null)[]): SourceBatch => ({
  rows: values.length,
  columns: [{ kind: 'text', values: [...values] }],
});

function shiftOf(inputs: readonly ModelInput[], trained: SourceBatch, current: SourceBatch): number {
  const { columns, ...reference } = buildReference(inputs, [trained]);
  const tally = createTally({ ...reference, columns });
  tally.add(current);
  const state = tally.state();
  return exactShift(
    columns[0] as (typeof columns)[number],
    state.columns[0] as (typeof state.columns)[number],
    state.rows,
  );
}

/** Every choice of `size` of the places 0 to n - 1. */
function* choices(n: number, size: number, from = 0): Generator<number[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let first = from; first <= n - size; first++) {
    for (const rest of choices(n, size - 1, first + 1)) yield [first, ...rest];
  }
}

/** p of every way to deal the values into old and new ones: under no change all are equally likely. */
function allDeals<T>(values: readonly T[], size: number, p: (before: T[], after: T[]) => number): number[] {
  return [...choices(values.length, size)].map((places) => {
    const isNew = new Set(places);
    return p(
      values.filter((_, place) => !isNew.has(place)),
      values.filter((_, place) => isNew.has(place)),
    );
  });
}

/** The chance of a p-value of at most t is at most t. */
function expectValid(p: readonly number[]): void {
  for (const t of new Set(p)) {
    const reached = p.filter((each) => each <= t).length / p.length;
    expect(reached).toBeLessThanOrEqual(t + 1e-9);
  }
}

describe('precedenceTest', () => {
  it.each([
    ['different values', [1, 2, 3.5, 4, 5, 6.1, 7, 8, 9, 10, 11, 12, 13, 14]],
    ['many equal values', [0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 9, 9]],
    ['two values', [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]],
  ])('is never too small: over every way to deal %s into old and new', (_, values) => {
    for (const size of [2, 5]) {
      expectValid(
        allDeals(values, size, (before, after) => shiftOf(NUMBER, numbers(before), numbers(after))),
      );
    }
  });

  it('knows the chance that all new values are above all old ones', () => {
    const built = buildReference(NUMBER, [numbers([1, 2, 3, 4, 5, 6, 7, 8])]);
    const column = built.columns[0];
    if (column?.kind !== 'numeric') throw new Error('a number');
    const tally = createTally(built);
    tally.add(numbers([20, 21, 22]));
    const counts = tally.state().columns[0]?.counts ?? [];
    // 3 of 11 places: 1 in 165; two wide bins, hence three cuts, in two directions.
    expect(precedenceTest(column, counts)).toBeCloseTo((2 * 3) / 165, 12);
  });

  it('is small for a shift of one deviation on 50 rows, and as small for the contrary', () => {
    const random = createRandom(3);
    const trained = numbers(Array.from({ length: 1_000 }, () => random.normal()));
    for (const shift of [1, -1]) {
      const p = shiftOf(NUMBER, trained, numbers(Array.from({ length: 50 }, () => random.normal() + shift)));
      expect(p).toBeLessThan(1e-5);
    }
  });
});

describe('exactShift', () => {
  it('is never too small for levels and missing values', () => {
    const values = ['a', 'a', 'a', 'a', 'a', 'b', 'b', 'b', null, null, 'c', 'c', 'c'];
    expectValid(allDeals(values, 4, (before, after) => shiftOf(LEVEL, texts(before), texts(after))));
    const missing = [1, 2, 3, 4, 5, 6, 7, Number.NaN, Number.NaN, Number.NaN, 8, 9];
    expectValid(allDeals(missing, 4, (before, after) => shiftOf(NUMBER, numbers(before), numbers(after))));
  });

  it('does not depend on the order of the rows, and is 1 without rows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: false }), { minLength: 1, maxLength: 40 }),
        fc.array(fc.double({ noNaN: false }), { maxLength: 40 }),
        (trained, rows) => {
          const p = shiftOf(NUMBER, numbers(trained), numbers(rows));
          expect(shiftOf(NUMBER, numbers(trained.toReversed()), numbers(rows.toReversed()))).toBe(p);
          if (rows.length === 0) expect(p).toBe(1);
        },
      ),
    );
  });
});
