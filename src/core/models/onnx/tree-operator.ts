/** TreeEnsembleRegressor of ai.onnx.ml 3, as far as models are written with it. */
import type { Attribute } from './proto.ts';
import type { NumberValue } from './values.ts';

type Attributes = Readonly<Record<string, Attribute>>;

/** The nodes of all trees, a place each. */
interface Forest {
  /** Place of each tree's first node. */
  readonly roots: readonly number[];
  readonly modes: readonly string[];
  readonly columns: readonly number[];
  readonly values: readonly number[];
  /** Places of the nodes that follow; of no meaning for leaves. */
  readonly whenTrue: readonly number[];
  readonly whenFalse: readonly number[];
  readonly missingTrue: readonly number[];
  /** What a leaf adds, by target. */
  readonly leaves: ReadonlyMap<number, readonly (readonly [target: number, weight: number])[]>;
  readonly targets: number;
}

/** Sums of the leaves, [N, targets], taken in doubles and given in single precision. */
export function treeEnsemble({ dims, data }: NumberValue, attributes: Attributes): NumberValue {
  const forest = forestOf(attributes);
  const [rows, columns] = dims as [number, number];
  const sums = new Float64Array(rows * forest.targets);
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * columns, (i + 1) * columns);
    for (const root of forest.roots) {
      for (const [target, weight] of forest.leaves.get(leafOf(forest, root, row)) ?? []) {
        const at = i * forest.targets + target;
        sums[at] = (sums[at] as number) + weight;
      }
    }
  }
  return { kind: 'numbers', dims: [rows, forest.targets], data: sums.map(Math.fround) };
}

function leafOf(forest: Forest, root: number, row: Float64Array): number {
  let place = root;
  for (let steps = 0; steps <= forest.modes.length; steps++) {
    const mode = forest.modes[place];
    if (mode === 'LEAF') return place;
    const [x, value] = [row[forest.columns[place] as number] as number, forest.values[place] as number];
    let holds: boolean;
    if (Number.isNaN(x)) holds = forest.missingTrue[place] === 1;
    else if (mode === 'BRANCH_LEQ') holds = x <= value;
    else if (mode === 'BRANCH_EQ') holds = x === value;
    else throw new Error(`a node of a tree has the mode ${mode}`);
    place = (holds ? forest.whenTrue : forest.whenFalse)[place] as number;
  }
  throw new Error('a tree leads round in a circle');
}

function forestOf(attributes: Attributes): Forest {
  expectText(attributes, 'aggregate_function', 'SUM');
  expectText(attributes, 'post_transform', 'NONE');
  const trees = numbersOf(attributes, 'nodes_treeids');
  const ids = numbersOf(attributes, 'nodes_nodeids');
  const places = new Map(trees.map((tree, place) => [`${tree}/${ids[place]}`, place]));
  const placeOf = (tree: number | undefined, id: number | undefined): number => {
    const place = places.get(`${tree}/${id}`);
    if (place === undefined) throw new Error(`tree ${tree} has no node ${id}`);
    return place;
  };
  const modes = attributes['nodes_modes'];
  if (modes?.kind !== 'strings') throw new Error('nodes_modes is missing');
  const follow = (name: string) =>
    numbersOf(attributes, name).map((id, place) =>
      modes.value[place] === 'LEAF' ? place : placeOf(trees[place], id),
    );
  const leaves = new Map<number, (readonly [number, number])[]>();
  const leafTrees = numbersOf(attributes, 'target_treeids');
  const [leafIds, targets] = [numbersOf(attributes, 'target_nodeids'), numbersOf(attributes, 'target_ids')];
  numbersOf(attributes, 'target_weights_as_tensor').forEach((weight, k) => {
    const place = placeOf(leafTrees[k], leafIds[k]);
    const known = leaves.get(place) ?? [];
    leaves.set(place, [...known, [targets[k] as number, weight]]);
  });
  return {
    // A tree's nodes stand together, its first one in front.
    roots: trees.flatMap((tree, place) => (place === 0 || trees[place - 1] !== tree ? [place] : [])),
    modes: modes.value,
    columns: numbersOf(attributes, 'nodes_featureids'),
    values: numbersOf(attributes, 'nodes_values_as_tensor'),
    whenTrue: follow('nodes_truenodeids'),
    whenFalse: follow('nodes_falsenodeids'),
    missingTrue: numbersOf(attributes, 'nodes_missing_value_tracks_true'),
    leaves,
    targets: numberOf(attributes, 'n_targets'),
  };
}

function numbersOf(attributes: Attributes, name: string): readonly number[] {
  const attribute = attributes[name];
  if (attribute?.kind === 'ints') return attribute.value;
  if (attribute?.kind === 'tensor' && attribute.value.type === 'double') return attribute.value.values;
  throw new Error(`${name} is missing`);
}

function numberOf(attributes: Attributes, name: string): number {
  const attribute = attributes[name];
  if (attribute?.kind === 'int') return attribute.value;
  throw new Error(`${name} is missing`);
}

function expectText(attributes: Attributes, name: string, expected: string): void {
  const attribute = attributes[name];
  if (attribute?.kind !== 'string' || attribute.value !== expected)
    throw new Error(`${name} is not ${expected}`);
}
