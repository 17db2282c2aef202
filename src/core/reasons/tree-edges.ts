/** The trees of a model laid out for their Shapley values: decisions asked once, and the ways down as edges. */
import type { Tree } from '../models/document.ts';
import { type FlatTrees, flattenTrees } from '../models/flat-trees.ts';

/**
 * Each tree has decisions, which are its splits with equal ones taken once, and edges, from a split to a child, each
 * before those below it. Edge 0 of a tree stands above its root: it has no feature, and its share is 1. Edges that lead
 * to leaves of value 0 only are left out, as such leaves give nothing to any feature.
 */
export interface TreeEdges {
  readonly flat: FlatTrees;
  /** Sum over all leaves of their value times the share of the cover that reaches them. */
  readonly expected: number;
  /** Where the decisions and the edges of each tree begin; one more than there are trees. */
  readonly decisionStarts: Int32Array;
  readonly edgeStarts: Int32Array;
  /** Most distinct features on a way of each tree. */
  readonly players: Int32Array;
  /** For each decision its node in `flat`. */
  readonly nodes: Int32Array;
  /** Feature that is decided by, -1 at edge 0. */
  readonly feature: Int32Array;
  /** Decision that the edge follows from, counted within its tree, and the side that it is for: 1 left, 0 right. */
  readonly decision: Int32Array;
  readonly side: Uint8Array;
  /** The edge above, and the nearest one above of the same feature (0: none), counted within the tree. */
  readonly above: Int32Array;
  readonly same: Int32Array;
  /** Share of the cover that goes along this edge, and along all edges of the same feature down to this one. */
  readonly ownShare: Float64Array;
  readonly share: Float64Array;
  /** Value of the leaf; 0 above a split. */
  readonly value: Float64Array;
}

/** Edges as they are gathered, one row an edge. */
interface Edge {
  readonly feature: number;
  readonly decision: number;
  readonly side: number;
  readonly above: number;
  readonly same: number;
  readonly ownShare: number;
  readonly share: number;
  readonly value: number;
}

/** Lays out the trees of a model document. A node without cover shares nothing out to its children. */
export function layOutEdges(trees: readonly Tree[]): TreeEdges {
  const flat = flattenTrees(trees);
  const laid = trees.map((tree, index) => edgesOf(tree, flat.roots[index] as number));
  const edges = laid.flatMap((one) => one.edges);
  return {
    flat,
    expected: laid.reduce((sum, one) => sum + one.expected, 0),
    decisionStarts: startsOf(laid.map(({ nodes }) => nodes.length)),
    edgeStarts: startsOf(laid.map((one) => one.edges.length)),
    players: Int32Array.from(laid, ({ players }) => players),
    nodes: Int32Array.from(laid.flatMap(({ nodes }) => nodes)),
    feature: Int32Array.from(edges, ({ feature }) => feature),
    decision: Int32Array.from(edges, ({ decision }) => decision),
    side: Uint8Array.from(edges, ({ side }) => side),
    above: Int32Array.from(edges, ({ above }) => above),
    same: Int32Array.from(edges, ({ same }) => same),
    ownShare: Float64Array.from(edges, ({ ownShare }) => ownShare),
    share: Float64Array.from(edges, ({ share }) => share),
    value: Float64Array.from(edges, ({ value }) => value),
  };
}

function startsOf(sizes: readonly number[]): Int32Array {
  const starts = new Int32Array(sizes.length + 1);
  for (const [k, size] of sizes.entries()) starts[k + 1] = (starts[k] as number) + size;
  return starts;
}

interface LaidTree {
  readonly edges: readonly Edge[];
  readonly nodes: readonly number[];
  readonly players: number;
  readonly expected: number;
}

/** @param first place of the root in the flat trees. */
function edgesOf(tree: Tree, first: number): LaidTree {
  const counts = hasValue(tree);
  const decisions = decisionsOf(tree, first, counts);
  const edges: Edge[] = [];
  let players = 0;
  let expected = 0;
  const visit = (node: number, edge: Omit<Edge, 'value'>, distinct: number, reach: number): void => {
    const isLeaf = (tree.feature[node] as number) < 0;
    const value = isLeaf ? (tree.value[node] as number) : 0;
    const place = edges.push({ ...edge, value }) - 1;
    players = Math.max(players, distinct);
    expected += value * reach;
    if (isLeaf) return;
    const feature = tree.feature[node] as number;
    let same = place;
    while (same > 0 && edges[same]?.feature !== feature) same = edges[same]?.above ?? 0;
    for (const side of [1, 0]) {
      const child = (side === 1 ? tree.left[node] : tree.right[node]) as number;
      if (counts[child] !== 1) continue;
      const cover = tree.cover[node] as number;
      const ownShare = cover > 0 ? (tree.cover[child] as number) / cover : 0;
      const share = ownShare * (edges[same]?.share ?? 1);
      const decision = decisions.of[node] as number;
      const below = { feature, decision, side, above: place, same, ownShare, share };
      visit(child, below, distinct + (same === 0 ? 1 : 0), reach * ownShare);
    }
  };
  visit(0, { feature: -1, decision: 0, side: 1, above: 0, same: 0, ownShare: 1, share: 1 }, 0, 1);
  return { edges, nodes: decisions.nodes, players, expected };
}

/** For each node, 1 where a leaf of another value than 0 is below it. */
function hasValue(tree: Tree): Uint8Array {
  const counts = new Uint8Array(tree.feature.length);
  const visit = (node: number): number => {
    const isLeaf = (tree.feature[node] as number) < 0;
    const here = isLeaf
      ? Number(tree.value[node] !== 0)
      : visit(tree.left[node] as number) | visit(tree.right[node] as number);
    counts[node] = here;
    return here;
  };
  visit(0);
  return counts;
}

/** The different splits of the nodes that count: one node of each, and for each node the place of its split. */
function decisionsOf(
  tree: Tree,
  first: number,
  counts: Uint8Array,
): { readonly nodes: readonly number[]; readonly of: Int32Array } {
  const places = new Map<string, number>();
  const nodes: number[] = [];
  const of = Int32Array.from(tree.feature, (feature, node) => {
    if (feature < 0 || counts[node] !== 1) return -1;
    const key = `${feature} ${tree.missingLeft[node]} ${tree.threshold[node]} ${tree.categories[node]}`;
    const place = places.get(key) ?? nodes.push(first + node) - 1;
    places.set(key, place);
    return place;
  });
  return { nodes, of };
}
