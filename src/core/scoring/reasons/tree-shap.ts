/** Exact Shapley values of boosted trees (the path-dependent TreeSHAP of Lundberg, Erion and Lee 2018). */
import type { BoostedTreesParameters } from '../../document/document.ts';
import { goesLeft } from '../../models/flat-trees.ts';
import { createCompiledSums } from './compiled-sums.ts';
import { createEdgeSums } from './edge-sums.ts';
import { createRememberedTrees } from './remembered-trees.ts';
import { layOutEdges, type TreeEdges } from './tree-edges.ts';

/** Shapley values of every feature for rows of feature columns. */
export interface TreeShap {
  /** Margin expected over the cover of the trees; with it the values of a row sum to the row's margin. */
  readonly baseline: number;
  /** Adds the values of rows start to end to `out`, row-major, one place a feature. */
  addRows(features: readonly Float64Array[], start: number, end: number, out: Float64Array): void;
}

/** Rows that go through one tree before the next, so that what is known of it stays in the cache. */
const TILE = 128;

/**
 * Prepares trees for explanation. Cover is what the model document says it is, training rows. Trees of few decisions,
 * above all symmetric ones, are computed once for each way that rows decide; all others for each row.
 */
export function createTreeShap({ base, trees }: BoostedTreesParameters): TreeShap {
  const edges = layOutEdges(trees);
  // The row past the tile is a draft of one tree.
  const sums = createCompiledSums(edges, TILE + 1) ?? createEdgeSums(edges, TILE + 1);
  const remembered = createRememberedTrees(edges, sums, TILE);
  const { goes, values, width } = sums;
  return {
    baseline: base + edges.expected,
    addRows(features, start, end, out) {
      for (let tile = start; tile < end; tile += TILE) {
        const rows = Math.min(TILE, end - tile);
        values.fill(0, 0, rows * width);
        for (let tree = 0; tree < trees.length; tree++) {
          const add = remembered.has(tree) ? remembered.add : sums.add;
          for (let row = 0; row < rows; row++) {
            decideInto(edges, tree, features, tile + row, goes);
            add(tree, row);
          }
        }
        for (let row = 0; row < rows; row++) {
          const place = (tile - start + row) * features.length;
          for (let feature = 0; feature < width; feature++) {
            out[place + feature] =
              (out[place + feature] as number) + (values[row * width + feature] as number);
          }
        }
      }
    },
  };
}

/** Where the row goes at every decision of a tree, also at those it does not come to. */
function decideInto(
  { flat, nodes, decisionStarts }: TreeEdges,
  tree: number,
  features: readonly Float64Array[],
  row: number,
  goes: Uint8Array,
): void {
  const first = decisionStarts[tree] as number;
  const last = decisionStarts[tree + 1] as number;
  for (let k = first; k < last; k++) {
    const node = nodes[k] as number;
    const x = (features[flat.feature[node] as number] as Float64Array)[row] as number;
    goes[k - first] = goesLeft(flat, node, x) ? 1 : 0;
  }
}
