/** Margins of a batch of feature columns, by the kind of learner. */
import type {
  BoostedTreesParameters,
  EnsembleParameters,
  LearnerParameters,
  LogisticParameters,
} from './document.ts';
import { type FlatTree, flattenTree } from './flat-tree.ts';

/** Writes the margin (log-odds) of each row into `out`. */
export type MarginInto = (features: readonly Float64Array[], rows: number, out: Float64Array) => void;

/** The margin function of a learner's parameters. Rows do not influence each other. */
export function marginsOf(learner: LearnerParameters): MarginInto {
  switch (learner.kind) {
    case 'logistic-regression':
      return linearMargins(learner);
    case 'boosted-trees':
      return treeMargins(learner);
    case 'ensemble':
      return sumOfMargins(learner, treeMargins);
  }
}

/** The linear part plus that of the trees, which `treesOf` makes the margins of. */
export function sumOfMargins(
  { linear, trees }: EnsembleParameters,
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
  const flat = trees.map(flattenTree);
  return (features, rows, out) => {
    out.fill(base, 0, rows);
    for (let start = 0; start < rows; start += TILE) {
      const end = Math.min(start + TILE, rows);
      for (const tree of flat) addTree(tree, features, start, end, out);
    }
  };
}

function addTree(
  tree: FlatTree,
  features: readonly Float64Array[],
  start: number,
  end: number,
  out: Float64Array,
): void {
  const { feature, threshold, leftCategories, missingLeft, left, right, value } = tree;
  for (let i = start; i < end; i++) {
    let node = 0;
    for (let j = feature[0] as number; j >= 0; j = feature[node] as number) {
      const x = (features[j] as Float64Array)[i] as number;
      let goesLeft: boolean;
      if (Number.isNaN(x)) goesLeft = missingLeft[node] === 1;
      else {
        const flags = leftCategories[node] as Uint8Array | null;
        goesLeft = flags === null ? x <= (threshold[node] as number) : flags[x] === 1;
      }
      node = (goesLeft ? left[node] : right[node]) as number;
    }
    out[i] = (out[i] as number) + (value[node] as number);
  }
}
