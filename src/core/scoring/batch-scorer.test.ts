import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import type { BoostedTreesParameters, Tree } from '../document/document.ts';
import type { BoostingColumn } from '../learners/boosting/binner.ts';
import { fitBoostedTrees } from '../learners/boosting/fit.ts';
import { marginsOf } from '../models/margins.ts';
import { createBatchScorer } from './batch-scorer.ts';

const ROWS = 9001;
const random = createRandom(21);
const values = [
  Float64Array.from({ length: ROWS }, () => (random.uniform() < 0.1 ? Number.NaN : random.normal())),
  Float64Array.from({ length: ROWS }, () => random.below(30)),
  Float64Array.from({ length: ROWS }, () => (random.uniform() < 0.1 ? Number.NaN : random.below(20))),
  Float64Array.from({ length: ROWS }, () => 1e12 + random.below(1000)),
];
const labels = Uint8Array.from({ length: ROWS }, (_, row) => {
  const [a, b, c] = values.map((column) => column[row] as number);
  const margin = (a || 0) + ((b as number) % 7) - 3 + (((c || 0) * 3) % 5) - 2;
  return random.uniform() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
});
const columns = values.map(
  (column, index): BoostingColumn =>
    index === 2
      ? {
          kind: 'categorical',
          codes: Int32Array.from(column, (code) => (Number.isNaN(code) ? -1 : code)),
          levels: 20,
        }
      : { kind: 'numeric', values: column },
);

function score(parameters: BoostedTreesParameters, features: readonly Float64Array[]): Float64Array | null {
  const rows = features[0]?.length ?? 0;
  const out = new Float64Array(rows);
  const scorer = createBatchScorer(parameters);
  scorer?.(features, rows, out);
  return scorer === null ? null : out;
}

const leaf = (value: number): Tree => ({
  feature: [-1],
  threshold: [null],
  categories: [null],
  missingLeft: [false],
  left: [0],
  right: [0],
  value: [value],
  cover: [1],
});

/** A tree that is one split. */
const stump = (threshold: number | null, categories: number[] | null): Tree => ({
  feature: [0, -1, -1],
  threshold: [threshold, null, null],
  categories: [categories, null, null],
  missingLeft: [true, false, false],
  left: [1, 0, 0],
  right: [2, 0, 0],
  value: [0, 1, 2],
  cover: [3, 1, 2],
});

describe('createBatchScorer', () => {
  const { parameters, margins } = fitBoostedTrees(columns, labels, { trees: 40, leaves: 15, margins: true });

  it('gives the margins of the fit, bit for bit', () => {
    expect(score(parameters, values)).toEqual(margins);
  });

  it('gives the bits of the plain scorer on values that were never learned from', () => {
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e300, -1e300, 5e-324];
    const unseen = values.map((column, index) =>
      column.map((value, row) =>
        index === 2 ? ([Number.NaN, 25, 253, 254, 255, 1000][row % 6] ?? 0) : (odd[row % 11] ?? value * 1.5),
      ),
    );
    const expected = new Float64Array(ROWS);
    marginsOf(parameters)(unseen, ROWS, expected);
    expect(score(parameters, unseen)).toEqual(expected);
  });

  it('scores no rows, no trees and trees of one leaf', () => {
    expect(
      score(
        parameters,
        [0, 1, 2, 3].map(() => new Float64Array(0)),
      ),
    ).toEqual(new Float64Array(0));
    const base = { kind: 'boosted-trees' as const, base: -1.5 };
    expect(score({ ...base, trees: [] }, values.slice(0, 1))?.every((margin) => margin === -1.5)).toBe(true);
    const leaves = { ...base, trees: [leaf(0.25), leaf(1)] };
    expect(score(leaves, values.slice(0, 1))?.every((margin) => margin === -0.25)).toBe(true);
  });

  it('takes 254 thresholds or levels of a feature, and leaves more to the plain scorer', () => {
    const base = { kind: 'boosted-trees' as const, base: 0 };
    const cuts = (count: number): BoostedTreesParameters => ({
      ...base,
      trees: Array.from({ length: count }, (_, cut) => stump(cut, null)),
    });
    const column = Float64Array.from({ length: 300 }, (_, value) => value);
    const expected = new Float64Array(300);
    marginsOf(cuts(254))([column], 300, expected);
    expect(score(cuts(254), [column])).toEqual(expected);
    expect(createBatchScorer(cuts(255))).toBeNull();
    expect(score({ ...base, trees: [stump(null, [253])] }, [column])?.indexOf(1)).toBe(253);
    expect(createBatchScorer({ ...base, trees: [stump(null, [254])] })).toBeNull();
  });
});
