/** Grows symmetric trees: all nodes of a level are split alike (oblivious trees, as CatBoost has them). */
import { TidewatchError } from '../../../base/errors.ts';
import type { NodeSums } from './fixed-point.ts';
import type { GrowSettings } from './grow.ts';
import type { BoostingKernels, GrownNode, NodeTask, SharedSplit } from './kernels.ts';
import { nodeValue } from './split.ts';

interface Draft {
  readonly sums: NodeSums;
  readonly begin: number;
  readonly end: number;
  split: GrownNode['split'];
  left: number;
  right: number;
}

/** A node of the present level, whose histogram is in a slot; those without rows have none. */
interface LevelNode {
  readonly index: number;
  readonly slot: number;
}

/**
 * Grows a tree on the rows that `startTree` was given, whose sums are `sums`, level by level: the split that gains most
 * over all nodes of a level splits them all, to the depth of the options or until none gains (Prokhorenkova et al.
 * 2018). So few choices make trees that err otherwise than free ones, and less on small tables. Node 0 is the root;
 * children follow their parents. A node without rows is a leaf of value 0.
 */
export function growSymmetricTree(
  kernels: BoostingKernels,
  sums: NodeSums,
  settings: GrowSettings,
): GrownNode[] {
  const drafts: Draft[] = [draft(sums, 0, sums.rows)];
  const { leaves, maxDepth } = settings.options;
  const depth = Math.min(maxDepth ?? Number.POSITIVE_INFINITY, Math.floor(Math.log2(leaves)));
  const free = Array.from({ length: leaves }, (_, slot) => leaves - 1 - slot);
  const first = free.pop() as number;
  kernels.expand(taskOf(drafts[0] as Draft, first), null);
  let level: readonly LevelNode[] = [{ index: 0, slot: first }];
  for (let reached = 0; reached < depth; reached++) {
    const tasks = level.map(({ index, slot }) => taskOf(drafts[index] as Draft, slot));
    const split = kernels.searchShared(tasks);
    if (split === null) break;
    const isLast = reached === depth - 1;
    level = level.flatMap((node, place) =>
      splitNode(kernels, drafts, node, split, place, isLast ? null : free),
    );
  }
  return drafts.map((node) => finish(node, settings));
}

function draft(sums: NodeSums, begin: number, end: number): Draft {
  return { sums, begin, end, split: null, left: 0, right: 0 };
}

function taskOf({ sums, begin, end }: Draft, slot: number): NodeTask {
  return {
    sums,
    low: Number.NEGATIVE_INFINITY,
    high: Number.POSITIVE_INFINITY,
    begin,
    end,
    slot,
    searched: false,
  };
}

/** Splits a node and makes the histograms of its children, in its own slot and a free one; null: no more are needed. */
function splitNode(
  kernels: BoostingKernels,
  drafts: Draft[],
  { index, slot }: LevelNode,
  { lefts, ...split }: SharedSplit,
  place: number,
  free: number[] | null,
): LevelNode[] {
  const node = drafts[index] as Draft;
  const left = lefts[place] as NodeSums;
  const right: NodeSums = {
    gradient: node.sums.gradient - left.gradient,
    hessian: node.sums.hessian - left.hessian,
    rows: node.sums.rows - left.rows,
  };
  const own = { ...split, left };
  const count = kernels.partition(node.begin, node.end, own);
  if (count !== left.rows) {
    throw new TidewatchError(
      'internal',
      `a split on feature ${split.feature} sent ${count} rows left where its histogram has ${left.rows}`,
    );
  }
  node.split = own;
  node.left = drafts.length;
  node.right = drafts.length + 1;
  const middle = node.begin + count;
  const children = [draft(left, node.begin, middle), draft(right, middle, node.end)] as const;
  drafts.push(...children);
  if (free === null) return [];
  const [small, large] = left.rows <= right.rows ? [0, 1] : [1, 0];
  const at = (child: number, slotOfChild: number): LevelNode => ({
    index: node.left + child,
    slot: slotOfChild,
  });
  // All rows are on one side, and so is the histogram.
  if ((children[small] as Draft).sums.rows === 0) return [at(large, slot)];
  const other = free.pop() as number;
  kernels.expand(taskOf(children[small] as Draft, other), taskOf(children[large] as Draft, slot));
  const made = [at(small, other), at(large, slot)];
  return made.sort((a, b) => a.index - b.index);
}

function finish(node: Draft, { options, rules }: GrowSettings): GrownNode {
  const { split, left, right, sums, begin, end } = node;
  const { gradientScale, hessianScale, l2 } = rules;
  const isEmpty = sums.rows === 0;
  const value = nodeValue(
    sums.gradient / gradientScale,
    sums.hessian / hessianScale,
    l2,
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  );
  return {
    split,
    left,
    right,
    value: split !== null || isEmpty ? 0 : options.learningRate * value,
    sums,
    begin,
    end,
  };
}
