/** All trees of a model as typed arrays one after another, for loops over rows and trees that make no objects. */
import type { Tree } from '../document/document.ts';

/** Nodes of all trees, in the order of the trees and of their nodes. */
export interface FlatTrees {
  /** Place of the root of each tree. */
  readonly roots: Int32Array;
  /** Feature of the split, or -1 for a leaf. */
  readonly feature: Int32Array;
  /** NaN for category splits and leaves. */
  readonly threshold: Float64Array;
  /** Places of the children. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly value: Float64Array;
  readonly missingLeft: Uint8Array;
  /** Where the flags of a category split begin in `flags`, and how many it has; -1 for number splits and leaves. */
  readonly flagStart: Int32Array;
  readonly flagCount: Int32Array;
  /** By category index, 1 = left; an index past those of the split goes right. */
  readonly flags: Uint8Array;
}

/** Copies the trees of a model document. */
export function flattenTrees(trees: readonly Tree[]): FlatTrees {
  const nodes = trees.reduce((sum, tree) => sum + tree.feature.length, 0);
  const flat = {
    roots: new Int32Array(trees.length),
    feature: new Int32Array(nodes),
    threshold: new Float64Array(nodes),
    left: new Int32Array(nodes),
    right: new Int32Array(nodes),
    value: new Float64Array(nodes),
    missingLeft: new Uint8Array(nodes),
  };
  let first = 0;
  for (const [index, tree] of trees.entries()) {
    flat.roots[index] = first;
    for (let node = 0; node < tree.feature.length; node++) {
      const at = first + node;
      flat.feature[at] = tree.feature[node] as number;
      flat.threshold[at] = tree.threshold[node] ?? Number.NaN;
      flat.left[at] = first + (tree.left[node] as number);
      flat.right[at] = first + (tree.right[node] as number);
      flat.value[at] = tree.value[node] as number;
      flat.missingLeft[at] = tree.missingLeft[node] === true ? 1 : 0;
    }
    first += tree.feature.length;
  }
  return { ...flat, ...flattenCategories(trees, nodes) };
}

function flattenCategories(
  trees: readonly Tree[],
  nodes: number,
): Pick<FlatTrees, 'flagStart' | 'flagCount' | 'flags'> {
  const flagStart = new Int32Array(nodes).fill(-1);
  const flagCount = new Int32Array(nodes);
  const sets = trees.flatMap(({ categories }) => categories);
  let size = 0;
  for (const [node, left] of sets.entries()) {
    if (left === null) continue;
    flagStart[node] = size;
    for (const category of left) flagCount[node] = Math.max(flagCount[node] as number, category + 1);
    size += flagCount[node] as number;
  }
  const flags = new Uint8Array(size);
  for (const [node, left] of sets.entries()) {
    for (const category of left ?? []) flags[(flagStart[node] as number) + category] = 1;
  }
  return { flagStart, flagCount, flags };
}

/** Whether a value goes left at a split; NaN is missing. */
export function goesLeft(trees: FlatTrees, node: number, x: number): boolean {
  if (Number.isNaN(x)) return trees.missingLeft[node] === 1;
  const start = trees.flagStart[node] as number;
  if (start < 0) return x <= (trees.threshold[node] as number);
  return x < (trees.flagCount[node] as number) && trees.flags[start + x] === 1;
}
