/** Values of leaves by several Newton steps. */
import type { GrowSettings } from './grow.ts';
import type { BoostingKernels, GrownNode } from './kernels.ts';

/** Most of a step on the log-odds, so that a leaf of nearly sure rows does not overshoot. */
const MAX_STEP = 4;

/** The leaves of a tree in row order. */
export function leavesOf(nodes: readonly GrownNode[]): GrownNode[] {
  return nodes.filter(({ split }) => split === null).sort((a, b) => a.begin - b.begin || a.end - b.end);
}

/**
 * The tree with the value of each leaf moved on by Newton steps on the penalised log loss of its rows, of which growth
 * has done the first; then the learning rate. One step ends short of the best value where the rows of a leaf are nearly
 * sure, so that fewer trees and purer leaves do as much (`leaf_estimation_iterations` of CatBoost; Friedman 2001,
 * section 4.5, has one step).
 */
export function refineLeaves(
  kernels: BoostingKernels,
  nodes: readonly GrownNode[],
  { options, rules }: GrowSettings,
): readonly GrownNode[] {
  const { learningRate, leafSteps, l2 } = options;
  const first = leavesOf(nodes);
  let leaves = first.map((leaf) => ({ ...leaf, value: leaf.value / learningRate }));
  for (let step = 1; step < leafSteps; step++) {
    const sums = kernels.leafSums(leaves);
    leaves = leaves.map((leaf, index) => {
      const { gradient, hessian, rows } = sums[index] as (typeof sums)[number];
      if (rows === 0) return leaf;
      const slope = gradient / rules.gradientScale + l2 * leaf.value;
      const move = -slope / (hessian / rules.hessianScale + l2);
      return { ...leaf, value: leaf.value + Math.min(Math.max(move, -MAX_STEP), MAX_STEP) };
    });
  }
  const refined = new Map(
    first.map((leaf, index) => [leaf, (leaves[index] as GrownNode).value * learningRate]),
  );
  return nodes.map((node) => ({ ...node, value: refined.get(node) ?? node.value }));
}
