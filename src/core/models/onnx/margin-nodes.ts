/** Margins in a graph: a linear form, or an ensemble of trees. */
import type {
  BoostedTreesParameters,
  LogisticParameters,
  ModelDocument,
  Tree,
} from '../../document/document.ts';
import { partsOf } from '../learners.ts';
import type { FeatureMatrix } from './feature-columns.ts';
import type { GraphBuilder, Value } from './graph-builder.ts';
import type { Attribute } from './proto.ts';

/** The margin of each client, [N, 1], as doubles; `anyInput` tells how many clients there are. */
export function marginNodes(
  model: ModelDocument,
  matrix: FeatureMatrix | null,
  anyInput: Value,
  graph: GraphBuilder,
): Value {
  const { linear, trees } = partsOf(model.learner);
  const isConstant = (linear?.coefficients.length ?? 0) === 0 && (trees?.trees.length ?? 0) === 0;
  if (matrix === null || isConstant) return constantMargin(linear, trees, anyInput, graph);
  const parts = [
    ...(linear === null ? [] : [linearMargin(linear, matrix, graph)]),
    ...(trees === null ? [] : [treesMargin(model, trees, matrix, graph)]),
  ];
  return parts.reduce((sum, part) => graph.add('Add', [sum, part]));
}

function constantMargin(
  linear: LogisticParameters | null,
  trees: BoostedTreesParameters | null,
  anyInput: Value,
  graph: GraphBuilder,
): Value {
  const grown = trees?.trees.reduce((sum, tree) => sum + (tree.value[0] as number), trees.base) ?? 0;
  const margin = (linear?.intercept ?? 0) + grown;
  const value: Attribute = { kind: 'tensor', value: { type: 'double', dims: [1], values: [margin] } };
  return graph.add('ConstantOfShape', [graph.add('Shape', [anyInput])], { value });
}

/** The terms one by one in the scorer's order: a product of matrices adds in an order of its own, which large terms show. */
function linearMargin(
  { coefficients, intercept }: LogisticParameters,
  { value, features }: FeatureMatrix,
  graph: GraphBuilder,
): Value {
  const weights = graph.constant({
    type: 'double',
    dims: [1, features.length],
    values: features.map((index) => coefficients[index] ?? 0),
  });
  const terms = graph.split(graph.add('Mul', [value, weights]), features.length);
  const placeOf = new Map(features.map((index, place) => [index, place]));
  return coefficients.reduce(
    (sum, _, index) => graph.add('Add', [sum, terms[placeOf.get(index) as number] as Value]),
    graph.double(intercept),
  );
}

/** The sums of several operators, each of so many trees that its sums are exact, added up as doubles. */
function treesMargin(
  model: ModelDocument,
  { base, trees }: BoostedTreesParameters,
  { value, features }: FeatureMatrix,
  graph: GraphBuilder,
): Value {
  const ones = graph.constant({
    type: 'double',
    dims: [PARTS, 1],
    values: Array.from({ length: PARTS }, () => 1),
  });
  let margin = graph.double(base);
  for (let start = 0; start < trees.length; start += MAX_TREES) {
    const table = new NodeTable(model, features);
    for (const [index, tree] of trees.slice(start, start + MAX_TREES).entries()) table.addTree(tree, index);
    const sum = graph.addMl('TreeEnsembleRegressor', [value], table.attributes());
    margin = graph.add('Add', [graph.add('MatMul', [graph.cast(sum, 'double'), ones]), margin]);
  }
  return margin;
}

/**
 * The operator gives sums in single precision only. So it sums the leaves in parts: as whole multiples of the first
 * of these, which single precision holds exactly up to a margin of 512, what is left as multiples of the second, which
 * it holds exactly for 256 trees, and the rest. More trees are summed by an operator for every 256.
 */
const GRAINS = [2 ** -15, 2 ** -32] as const;
const PARTS = GRAINS.length + 1;
const MAX_TREES = 256;

/** The nodes of an ensemble as the columns that TreeEnsembleRegressor takes. */
class NodeTable {
  private readonly model: ModelDocument;
  private readonly columnOf: ReadonlyMap<number, number>;
  private readonly trees: number[] = [];
  private readonly ids: number[] = [];
  private readonly modes: string[] = [];
  private readonly columns: number[] = [];
  private readonly values: number[] = [];
  private readonly whenTrue: number[] = [];
  private readonly whenFalse: number[] = [];
  private readonly missingTrue: number[] = [];
  private readonly leafTrees: number[] = [];
  private readonly leafIds: number[] = [];
  private readonly leafTargets: number[] = [];
  private readonly leafValues: number[] = [];

  constructor(model: ModelDocument, features: readonly number[]) {
    this.model = model;
    this.columnOf = new Map(features.map((index, column) => [index, column]));
  }

  addTree(tree: Tree, index: number): void {
    let free = tree.feature.length;
    tree.feature.forEach((feature, node) => {
      const missing = tree.missingLeft[node] ? 1 : 0;
      const sides = { left: tree.left[node] as number, right: tree.right[node] as number };
      const threshold = tree.threshold[node] as number | null;
      if (feature < 0) {
        this.addNode(index, node, 'LEAF', 0, 0, 0, 0, 0);
        this.addLeaf(index, node, tree.value[node] as number);
      } else if (threshold !== null) {
        const column = this.columnOf.get(feature) as number;
        this.addNode(index, node, 'BRANCH_LEQ', column, threshold, sides.left, sides.right, missing);
      } else {
        const codes = tree.categories[node] ?? [];
        free = this.addCategories(index, node, free, feature, codes, sides, missing === 1);
      }
    });
  }

  /**
   * A category split as a chain of questions "is it this level?" over the smaller side; a missing value follows the
   * first question. All questions of a chain share the child of that side. Returns the next free node number.
   */
  private addCategories(
    tree: number,
    node: number,
    free: number,
    feature: number,
    goLeft: readonly number[],
    { left, right }: { readonly left: number; readonly right: number },
    missingLeft: boolean,
  ): number {
    const recipe = this.model.features[feature];
    const levels = recipe?.kind === 'category' ? recipe.levels.map((_, code) => code) : [];
    const goRight = levels.filter((code) => !goLeft.includes(code));
    const asksLeft = goLeft.length <= goRight.length;
    const codes = asksLeft ? goLeft : goRight;
    const [hit, miss] = asksLeft ? [left, right] : [right, left];
    const column = this.columnOf.get(feature) as number;
    const questions = codes.length === 0 ? [NO_CODE] : codes;
    questions.forEach((code, k) => {
      const id = k === 0 ? node : free + k - 1;
      const next = k === questions.length - 1 ? miss : free + k;
      const missing = k === 0 && missingLeft === asksLeft ? 1 : 0;
      this.addNode(tree, id, 'BRANCH_EQ', column, code, hit, next, missing);
    });
    return free + questions.length - 1;
  }

  private addLeaf(tree: number, node: number, value: number): void {
    const parts: number[] = [];
    let rest = value;
    for (const grain of GRAINS) {
      const part = Math.round(rest / grain) * grain;
      parts.push(part);
      rest -= part;
    }
    for (const [target, part] of [...parts, rest].entries()) {
      this.leafTrees.push(tree);
      this.leafIds.push(node);
      this.leafTargets.push(target);
      this.leafValues.push(part);
    }
  }

  private addNode(
    tree: number,
    id: number,
    mode: string,
    column: number,
    value: number,
    whenTrue: number,
    whenFalse: number,
    missingTrue: number,
  ): void {
    this.trees.push(tree);
    this.ids.push(id);
    this.modes.push(mode);
    this.columns.push(column);
    this.values.push(value);
    this.whenTrue.push(whenTrue);
    this.whenFalse.push(whenFalse);
    this.missingTrue.push(missingTrue);
  }

  attributes(): Readonly<Record<string, Attribute>> {
    const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value });
    const doubles = (values: readonly number[]): Attribute => ({
      kind: 'tensor',
      value: { type: 'double', dims: [values.length], values },
    });
    return {
      aggregate_function: { kind: 'string', value: 'SUM' },
      n_targets: { kind: 'int', value: PARTS },
      post_transform: { kind: 'string', value: 'NONE' },
      nodes_treeids: ints(this.trees),
      nodes_nodeids: ints(this.ids),
      nodes_modes: { kind: 'strings', value: this.modes },
      nodes_featureids: ints(this.columns),
      nodes_values_as_tensor: doubles(this.values),
      nodes_truenodeids: ints(this.whenTrue),
      nodes_falsenodeids: ints(this.whenFalse),
      nodes_missing_value_tracks_true: ints(this.missingTrue),
      target_treeids: ints(this.leafTrees),
      target_nodeids: ints(this.leafIds),
      target_ids: ints(this.leafTargets),
      target_weights_as_tensor: doubles(this.leafValues),
    };
  }
}

/** A code that no level has. */
const NO_CODE = -1;
