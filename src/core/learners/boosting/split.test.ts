import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MISSING_BIN } from '../../statistics/number-encoder.ts';
import type { FeatureHistogram } from './feature-histogram.ts';
import { chooseFixedPoint } from './fixed-point.ts';
import { BOOSTING_DEFAULTS } from './options.ts';
import type { SplitFeature, SplitRules } from './split.ts';
import { findFeatureSplit } from './split.ts';

interface Row {
  readonly bin: number;
  readonly gradient: number;
  readonly hessian: number;
}

const fixedPoint = chooseFixedPoint(64, 1);
const rules: SplitRules = { ...BOOSTING_DEFAULTS, ...fixedPoint, minRows: 1, minHessian: 0, l2: 0.5 };
const numeric: SplitFeature = { kind: 'numeric', bins: 5, monotone: 0, finite: true };
const levels: SplitFeature = { kind: 'categorical', bins: 5, monotone: 0, finite: true };

function sumsOf(rows: readonly Row[]): { gradient: number; hessian: number; rows: number } {
  const sum = (pick: (row: Row) => number): number => rows.reduce((total, row) => total + pick(row), 0);
  return { gradient: sum((row) => row.gradient), hessian: sum((row) => row.hessian), rows: rows.length };
}

function histogramOf(rows: readonly Row[]): FeatureHistogram {
  const bins = Array.from({ length: 256 }, (_, bin) => sumsOf(rows.filter((row) => row.bin === bin)));
  return {
    gradient: Float64Array.from(bins, (sums) => sums.gradient),
    hessian: Float64Array.from(bins, (sums) => sums.hessian),
    rows: Float64Array.from(bins, (sums) => sums.rows),
  };
}

/** Fall of twice the second-order loss by a split, from its definition: each side takes its best value. */
function gainOf(rows: readonly Row[], left: readonly Row[], l2: number): number {
  const best = (side: readonly Row[], penalty: number): number => {
    const { gradient, hessian } = sumsOf(side);
    const g = gradient / fixedPoint.gradientScale;
    return g ** 2 / (hessian / fixedPoint.hessianScale + penalty);
  };
  const right = rows.filter((row) => !left.includes(row));
  return best(left, l2) + best(right, l2) - best(rows, l2);
}

/** The best gain over all sets of bins that `allowed` lets on the left. */
function bestGain(rows: readonly Row[], sets: readonly (readonly number[])[], l2: number): number {
  const gains = sets
    .map((bins) => rows.filter((row) => bins.includes(row.bin)))
    .filter((left) => left.length > 0 && left.length < rows.length)
    .map((left) => gainOf(rows, left, l2));
  return Math.max(Number.NEGATIVE_INFINITY, ...gains);
}

const someRows = fc.array(
  fc.record({
    bin: fc.constantFrom(0, 1, 2, 3, 4, MISSING_BIN),
    gradient: fc.integer({ min: -(2 ** 30), max: 2 ** 30 }),
    hessian: fc.integer({ min: 2 ** 20, max: 2 ** 30 }),
  }),
  { minLength: 1, maxLength: 30 },
);

function search(rows: readonly Row[], feature: SplitFeature, given: SplitRules = rules) {
  const sums = sumsOf(rows);
  const node = { sums, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  return findFeatureSplit(histogramOf(rows), feature, node, given);
}

function expectBest(rows: readonly Row[], feature: SplitFeature, best: number, given = rules): void {
  const found = search(rows, feature, given);
  if (best < given.minGain * 0.99) expect(found).toBeNull();
  if (best < given.minGain * 1.01) return;
  expect(found?.gain).toBeCloseTo(best, 7);
  const left = rows.filter((row) => found?.goesLeft[row.bin] === 1);
  expect(sumsOf(left)).toEqual(found?.left);
}

const upTo = (last: number): number[] => Array.from({ length: last + 1 }, (_, bin) => bin);
const subsets = Array.from({ length: 32 }, (_, mask) => upTo(4).filter((bin) => (mask >> bin) & 1));
const withMissing = (sets: readonly (readonly number[])[]): (readonly number[])[] => [
  ...sets,
  ...sets.map((bins) => [...bins, MISSING_BIN]),
];

describe('findFeatureSplit', () => {
  it('finds the best of all thresholds and sides of missing', () => {
    const sets = withMissing(upTo(4).map(upTo));
    fc.assert(fc.property(someRows, (rows) => expectBest(rows, numeric, bestGain(rows, sets, rules.l2))));
  });

  it('finds the best single level when each is tried against the rest', () => {
    const sets = [...withMissing(upTo(4).map((bin) => [bin])), upTo(4)];
    const single = { ...rules, oneAgainstRest: 5 };
    fc.assert(
      fc.property(someRows, (rows) => expectBest(rows, levels, bestGain(rows, sets, rules.l2), single)),
    );
  });

  it('finds the best of all sets of levels by sorting when nothing is smoothed or penalised', () => {
    const sets = withMissing(subsets);
    const plain = { ...rules, l2: 0, oneAgainstRest: 0, categorySmooth: 0, categoryL2: 0 };
    fc.assert(fc.property(someRows, (rows) => expectBest(rows, levels, bestGain(rows, sets, 0), plain)));
  });

  it('limits the levels of one side', () => {
    const rows = upTo(4).map((bin) => ({ bin, gradient: bin < 2 ? -(2 ** 29) : 2 ** 29, hessian: 2 ** 29 }));
    const found = search(rows, levels, { ...rules, oneAgainstRest: 0, maxCategories: 1, categoryL2: 0 });
    expect(found?.left.rows).toBe(1);
  });

  it('respects the fewest rows and the least hessian of a side', () => {
    const rows = upTo(4).map((bin) => ({
      bin,
      gradient: bin === 0 ? 2 ** 30 : -(2 ** 28),
      hessian: 2 ** 30,
    }));
    expect(search(rows, numeric)?.left.rows).toBe(1);
    expect(search(rows, numeric, { ...rules, minRows: 2 })?.left.rows).toBe(2);
    expect(search(rows, numeric, { ...rules, minHessian: 0.3 })?.left.rows).toBe(2);
    expect(search(rows, numeric, { ...rules, minRows: 3 })).toBeNull();
  });

  it('refuses a split whose sides go against a monotone constraint', () => {
    const rows = upTo(4).map((bin) => ({ bin, gradient: 2 ** 29 * (bin - 2), hessian: 2 ** 29 }));
    expect(search(rows, { ...numeric, monotone: 1 })).toBeNull();
    expect(search(rows, { ...numeric, monotone: -1 })).not.toBeNull();
  });

  it('sends bins without rows, and missing without rows, to the larger side', () => {
    const rows = [0, 1, 1, 1].map((bin) => ({
      bin,
      gradient: bin === 0 ? 2 ** 30 : -(2 ** 30),
      hessian: 2 ** 29,
    }));
    const found = search(rows, levels);
    expect(found?.missingLeft).toBe(false);
    expect([...(found?.goesLeft.subarray(0, 5) ?? [])]).toEqual([1, 0, 0, 0, 0]);
    const turned = search(
      rows.map((row) => ({ ...row, bin: 1 - row.bin })),
      numeric,
    );
    expect(turned?.missingLeft).toBe(true);
    expect(turned?.goesLeft[MISSING_BIN]).toBe(1);
  });
});
