/** Exact Shapley values of boosted trees (the path-dependent TreeSHAP of Lundberg, Erion and Lee 2018). */
import type { BoostedTreesParameters, Tree } from '../models/document.ts';
import { leafShapley } from './leaf-shapley.ts';
import { expectedValue, type LeafPath, leafPaths } from './tree-paths.ts';

/** Shapley values of every feature for rows of feature columns. */
export interface TreeShap {
  /** Margin expected over the cover of the trees; with it the values of a row sum to the row's margin. */
  readonly baseline: number;
  /** Adds the values of row `i` to `out`, one place a feature. */
  addRow(features: readonly Float64Array[], row: number, out: Float64Array): void;
}

/** Paths of up to so many features keep a table of all 2^D answers. */
const TABLE_FEATURES = 8;
/** Longer paths remember the answers seen, while a pattern fits into the bits of a whole number. */
const PATTERN_FEATURES = 30;
const MOST_REMEMBERED = 4096;

/**
 * Prepares trees for explanation. What a leaf gives to each feature depends only on which of the D features on
 * its way the row agrees with, one of 2^D patterns; each is computed once (as Fast TreeSHAP v2, Yang 2021). Cover
 * is what the model document says it is, training rows.
 */
export function createTreeShap({ base, trees }: BoostedTreesParameters): TreeShap {
  const prepared = trees.map(prepare);
  const baseline = prepared.reduce((sum, tree) => sum + tree.expected, base);
  return {
    baseline,
    addRow(features, row, out) {
      for (const tree of prepared) addTree(tree, features, row, out);
    },
  };
}

interface PreparedLeaf {
  readonly path: LeafPath;
  /** Shapley values by pattern: 2^D rows of D, NaN where not yet computed; null for long paths. */
  readonly table: Float64Array | null;
  readonly remembered: Map<number, Float64Array>;
}

interface PreparedTree {
  readonly leaves: readonly PreparedLeaf[];
  readonly expected: number;
  /** Inner nodes. */
  readonly splits: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  readonly leftCategories: readonly (Uint8Array | null)[];
  readonly missingLeft: Uint8Array;
  /** Scratch: 1 where the row at hand goes left at a node. */
  readonly goesLeft: Uint8Array;
}

function prepare(tree: Tree): PreparedTree {
  const paths = leafPaths(tree);
  const nodes = tree.feature.map((_, node) => node);
  return {
    leaves: paths.map(prepareLeaf),
    expected: paths.reduce((sum, path) => sum + expectedValue(path), 0),
    splits: Int32Array.from(nodes.filter((node) => (tree.feature[node] as number) >= 0)),
    feature: Int32Array.from(tree.feature),
    threshold: Float64Array.from(tree.threshold, (threshold) => threshold ?? Number.NaN),
    leftCategories: tree.categories.map(categoryFlags),
    missingLeft: Uint8Array.from(tree.missingLeft, Number),
    goesLeft: new Uint8Array(nodes.length),
  };
}

function categoryFlags(left: readonly number[] | null): Uint8Array | null {
  if (left === null) return null;
  const flags = new Uint8Array(Math.max(-1, ...left) + 1);
  for (const category of left) flags[category] = 1;
  return flags;
}

function prepareLeaf(path: LeafPath): PreparedLeaf {
  const players = path.features.length;
  const table = players <= TABLE_FEATURES ? new Float64Array(players << players).fill(Number.NaN) : null;
  return { path, table, remembered: new Map() };
}

function addTree(
  tree: PreparedTree,
  features: readonly Float64Array[],
  row: number,
  out: Float64Array,
): void {
  decideInto(tree, features, row);
  for (const leaf of tree.leaves) addLeaf(leaf, tree.goesLeft, out);
}

/** Where the row goes at every split, also at those it does not come to. */
function decideInto(tree: PreparedTree, features: readonly Float64Array[], row: number): void {
  const { splits, feature, threshold, leftCategories, missingLeft, goesLeft } = tree;
  for (let s = 0; s < splits.length; s++) {
    const node = splits[s] as number;
    const x = (features[feature[node] as number] as Float64Array)[row] as number;
    const flags = leftCategories[node] as Uint8Array | null;
    if (Number.isNaN(x)) goesLeft[node] = missingLeft[node] as number;
    else if (flags === null) goesLeft[node] = x <= (threshold[node] as number) ? 1 : 0;
    else goesLeft[node] = flags[x] === 1 ? 1 : 0;
  }
}

function addLeaf(leaf: PreparedLeaf, goesLeft: Uint8Array, out: Float64Array): void {
  const { path, table } = leaf;
  const players = path.features.length;
  if (players === 0) return;
  if (table === null) {
    const values =
      players > PATTERN_FEATURES ? leafShapley(path, followed(path, goesLeft)) : remember(leaf, goesLeft);
    addValues(out, path, values, 0);
    return;
  }
  const start = patternOf(path, goesLeft) * players;
  if (Number.isNaN(table[start])) table.set(leafShapley(path, followed(path, goesLeft)), start);
  addValues(out, path, table, start);
}

/** The features that the row agrees with at every split of the way, as bits. */
function patternOf({ nodes, lefts, players, features }: LeafPath, goesLeft: Uint8Array): number {
  let pattern = (1 << features.length) - 1;
  for (let s = 0; s < nodes.length; s++) {
    if (goesLeft[nodes[s] as number] !== lefts[s]) pattern &= ~(1 << (players[s] as number));
  }
  return pattern;
}

/** The same, as a 1 or 0 for each feature. */
function followed({ nodes, lefts, players, features }: LeafPath, goesLeft: Uint8Array): Uint8Array {
  const follows = new Uint8Array(features.length).fill(1);
  nodes.forEach((node, s) => {
    if (goesLeft[node] !== lefts[s]) follows[players[s] as number] = 0;
  });
  return follows;
}

function addValues(out: Float64Array, { features }: LeafPath, values: Float64Array, start: number): void {
  for (let p = 0; p < features.length; p++) {
    const feature = features[p] as number;
    out[feature] = (out[feature] as number) + (values[start + p] as number);
  }
}

function remember({ path, remembered }: PreparedLeaf, goesLeft: Uint8Array): Float64Array {
  const pattern = patternOf(path, goesLeft);
  const known = remembered.get(pattern);
  if (known !== undefined) return known;
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  const values = leafShapley(path, followed(path, goesLeft));
  remembered.set(pattern, values);
  return values;
}
