import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../../base/random.ts';
import type { LearnerParameters, Tree } from '../../document/document.ts';
import { marginsOf } from '../../models/margins.ts';
import { createCompiledSums } from './compiled-sums.ts';
import { createEdgeSums } from './edge-sums.ts';
import { layOutEdges } from './tree-edges.ts';
import { createTreeShap } from './tree-shap.ts';

const CATEGORIES = 5;

type Growing = { -readonly [Key in keyof Tree]: Tree[Key][number][] };

/** A random tree; odd features are categories, and some leaves are 0. Covers add up as training rows do. */
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
    tree.value.push(leaf && random.uniform() < 0.9 ? random.normal() : 0);
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

/**
 * All nodes of a level are split alike, by few features, so that ways ask for one again. Leaves that no training row
 * reached have cover 0 and value 0.
 */
function symmetricTree(features: number, depth: number, random: Random): Tree {
  const levels = Array.from({ length: depth }, () => {
    const feature = random.below(features);
    const isCategory = feature % 2 === 1;
    const left = Array.from({ length: CATEGORIES }, (_, k) => k).filter(() => random.uniform() < 0.5);
    return {
      feature,
      threshold: isCategory ? null : random.normal(),
      categories: isCategory ? left : null,
      missingLeft: random.uniform() < 0.5,
    };
  });
  const inner = 2 ** depth - 1;
  const cover = new Array<number>(2 * inner + 1).fill(0);
  for (let node = 2 * inner; node >= 0; node--) {
    const own = random.uniform() < 0.4 ? 0 : 1 + random.below(50);
    cover[node] = node < inner ? (cover[2 * node + 1] as number) + (cover[2 * node + 2] as number) : own;
  }
  const levelOf = (node: number) => levels[Math.floor(Math.log2(node + 1))];
  return {
    feature: cover.map((_, node) => levelOf(node)?.feature ?? -1),
    threshold: cover.map((_, node) => levelOf(node)?.threshold ?? null),
    categories: cover.map((_, node) => levelOf(node)?.categories ?? null),
    missingLeft: cover.map((_, node) => levelOf(node)?.missingLeft ?? false),
    left: cover.map((_, node) => (node < inner ? 2 * node + 1 : 0)),
    right: cover.map((_, node) => (node < inner ? 2 * node + 2 : 0)),
    value: cover.map((own, node) => (node < inner || own === 0 ? 0 : random.normal())),
    cover,
  };
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
  if (cover === 0) return 0;
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

  it('equals the Shapley values by their definition on symmetric trees, whose splits repeat and leaves are empty', () => {
    const some = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        some,
        fc.integer({ min: 1, max: 6 }),
        (seed, features, depth) => {
          const random = createRandom(seed);
          const tree = symmetricTree(features, depth, random);
          const shap = createTreeShap({ kind: 'boosted-trees', base: 0.3, trees: [tree] });
          for (let k = 0; k < 4; k++) {
            const row = randomRow(features, random);
            const wanted = bruteForce(tree, row, features);
            // The second time from what is remembered.
            for (let time = 0; time < 2; time++) {
              const values = new Float64Array(features);
              shap.addRows(row, 0, 1, values);
              for (const [j, value] of wanted.entries()) expect(values[j]).toBeCloseTo(value, 10);
            }
          }
          expect(shap.baseline).toBeCloseTo(0.3 + coalitionValue(tree, randomRow(features, random), 0), 10);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('gives a row the same bits alone as among others, in any order', () => {
    const random = createRandom(5);
    const trees = Array.from({ length: 30 }, (_, k) =>
      k % 2 === 0 ? symmetricTree(6, 1 + (k % 6), random) : randomTree(6, 1 + (k % 7), random),
    );
    const rows = Array.from({ length: 300 }, () => randomRow(6, random));
    const columns = Array.from({ length: 6 }, (_, j) =>
      Float64Array.from(rows, (row) => row[j]?.[0] as number),
    );
    const explained = () => createTreeShap({ kind: 'boosted-trees', base: 0, trees });
    const all = new Float64Array(300 * 6);
    explained().addRows(columns, 0, 300, all);
    const alone = explained();
    for (let row = 299; row >= 0; row--) {
      const values = new Float64Array(6);
      alone.addRows(columns, row, row + 1, values);
      expect(values).toEqual(all.slice(row * 6, (row + 1) * 6));
    }
  });

  it('adds to what is there', () => {
    const random = createRandom(6);
    const shap = createTreeShap({ kind: 'boosted-trees', base: 0, trees: [randomTree(3, 4, random)] });
    const row = randomRow(4, random);
    const [values, more] = [new Float64Array(4), Float64Array.of(1, 2, 3, 4)];
    shap.addRows(row, 0, 1, values);
    shap.addRows(row, 0, 1, more);
    for (const [j, value] of values.entries()) expect(more[j]).toBe(value + j + 1);
  });

  it.each([
    ['of a single leaf by its baseline', [-1], [0.7], 1.7],
    ['whose leaves are all 0 by nothing', [0, -1, -1], [0, 0, 0], 1],
  ])('explains a tree %s', (_, feature, value, baseline) => {
    const tree: Tree = {
      feature,
      threshold: feature.map((index) => (index < 0 ? null : 0.5)),
      categories: feature.map(() => null),
      missingLeft: feature.map(() => false),
      left: feature.map((index) => (index < 0 ? 0 : 1)),
      right: feature.map((index) => (index < 0 ? 0 : 2)),
      value,
      cover: feature.map(() => 5),
    };
    const shap = createTreeShap({ kind: 'boosted-trees', base: 1, trees: [tree] });
    const values = new Float64Array(1);
    shap.addRows([Float64Array.of(3)], 0, 1, values);
    expect([shap.baseline, values[0]]).toEqual([baseline, 0]);
  });
});

describe('the compiled kernel', () => {
  it('adds the same bits as plain TypeScript', () => {
    const random = createRandom(8);
    const trees = [
      ...Array.from({ length: 40 }, (_, k) => randomTree(12, 1 + (k % 12), random)),
      ...Array.from({ length: 12 }, (_, k) => symmetricTree(7, 1 + (k % 6), random)),
      chain(40, random),
    ];
    const edges = layOutEdges(trees);
    const [plain, compiled] = [createEdgeSums(edges, 2), createCompiledSums(edges, 2)];
    expect(compiled).not.toBeNull();
    for (let tree = 0; tree < trees.length; tree++) {
      for (let row = 0; row < 2; row++) {
        plain.goes.forEach((_, k) => {
          plain.goes[k] = random.below(2);
        });
        compiled?.goes.set(plain.goes);
        plain.add(tree, row);
        compiled?.add(tree, row);
      }
    }
    expect(plain.values.some((value) => value !== 0)).toBe(true);
    expect(compiled?.values).toEqual(plain.values);
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
