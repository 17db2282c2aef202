import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../base/random.ts';
import { type LearnerParameters, MODEL_FORMAT, type ModelDocument, type Tree } from '../models/document.ts';
import { marginsOf } from '../models/margins.ts';
import { createScorer } from '../models/scorer.ts';
import { createExplainer, strongestReasons } from './explainer.ts';
import { createTreeShap } from './tree-shap.ts';

const CATEGORIES = 5;

type Growing = { -readonly [Key in keyof Tree]: Tree[Key][number][] };

/** A random tree; odd features are categories. Covers add up as training rows do. */
function randomTree(features: number, depth: number, random: Random): Tree {
  const tree: Growing = {
    feature: [],
    threshold: [],
    categories: [],
    missingLeft: [],
    left: [],
    right: [],
    value: [],
    cover: [],
  };
  const grow = (levels: number, cover: number): number => {
    const node = tree.feature.length;
    const leaf = levels === 0 || cover < 2 || random.uniform() < 0.15;
    const feature = random.below(features);
    const byCategory = !leaf && feature % 2 === 1;
    tree.feature.push(leaf ? -1 : feature);
    tree.threshold.push(leaf || byCategory ? null : random.normal());
    tree.categories.push(
      byCategory
        ? Array.from({ length: CATEGORIES }, (_, k) => k).filter(() => random.uniform() < 0.5)
        : null,
    );
    tree.missingLeft.push(random.uniform() < 0.5);
    tree.value.push(leaf ? random.normal() : 0);
    tree.cover.push(cover);
    tree.left.push(0);
    tree.right.push(0);
    if (leaf) return node;
    const leftCover = 1 + random.below(cover - 1);
    tree.left[node] = grow(levels - 1, leftCover);
    tree.right[node] = grow(levels - 1, cover - leftCover);
    return node;
  };
  grow(depth, 1000);
  return tree;
}

function randomRow(features: number, random: Random): Float64Array[] {
  return Array.from({ length: features }, (_, j) => {
    if (random.uniform() < 0.15) return Float64Array.of(Number.NaN);
    return Float64Array.of(j % 2 === 1 ? random.below(CATEGORIES) : random.normal());
  });
}

/** Value of a coalition: known features go their way, unknown ones both, in proportion to the cover. */
function coalitionValue(tree: Tree, row: readonly Float64Array[], known: number, node = 0): number {
  const feature = tree.feature[node] as number;
  if (feature < 0) return tree.value[node] as number;
  const [left, right] = [tree.left[node] as number, tree.right[node] as number];
  const of = (child: number) => coalitionValue(tree, row, known, child);
  if ((known >> feature) & 1) {
    const x = row[feature]?.[0] as number;
    const goesLeft = Number.isNaN(x)
      ? tree.missingLeft[node]
      : (tree.categories[node]?.includes(x) ?? x <= (tree.threshold[node] as number));
    return of(goesLeft ? left : right);
  }
  const cover = tree.cover[node] as number;
  return (of(left) * (tree.cover[left] as number) + of(right) * (tree.cover[right] as number)) / cover;
}

/** Shapley values by their definition, over all 2^M coalitions. */
function bruteForce(tree: Tree, row: readonly Float64Array[], features: number): number[] {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  const size = (coalition: number): number => (coalition === 0 ? 0 : (coalition & 1) + size(coalition >> 1));
  return Array.from({ length: features }, (_, j) => {
    let sum = 0;
    for (let coalition = 0; coalition < 1 << features; coalition++) {
      if ((coalition >> j) & 1) continue;
      const k = size(coalition);
      const weight = (factorial(k) * factorial(features - 1 - k)) / factorial(features);
      sum +=
        weight * (coalitionValue(tree, row, coalition | (1 << j)) - coalitionValue(tree, row, coalition));
    }
    return sum;
  });
}

describe('TreeSHAP', () => {
  it('equals the Shapley values by their definition on random trees', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 6 }), (seed, features) => {
        const random = createRandom(seed);
        const tree = randomTree(features, 5, random);
        const row = randomRow(features, random);
        const { addRows, baseline } = createTreeShap({ kind: 'boosted-trees', base: 0.3, trees: [tree] });
        const values = new Float64Array(features);
        addRows(row, 0, 1, values);
        bruteForce(tree, row, features).forEach((wanted, j) => {
          expect(values[j]).toBeCloseTo(wanted, 10);
        });
        expect(baseline).toBeCloseTo(0.3 + coalitionValue(tree, row, 0), 10);
      }),
      { numRuns: 150 },
    );
  });

  it('adds up to the margin, also on paths of many features', () => {
    const random = createRandom(9);
    for (const [features, depth] of [
      [4, 6],
      [14, 14],
      [40, 45],
    ] as const) {
      const trees = Array.from({ length: 3 }, () =>
        features === 40 ? chain(features, random) : randomTree(features, depth, random),
      );
      const learner: LearnerParameters = { kind: 'boosted-trees', base: -0.4, trees };
      const shap = createTreeShap(learner);
      const margins = marginsOf(learner);
      for (let k = 0; k < 40; k++) {
        const row = randomRow(features, random);
        const [values, margin] = [new Float64Array(features), new Float64Array(1)];
        shap.addRows(row, 0, 1, values);
        margins(row, 1, margin);
        const sum = values.reduce((total, value) => total + value, shap.baseline);
        expect(Math.abs(sum - (margin[0] as number))).toBeLessThan(1e-9);
      }
    }
  });

  it('explains a tree of a single leaf by its baseline', () => {
    const leaf: Tree = {
      feature: [-1],
      threshold: [null],
      categories: [null],
      missingLeft: [false],
      left: [0],
      right: [0],
      value: [0.7],
      cover: [5],
    };
    const shap = createTreeShap({ kind: 'boosted-trees', base: 1, trees: [leaf] });
    const values = new Float64Array(1);
    shap.addRows([Float64Array.of(3)], 0, 1, values);
    expect([shap.baseline, values[0]]).toEqual([1.7, 0]);
  });
});

/** A tree that asks for every feature once on its longest way. */
function chain(features: number, random: Random): Tree {
  const tree: Growing = {
    feature: [],
    threshold: [],
    categories: [],
    missingLeft: [],
    left: [],
    right: [],
    value: [],
    cover: [],
  };
  for (let j = 0; j <= 2 * features; j++) {
    const split = j < 2 * features && j % 2 === 0;
    const byCategory = split && (j / 2) % 2 === 1;
    tree.feature.push(split ? j / 2 : -1);
    tree.threshold.push(split && !byCategory ? random.normal() : null);
    tree.categories.push(byCategory ? [0, 3] : null);
    tree.missingLeft.push(false);
    tree.left.push(split ? j + 1 : 0);
    tree.right.push(split ? j + 2 : 0);
    tree.value.push(split ? 0 : random.normal());
    tree.cover.push(1000 - 10 * j);
  }
  return tree;
}

function modelOf(learner: LearnerParameters, features: ModelDocument['features']): ModelDocument {
  return {
    format: MODEL_FORMAT,
    version: '000000000000',
    target: { column: 'exited', positive: '1' },
    id: null,
    inputs: [
      { name: 'usage', kind: 'numeric' },
      { name: 'plan', kind: 'categorical' },
    ],
    features,
    learner,
    calibration: { kind: 'none' },
    threshold: 0.5,
    certificate: {
      trainedAt: '2026-01-01T00:00:00.000Z',
      version: '0',
      seed: 0,
      snapshot: { id: '', rows: 0, positives: 0 },
      files: [],
      options: {},
      fit: {},
    },
  };
}

describe('the explainer', () => {
  const model = modelOf(
    {
      kind: 'logistic-regression',
      coefficients: [0.02, -0.5, 1.5, 0.25],
      intercept: -1,
      means: [40, 3, 0.3, 0.1],
    },
    [
      { kind: 'number', source: 'usage', missing: 40 },
      { kind: 'hinge', source: 'usage', knot: 50, missing: 40 },
      { kind: 'level', source: 'plan', level: 'gold' },
      { kind: 'missing', source: 'plan' },
    ],
  );

  it('gathers the terms of a linear model by source column, and they add up to the margin', () => {
    const [explainer, scorer] = [createExplainer(model), createScorer(model)];
    const row = fc.record({
      usage: fc.oneof(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.constant(null)),
      plan: fc.constantFrom('gold', 'basic', null),
    });
    fc.assert(
      fc.property(row, (client) => {
        const contributions = new Float64Array(2);
        explainer.contributionsInto(scorer.batchOf(client), contributions);
        const sum = contributions.reduce((total, value) => total + value, explainer.baseline);
        expect(Math.abs(sum - scorer.scoreRow(client).margin)).toBeLessThan(1e-9);
      }),
    );
    const contributions = new Float64Array(2);
    explainer.contributionsInto(scorer.batchOf({ usage: 60, plan: 'gold' }), contributions);
    expect(contributions[0]).toBeCloseTo(0.02 * 20 - 0.5 * (10 - 3), 12);
    expect(contributions[1]).toBeCloseTo(1.5 * 0.7 - 0.25 * 0.1, 12);
  });

  it('names what raises the risk first, and what would be without it', () => {
    const explainer = { columns: ['a', 'b', 'c', 'd'], baseline: -1 };
    const contributions = Float64Array.of(0.5, -0.2, 0.9, 0);
    const calibrate = (margin: number) => margin;
    const raising = strongestReasons(explainer, contributions, calibrate, { most: 3 });
    expect(raising.map(({ column }) => column)).toEqual(['c', 'a']);
    expect(raising[0]?.probabilityWithout).toBeCloseTo(-1 + 0.3, 12);
    const lowering = strongestReasons(explainer, contributions, calibrate, { most: 3, lowers: true });
    expect(lowering.map(({ column }) => column)).toEqual(['b']);
  });
});
