/** What the growth of a tree asks of the code that touches every row; the reference and the compiled code both do it. */

import type { KernelMemory } from '../../kernels/memory.ts';
import type { NodeSums } from './fixed-point.ts';
import type { FeatureSplit, NodeStatistics, SplitRules } from './split.ts';
import type { BinnedTable } from './table.ts';

export interface KernelRequest {
  readonly table: BinnedTable;
  /** 0 or 1, one a row of the table. */
  readonly labels: Uint8Array;
  /** One a row of the table; null: all 1. */
  readonly weights: Float64Array | null;
  /** One a feature: -1, 0 or 1. */
  readonly monotone: readonly number[];
  readonly rules: SplitRules;
  /** Most histograms alive at once. */
  readonly slots: number;
  /** Most nodes of a tree. */
  readonly nodes: number;
}

/** A node whose histogram is wanted: in which slot, and the part of the row order that it holds. */
export interface NodeTask extends NodeStatistics {
  readonly slot: number;
  readonly begin: number;
  readonly end: number;
  /** Whether its best split is wanted too. */
  readonly searched: boolean;
}

export interface NodeSplit extends FeatureSplit {
  readonly feature: number;
}

/** A split that all nodes of a level share, with what goes left of each, in their order. */
export interface SharedSplit extends Omit<NodeSplit, 'left'> {
  readonly lefts: readonly NodeSums[];
}

/** A node of a grown tree; leaves have no split. */
export interface GrownNode {
  readonly split: NodeSplit | null;
  /** Index of the children; 0 for leaves. */
  readonly left: number;
  readonly right: number;
  /** Margin of a leaf, with the learning rate. */
  readonly value: number;
  /** Sums over its rows, which are begin..end of the row order once the tree is grown. */
  readonly sums: NodeSums;
  readonly begin: number;
  readonly end: number;
}

export interface BoostingKernels {
  /** Margin of every row of the table; kept up to date for the rows of each tree. */
  readonly margins: Float64Array;
  /**
   * Starts a tree on the rows `bag` (ascending) and the features allowed; computes their gradients from the
   * margins and returns the sums.
   */
  startTree(bag: Uint32Array, allowed: Uint8Array): NodeSums;
  /**
   * Fills the histogram of `build` from its rows; takes it off the slot of `sibling`, which holds their parent's;
   * and searches both where asked. Equal gains go to the feature that comes first.
   */
  expand(build: NodeTask, sibling: NodeTask | null): readonly [NodeSplit | null, NodeSplit | null];
  /**
   * The split that gains most over all these nodes, whose histograms are in their slots, as `findSharedSplit` defines;
   * equal gains go to the feature that comes first. null where none gains.
   */
  searchShared(nodes: readonly NodeTask[]): SharedSplit | null;
  /** Reorders the rows begin..end so that those going left come first, else in the same order; returns how many. */
  partition(begin: number, end: number, split: NodeSplit): number;
  /**
   * Sums over the rows of each of these leaves, which are all of the tree in row order, were their margins moved by its
   * value; the margins stay.
   */
  leafSums(leaves: readonly GrownNode[]): NodeSums[];
  /** Adds the leaf values to the margins of the rows that the tree was grown on. */
  addLeaves(nodes: readonly GrownNode[]): void;
  /** Sends `rows` down a tree and adds the values of the leaves they reach to their margins. */
  addTree(nodes: readonly GrownNode[], rows: Uint32Array): void;
}

/** A place to fit in: memory, threads and kernels. */
export interface BoostingRuntime extends KernelMemory {
  readonly kind: 'reference' | 'wasm';
  readonly threads: number;
  /** Makes the kernels of one fit; their memory goes with the next `release`. */
  open(request: KernelRequest): BoostingKernels;
}
