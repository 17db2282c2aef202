/** Exact Shapley values of boosted trees (the path-dependent TreeSHAP of Lundberg, Erion and Lee 2018). */
import type { BoostedTreesParameters, Tree } from '../models/document.ts';
import { type FlatTree, flattenTree } from '../models/flat-tree.ts';
import { leafShapley } from './leaf-shapley.ts';
import { expectedValue, type LeafPath, leafPaths } from './tree-paths.ts';

/** Shapley values of every feature for rows of feature columns. */
export interface TreeShap {
  /** Margin expected over the cover of the trees; with it the values of a row sum to the row's margin. */
  readonly baseline: number;
  /** Adds the values of rows start to end to `out`, row-major, one place a feature. */
  addRows(features: readonly Float64Array[], start: number, end: number, out: Float64Array): void;
}

/** Ways of up to so many features have a table of all 2^D answers. */
const TABLE_FEATURES = 8;
/** Longer ways remember the answers seen, while a pattern fits into the bits of a whole number. */
const PATTERN_FEATURES = 30;
const MOST_REMEMBERED = 4096;
const TILE = 512;

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
    addRows(features, start, end, out) {
      // A tree at a time over a few rows, so that its tables stay in the cache.
      for (let tile = start; tile < end; tile += TILE) {
        const last = Math.min(tile + TILE, end);
        for (const tree of prepared) {
          for (let row = tile; row < last; row++) {
            decideInto(tree, features, row);
            addShortWays(tree.short, tree.goesLeft, out, (row - start) * features.length);
            for (const way of tree.long) addLongWay(way, tree.goesLeft, out, (row - start) * features.length);
          }
        }
      }
    },
  };
}

interface PreparedTree {
  readonly expected: number;
  /** Inner nodes. */
  readonly splits: Int32Array;
  readonly flat: FlatTree;
  /** Scratch: 1 where the row at hand goes left at a node. */
  readonly goesLeft: Uint8Array;
  readonly short: ShortWays;
  readonly long: readonly LongWay[];
}

/** The ways with a table, laid out one after another. */
interface ShortWays {
  readonly paths: readonly LeafPath[];
  /** Where the splits, the features and the table of each way begin; one more than there are ways. */
  readonly splitStarts: Int32Array;
  readonly featureStarts: Int32Array;
  readonly tableStarts: Int32Array;
  readonly nodes: Int32Array;
  readonly lefts: Uint8Array;
  readonly players: Uint8Array;
  readonly features: Int32Array;
  /** For each way 2^D rows of D values, NaN where not yet computed. */
  readonly table: Float64Array;
}

interface LongWay {
  readonly path: LeafPath;
  readonly remembered: Map<number, Float64Array>;
}

function prepare(tree: Tree): PreparedTree {
  const paths = leafPaths(tree);
  const ways = paths.filter((path) => path.features.length > 0);
  const nodes = tree.feature.map((_, node) => node);
  return {
    expected: paths.reduce((sum, path) => sum + expectedValue(path), 0),
    splits: Int32Array.from(nodes.filter((node) => (tree.feature[node] as number) >= 0)),
    flat: flattenTree(tree),
    goesLeft: new Uint8Array(nodes.length),
    short: layOut(ways.filter((path) => path.features.length <= TABLE_FEATURES)),
    long: ways
      .filter((path) => path.features.length > TABLE_FEATURES)
      .map((path) => ({ path, remembered: new Map() })),
  };
}

function layOut(paths: readonly LeafPath[]): ShortWays {
  const starts = (sizes: readonly number[]) => {
    const ends = Int32Array.of(0, ...sizes);
    for (let k = 1; k < ends.length; k++) ends[k] = (ends[k] as number) + (ends[k - 1] as number);
    return ends;
  };
  const tableStarts = starts(paths.map(({ features }) => features.length << features.length));
  return {
    paths,
    splitStarts: starts(paths.map(({ nodes }) => nodes.length)),
    featureStarts: starts(paths.map(({ features }) => features.length)),
    tableStarts,
    nodes: Int32Array.from(paths.flatMap(({ nodes }) => [...nodes])),
    lefts: Uint8Array.from(paths.flatMap(({ lefts }) => [...lefts])),
    players: Uint8Array.from(paths.flatMap(({ players }) => [...players])),
    features: Int32Array.from(paths.flatMap(({ features }) => [...features])),
    table: new Float64Array(tableStarts[paths.length] as number).fill(Number.NaN),
  };
}

/** Where the row goes at every split, also at those it does not come to. */
function decideInto(tree: PreparedTree, features: readonly Float64Array[], row: number): void {
  const { splits, goesLeft } = tree;
  const { feature, threshold, leftCategories, missingLeft } = tree.flat;
  for (let s = 0; s < splits.length; s++) {
    const node = splits[s] as number;
    const x = (features[feature[node] as number] as Float64Array)[row] as number;
    const flags = leftCategories[node] as Uint8Array | null;
    if (Number.isNaN(x)) goesLeft[node] = missingLeft[node] as number;
    else if (flags === null) goesLeft[node] = x <= (threshold[node] as number) ? 1 : 0;
    else goesLeft[node] = flags[x] === 1 ? 1 : 0;
  }
}

/** Per way: the features that the row disagrees with as bits, then the answer for the others from the table. */
function addShortWays(ways: ShortWays, goesLeft: Uint8Array, out: Float64Array, at: number): void {
  const { paths, splitStarts, featureStarts, tableStarts, nodes, lefts, players, features, table } = ways;
  let split = 0;
  for (let way = 0; way < paths.length; way++) {
    const lastSplit = splitStarts[way + 1] as number;
    let disagrees = 0;
    for (; split < lastSplit; split++) {
      const wrong = (goesLeft[nodes[split] as number] as number) ^ (lefts[split] as number);
      disagrees |= wrong << (players[split] as number);
    }
    const first = featureStarts[way] as number;
    const size = (featureStarts[way + 1] as number) - first;
    const entry = (tableStarts[way] as number) + (((1 << size) - 1) & ~disagrees) * size;
    if (Number.isNaN(table[entry])) {
      const path = paths[way] as LeafPath;
      table.set(leafShapley(path, followed(path, goesLeft)), entry);
    }
    for (let p = 0; p < size; p++) {
      const place = at + (features[first + p] as number);
      out[place] = (out[place] as number) + (table[entry + p] as number);
    }
  }
}

function addLongWay(
  { path, remembered }: LongWay,
  goesLeft: Uint8Array,
  out: Float64Array,
  at: number,
): void {
  const follows = followed(path, goesLeft);
  const pattern = follows.reduce((bits, follow, p) => bits | (follow << p), 0);
  const rememberable = follows.length <= PATTERN_FEATURES;
  const values = (rememberable ? remembered.get(pattern) : undefined) ?? leafShapley(path, follows);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  if (rememberable) remembered.set(pattern, values);
  path.features.forEach((feature, p) => {
    out[at + feature] = (out[at + feature] as number) + (values[p] as number);
  });
}

/** For each feature of a way, 1 where the row agrees at every split of it. */
function followed({ nodes, lefts, players, features }: LeafPath, goesLeft: Uint8Array): Uint8Array {
  const follows = new Uint8Array(features.length).fill(1);
  nodes.forEach((node, s) => {
    if (goesLeft[node] !== lefts[s]) follows[players[s] as number] = 0;
  });
  return follows;
}
