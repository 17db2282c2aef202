/** A tree as its leaves: which features the way to each leaf asks for, and how much of the cover goes along. */
import type { Tree } from '../models/document.ts';

/** The way to one leaf, its splits gathered by feature. */
export interface LeafPath {
  /** Margin of the leaf. */
  readonly value: number;
  /** Distinct features on the way. */
  readonly features: Int32Array;
  /** Share of the cover that goes the leaf's way at the splits of each feature. */
  readonly shares: Float64Array;
  /** Splits on the way. */
  readonly nodes: Int32Array;
  /** 1 where the way goes left at that split. */
  readonly lefts: Uint8Array;
  /** For each split, the place of its feature in `features`. */
  readonly players: Uint16Array;
}

interface Split {
  readonly node: number;
  readonly left: boolean;
  readonly share: number;
}

/** All leaves of a tree from left to right. */
export function leafPaths(tree: Tree): LeafPath[] {
  const paths: LeafPath[] = [];
  const visit = (node: number, splits: readonly Split[]): void => {
    if ((tree.feature[node] as number) < 0) {
      paths.push(pathOf(tree, node, splits));
      return;
    }
    for (const left of [true, false]) {
      const child = (left ? tree.left[node] : tree.right[node]) as number;
      const cover = tree.cover[node] as number;
      const share = cover > 0 ? (tree.cover[child] as number) / cover : 0;
      visit(child, [...splits, { node, left, share }]);
    }
  };
  visit(0, []);
  return paths;
}

function pathOf(tree: Tree, leaf: number, splits: readonly Split[]): LeafPath {
  const features = [...new Set(splits.map(({ node }) => tree.feature[node] as number))];
  const shares = new Float64Array(features.length).fill(1);
  for (const { node, share } of splits) {
    const index = features.indexOf(tree.feature[node] as number);
    shares[index] = (shares[index] as number) * share;
  }
  return {
    value: tree.value[leaf] as number,
    features: Int32Array.from(features),
    shares,
    nodes: Int32Array.from(splits, ({ node }) => node),
    lefts: Uint8Array.from(splits, ({ left }) => Number(left)),
    players: Uint16Array.from(splits, ({ node }) => features.indexOf(tree.feature[node] as number)),
  };
}

/** Margin of the leaf times the share of all cover that reaches it. */
export function expectedValue({ value, shares }: LeafPath): number {
  return shares.reduce((product, share) => product * share, value);
}
