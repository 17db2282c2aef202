/** Grows one tree leaf by leaf: always the open leaf whose split gains most (Shi 2007; LightGBM). */
import { TidewatchError } from '../../../base/errors.ts';
import type { NodeSums } from './fixed-point.ts';
import type { BoostingKernels, GrownNode, NodeSplit, NodeTask } from './kernels.ts';
import type { BoostingOptions } from './options.ts';
import type { NodeStatistics, SplitRules } from './split.ts';
import { nodeValue } from './split.ts';

export interface GrowSettings {
  readonly options: BoostingOptions;
  readonly rules: SplitRules;
  readonly monotone: readonly number[];
}

/** A leaf that may still be split. */
interface OpenLeaf {
  readonly index: number;
  readonly split: NodeSplit;
  readonly slot: number;
}

interface Draft extends NodeStatistics {
  readonly begin: number;
  readonly end: number;
  readonly depth: number;
  split: NodeSplit | null;
  left: number;
  right: number;
}

/**
 * Grows a tree on the rows that `startTree` was given, whose sums are `sums`. Node 0 is the root; children follow
 * their parents. Of equal gains the leaf that was made first is split.
 */
export function growTree(kernels: BoostingKernels, sums: NodeSums, settings: GrowSettings): GrownNode[] {
  const { options } = settings;
  const root = draft(sums, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0, sums.rows, 0);
  const drafts = [root];
  const freeSlots = Array.from({ length: options.leaves }, (_, slot) => options.leaves - 1 - slot);
  const open: OpenLeaf[] = [];
  const keep = (index: number, split: NodeSplit | null, slot: number): void => {
    if (split === null) freeSlots.push(slot);
    else open.push({ index, split, slot });
  };
  if (maySplit(root, settings)) {
    const slot = freeSlots.pop() as number;
    keep(0, kernels.expand(taskOf(root, slot, true), null)[0], slot);
  }
  for (let leaves = 2; leaves <= options.leaves && open.length > 0; leaves++) {
    const leaf = takeBest(open);
    const first = drafts.length;
    const [left, right] = splitNode(kernels, drafts[leaf.index] as Draft, leaf.split, first, settings);
    drafts.push(left, right);
    const isLast = leaves === options.leaves;
    if (isLast || !(maySplit(left, settings) || maySplit(right, settings))) {
      freeSlots.push(leaf.slot);
      continue;
    }
    const leftIsSmaller = left.sums.rows <= right.sums.rows;
    const [small, large] = leftIsSmaller ? [left, right] : [right, left];
    const slot = freeSlots.pop() as number;
    const [smallSplit, largeSplit] = kernels.expand(
      taskOf(small, slot, maySplit(small, settings)),
      maySplit(large, settings) ? taskOf(large, leaf.slot, true) : null,
    );
    keep(leftIsSmaller ? first : first + 1, smallSplit, slot);
    keep(leftIsSmaller ? first + 1 : first, largeSplit, leaf.slot);
  }
  return drafts.map((node) => finish(node, settings));
}

function draft(sums: NodeSums, low: number, high: number, begin: number, end: number, depth: number): Draft {
  return { sums, low, high, begin, end, depth, split: null, left: 0, right: 0 };
}

function taskOf({ sums, low, high, begin, end }: Draft, slot: number, searched: boolean): NodeTask {
  return { sums, low, high, begin, end, slot, searched };
}

function maySplit({ sums, depth }: Draft, { options, rules }: GrowSettings): boolean {
  if (options.maxDepth !== null && depth >= options.maxDepth) return false;
  return sums.rows >= 2 * options.minRows && sums.hessian / rules.hessianScale >= 2 * options.minHessian;
}

function takeBest(open: OpenLeaf[]): OpenLeaf {
  let best = 0;
  open.forEach((leaf, place) => {
    const held = open[best] as OpenLeaf;
    const sooner = leaf.split.gain === held.split.gain && leaf.index < held.index;
    if (leaf.split.gain > held.split.gain || sooner) best = place;
  });
  return open.splice(best, 1)[0] as OpenLeaf;
}

function splitNode(
  kernels: BoostingKernels,
  node: Draft,
  split: NodeSplit,
  first: number,
  settings: GrowSettings,
): [Draft, Draft] {
  const { begin, end, sums, depth, low, high } = node;
  const right: NodeSums = {
    gradient: sums.gradient - split.left.gradient,
    hessian: sums.hessian - split.left.hessian,
    rows: sums.rows - split.left.rows,
  };
  const count = kernels.partition(begin, end, split);
  if (count !== split.left.rows) {
    throw new TidewatchError(
      'internal',
      `a split on feature ${split.feature} sent ${count} rows left where its histogram has ${split.left.rows}`,
    );
  }
  node.split = split;
  node.left = first;
  node.right = first + 1;
  const sign = settings.monotone[split.feature] ?? 0;
  const middle =
    sign === 0 ? 0 : (boundedValue(split.left, node, settings) + boundedValue(right, node, settings)) / 2;
  return [
    draft(split.left, sign < 0 ? middle : low, sign > 0 ? middle : high, begin, begin + count, depth + 1),
    draft(right, sign > 0 ? middle : low, sign < 0 ? middle : high, begin + count, end, depth + 1),
  ];
}

function boundedValue(sums: NodeSums, bounds: { low: number; high: number }, settings: GrowSettings): number {
  const { gradientScale, hessianScale, l2 } = settings.rules;
  return nodeValue(sums.gradient / gradientScale, sums.hessian / hessianScale, l2, bounds.low, bounds.high);
}

function finish(node: Draft, settings: GrowSettings): GrownNode {
  const { split, left, right, sums, begin, end } = node;
  const value = split === null ? settings.options.learningRate * boundedValue(sums, node, settings) : 0;
  return { split, left, right, value, sums, begin, end };
}
