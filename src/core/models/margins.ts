/** Margins of a batch of feature columns, by the kind of learner. */
import type { BoostedTreesParameters, LearnerParameters, LogisticParameters } from '../document/document.ts';
import { type FlatTrees, flattenTrees, goesLeft } from './flat-trees.ts';
import { type LearnerParts, partsOf } from './learners.ts';

/** Writes the margin (log-odds) of each row into `out`. */
export type MarginInto = (features: readonly Float64Array[], rows: number, out: Float64Array) => void;

/** The margin function of a learner's parameters. Rows do not influence each other. */
export function marginsOf(learner: LearnerParameters): MarginInto {
  return sumOfMargins(partsOf(learner), treeMargins);
}

/** The linear part plus that of the trees, which `treesOf` makes the margins of. */
export function sumOfMargins(
  { linear, trees }: LearnerParts,
  treesOf: (trees: BoostedTreesParameters) => MarginInto,
): MarginInto {
  const parts = [
    ...(linear === null ? [] : [linearMargins(linear)]),
    ...(trees === null ? [] : [treesOf(trees)]),
  ];
  const [first, second] = parts;
  if (first === undefined || second === undefined) return first ?? ((_, rows, out) => out.fill(0, 0, rows));
  return (features, rows, out) => {
    const own = new Float64Array(rows);
    first(features, rows, out);
    second(features, rows, own);
    for (let i = 0; i < rows; i++) out[i] = (out[i] as number) + (own[i] as number);
  };
}

function linearMargins({ coefficients, intercept }: LogisticParameters): MarginInto {
  return (features, rows, out) => {
    out.fill(intercept, 0, rows);
    coefficients.forEach((coefficient, j) => {
      const column = features[j] as Float64Array;
      for (let i = 0; i < rows; i++) out[i] = (out[i] as number) + coefficient * (column[i] as number);
    });
  };
}

/** Rows that go through one tree before the next, so that their features stay in the cache. */
const TILE = 1024;

function treeMargins({ base, trees }: BoostedTreesParameters): MarginInto {
  const flat = flattenTrees(trees);
  return (features, rows, out) => {
    out.fill(base, 0, rows);
    for (let start = 0; start < rows; start += TILE) {
      const end = Math.min(start + TILE, rows);
      for (let tree = 0; tree < flat.roots.length; tree++) addTree(flat, tree, features, start, end, out);
    }
  };
}

function addTree(
  flat: FlatTrees,
  tree: number,
  features: readonly Float64Array[],
  start: number,
  end: number,
  out: Float64Array,
): void {
  const { roots, feature, left, right, value } = flat;
  const root = roots[tree] as number;
  for (let i = start; i < end; i++) {
    let node = root;
    for (let j = feature[root] as number; j >= 0; j = feature[node] as number) {
      const x = (features[j] as Float64Array)[i] as number;
      node = (goesLeft(flat, node, x) ? left[node] : right[node]) as number;
    }
    out[i] = (out[i] as number) + (value[node] as number);
  }
}
