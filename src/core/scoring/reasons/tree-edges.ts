/** The trees of a model laid out for their Shapley values: decisions asked once, and the ways down as edges. */
import type { Tree } from '../../document/document.ts';
import { type FlatTrees, flattenTrees } from '../../models/flat-trees.ts';

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

/** Lays out the trees of a model document. A node without cover shares nothing out to its children. */
export function layOutEdges(trees: readonly Tree[]): TreeEdges {
  const layout = new Layout(trees);
  for (let tree = 0; tree < trees.length; tree++) layout.add(tree);
  return layout.finish();
}

/** What an edge has from the one above and from its split. */
interface Way {
  readonly place: number;
  /** Distinct features, and the share of the cover, down to here. */
  readonly features: number;
  readonly reach: number;
}

/** The edges gathered so far; a tree has at most as many as it has nodes. */
class Layout {
  private readonly trees: readonly Tree[];
  private readonly flat: FlatTrees;
  private readonly decisionStarts: Int32Array;
  private readonly edgeStarts: Int32Array;
  private readonly players: Int32Array;
  private readonly nodes: Int32Array;
  private readonly feature: Int32Array;
  private readonly decision: Int32Array;
  private readonly side: Uint8Array;
  private readonly above: Int32Array;
  private readonly same: Int32Array;
  private readonly ownShare: Float64Array;
  private readonly share: Float64Array;
  private readonly value: Float64Array;
  /** 1 where a leaf of another value than 0 is below a node, and for such a split its decision. */
  private readonly counts: Uint8Array;
  private readonly decisionOf: Int32Array;
  private edges = 0;
  private decisions = 0;
  private expected = 0;

  constructor(trees: readonly Tree[]) {
    this.trees = trees;
    this.flat = flattenTrees(trees);
    const size = this.flat.feature.length;
    this.decisionStarts = new Int32Array(trees.length + 1);
    this.edgeStarts = new Int32Array(trees.length + 1);
    this.players = new Int32Array(trees.length);
    this.nodes = new Int32Array(size);
    this.feature = new Int32Array(size);
    this.decision = new Int32Array(size);
    this.side = new Uint8Array(size);
    this.above = new Int32Array(size);
    this.same = new Int32Array(size);
    this.ownShare = new Float64Array(size);
    this.share = new Float64Array(size);
    this.value = new Float64Array(size);
    this.counts = new Uint8Array(size);
    this.decisionOf = new Int32Array(size);
  }

  add(tree: number): void {
    const root = this.flat.roots[tree] as number;
    this.count(root);
    this.decide(tree, root);
    const place = this.edges;
    this.feature[place] = -1;
    this.ownShare[place] = 1;
    this.share[place] = 1;
    this.edges++;
    this.visit(tree, root, { place, features: 0, reach: 1 });
    this.decisionStarts[tree + 1] = this.decisions;
    this.edgeStarts[tree + 1] = this.edges;
  }

  finish(): TreeEdges {
    const { flat, expected, decisionStarts, edgeStarts, players, edges } = this;
    return {
      ...{ flat, expected, decisionStarts, edgeStarts, players },
      nodes: this.nodes.slice(0, this.decisions),
      feature: this.feature.subarray(0, edges),
      decision: this.decision.subarray(0, edges),
      side: this.side.subarray(0, edges),
      above: this.above.subarray(0, edges),
      same: this.same.subarray(0, edges),
      ownShare: this.ownShare.subarray(0, edges),
      share: this.share.subarray(0, edges),
      value: this.value.subarray(0, edges),
    };
  }

  private count(node: number): number {
    const { feature, left, right, value } = this.flat;
    const isLeaf = (feature[node] as number) < 0;
    const counts = isLeaf
      ? Number(value[node] !== 0)
      : this.count(left[node] as number) | this.count(right[node] as number);
    this.counts[node] = counts;
    return counts;
  }

  /** Numbers the different splits of a tree; those that do not count have none. */
  private decide(tree: number, root: number): void {
    const { feature, threshold, missingLeft } = this.flat;
    const { categories } = this.trees[tree] as Tree;
    const first = this.decisions;
    const alike = new Map<number | string, number[]>();
    for (let node = root; node < root + categories.length; node++) {
      if ((feature[node] as number) < 0 || this.counts[node] !== 1) continue;
      const key = categories[node - root]?.join(' ') ?? (threshold[node] as number);
      const known = alike.get(key);
      const found = known?.find((other) => {
        return feature[other] === feature[node] && missingLeft[other] === missingLeft[node];
      });
      if (found !== undefined) {
        this.decisionOf[node] = this.decisionOf[found] as number;
        continue;
      }
      if (known === undefined) alike.set(key, [node]);
      else known.push(node);
      this.decisionOf[node] = this.decisions - first;
      this.nodes[this.decisions++] = node;
    }
  }

  /** Lays out the edges below a node, to which a way leads. */
  private visit(tree: number, node: number, way: Way): void {
    const { flat, players } = this;
    const first = this.edgeStarts[tree] as number;
    const feature = flat.feature[node] as number;
    players[tree] = Math.max(players[tree] as number, way.features);
    if (feature < 0) {
      this.value[way.place] = flat.value[node] as number;
      this.expected += (flat.value[node] as number) * way.reach;
      return;
    }
    let same = way.place - first;
    while (same > 0 && this.feature[first + same] !== feature) same = this.above[first + same] as number;
    for (const side of [1, 0]) {
      const child = (side === 1 ? flat.left[node] : flat.right[node]) as number;
      if (this.counts[child] !== 1) continue;
      const place = this.edges++;
      const ownShare = this.shareOf(tree, node, child);
      this.feature[place] = feature;
      this.decision[place] = this.decisionOf[node] as number;
      this.side[place] = side;
      this.above[place] = way.place - first;
      this.same[place] = same;
      this.ownShare[place] = ownShare;
      this.share[place] = ownShare * (this.share[first + same] as number);
      const features = way.features + (same === 0 ? 1 : 0);
      this.visit(tree, child, { place, features, reach: way.reach * ownShare });
    }
  }

  private shareOf(tree: number, node: number, child: number): number {
    const { cover } = this.trees[tree] as Tree;
    const root = this.flat.roots[tree] as number;
    const whole = cover[node - root] as number;
    return whole > 0 ? (cover[child - root] as number) / whole : 0;
  }
}
