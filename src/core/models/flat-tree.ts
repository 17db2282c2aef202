/** A tree as typed arrays, for loops over many rows. */
import type { Tree } from './document.ts';

/** A tree in typed arrays; a category split has its left set as a row of flags. */
export interface FlatTree {
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  /** Flags by category index, 1 = left; null for number splits and leaves. */
  readonly leftCategories: readonly (Uint8Array | null)[];
  readonly missingLeft: Uint8Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly value: Float64Array;
}

/** Copies a tree of a model document; node numbers stay. */
export function flattenTree(tree: Tree): FlatTree {
  return {
    feature: Int32Array.from(tree.feature),
    threshold: Float64Array.from(tree.threshold, (threshold) => threshold ?? Number.NaN),
    leftCategories: tree.categories.map((left) => {
      if (left === null) return null;
      const flags = new Uint8Array(Math.max(-1, ...left) + 1);
      for (const category of left) flags[category] = 1;
      return flags;
    }),
    missingLeft: Uint8Array.from(tree.missingLeft, Number),
    left: Int32Array.from(tree.left),
    right: Int32Array.from(tree.right),
    value: Float64Array.from(tree.value),
  };
}
