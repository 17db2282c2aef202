/** Shapley values of trees of few decisions, remembered for each pattern of decisions that rows have had. */
import type { EdgeSums } from './edge-sums.ts';
import type { TreeEdges } from './tree-edges.ts';

/** Trees of more decisions have too many patterns to see again. */
const MAX_DECISIONS = 8;

export interface RememberedTrees {
  /** Whether the patterns of a tree are remembered. */
  has(tree: number): boolean;
  /** As `EdgeSums.add`, for a tree that is remembered. */
  add(tree: number, row: number): void;
}

/**
 * The values of a tree depend on its decisions only, so those of a symmetric tree of D levels are one of 2^D lists.
 * A list is made by `sums` for the first row that needs it, so that no order of rows changes a bit, and takes one number
 * a distinct feature: at most 16 KiB a tree in all.
 * @param draft row of `sums` that is free for a list in the making.
 */
export function createRememberedTrees(edges: TreeEdges, sums: EdgeSums, draft: number): RememberedTrees {
  const { decisionStarts, flat, nodes } = edges;
  const trees = decisionStarts.length - 1;
  const decisionsOf = (tree: number) =>
    (decisionStarts[tree + 1] as number) - (decisionStarts[tree] as number);
  const isRemembered = (tree: number) => decisionsOf(tree) <= MAX_DECISIONS;
  // For each tree where its distinct features and its patterns begin.
  const featureStarts = new Int32Array(trees + 1);
  const patternStarts = new Int32Array(trees + 1);
  const features: number[] = [];
  for (let tree = 0; tree < trees; tree++) {
    const own = nodes.subarray(decisionStarts[tree], decisionStarts[tree + 1]);
    if (isRemembered(tree))
      features.push(...new Set(Array.from(own, (node) => flat.feature[node] as number)));
    featureStarts[tree + 1] = features.length;
    patternStarts[tree + 1] =
      (patternStarts[tree] as number) + (isRemembered(tree) ? 1 << decisionsOf(tree) : 0);
  }
  const featureOf = Int32Array.from(features);
  /** Where the list of a pattern begins in `lists`; -1: not yet made. */
  const listOf = new Int32Array(patternStarts[trees] as number).fill(-1);
  const { goes, values, width } = sums;
  let lists = new Float64Array(1024);
  let used = 0;
  const make = (tree: number): number => {
    const [first, last] = [featureStarts[tree] as number, featureStarts[tree + 1] as number];
    if (used + last - first > lists.length) {
      const longer = new Float64Array(2 * lists.length);
      longer.set(lists);
      lists = longer;
    }
    values.fill(0, draft * width, (draft + 1) * width);
    sums.add(tree, draft);
    const list = used;
    for (let k = first; k < last; k++)
      lists[used++] = values[draft * width + (featureOf[k] as number)] as number;
    return list;
  };
  return {
    has: isRemembered,
    add(tree, row) {
      const decisions = decisionsOf(tree);
      let pattern = patternStarts[tree] as number;
      for (let k = 0; k < decisions; k++) pattern += (goes[k] as number) << k;
      let list = listOf[pattern] as number;
      if (list < 0) {
        list = make(tree);
        listOf[pattern] = list;
      }
      const last = featureStarts[tree + 1] as number;
      for (let k = featureStarts[tree] as number; k < last; k++) {
        const place = row * width + (featureOf[k] as number);
        values[place] = (values[place] as number) + (lists[list++] as number);
      }
    },
  };
}
