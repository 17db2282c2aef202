/** Checks that the parts of a model document fit each other, so that scoring it cannot go wrong. */
import { isMadeOfDates, RAW_COLUMNS } from '../derived/derived-column.ts';
import type { BoostedTreesParameters, Feature, LogisticParameters, ModelDocument, Tree } from './document.ts';

/** What is wrong with a document of the right shape, each with its place; empty when it can be scored. */
export function findFaults(model: ModelDocument): string[] {
  return [...inputFaults(model), ...learnerFaults(model), ...calibrationFaults(model)];
}

function inputFaults({ inputs, features }: ModelDocument): string[] {
  const kinds = new Map(inputs.map(({ name, kind }) => [name, kind]));
  const faults = [
    ...(kinds.size < inputs.length ? ['inputs names a column twice'] : []),
    ...derivedFaults(inputs),
  ];
  features.forEach((feature, j) => {
    const kind = kinds.get(feature.source);
    if (feature.kind === 'target-rate' && feature.rates.length !== feature.levels.length) {
      faults.push(
        `features[${j}] has ${feature.rates.length} rates for ${feature.levels.length} levels; expected one each`,
      );
    }
    const wanted = wantedKind(feature);
    if (kind === undefined) faults.push(`features[${j}].source is ${feature.source}, which is not in inputs`);
    else if (wanted !== null && kind !== wanted) {
      faults.push(
        `features[${j}] (${feature.kind}) needs a ${wanted} input, but ${feature.source} is ${kind}`,
      );
    }
  });
  return faults;
}

function derivedFaults(inputs: ModelDocument['inputs']): string[] {
  return inputs.flatMap(({ name, kind, derived }, k) => {
    if (derived === undefined) return [];
    const wanted = RAW_COLUMNS[derived.kind];
    return [
      ...(kind === 'numeric' ? [] : [`inputs[${k}] (${name}) is derived, which only a numeric input can be`]),
      ...(derived.from.length === wanted
        ? []
        : [
            `inputs[${k}].derived (${derived.kind}) takes ${wanted} columns, but names ${derived.from.length}`,
          ]),
      ...derived.from.flatMap((raw) => {
        const input = inputs.find((other) => other.name === raw);
        const fits = input?.kind === 'numeric' && input.derived === undefined && !isMadeOfDates(derived.kind);
        return input === undefined || fits
          ? []
          : [`inputs[${k}].derived (${derived.kind}) cannot be made of the input ${raw}`];
      }),
    ];
  });
}

function wantedKind({ kind }: Feature): 'numeric' | 'categorical' | null {
  if (kind === 'missing') return null;
  return kind === 'level' || kind === 'category' || kind === 'target-rate' ? 'categorical' : 'numeric';
}

function learnerFaults({ learner, features }: ModelDocument): string[] {
  switch (learner.kind) {
    case 'logistic-regression':
      return linearFaults(learner, 'learner', features, features.length);
    case 'boosted-trees':
      return treesFaults(learner, 'learner', features);
    case 'ensemble': {
      const { linear, trees, members } = learner;
      const weights = members.reduce((sum, { weight }) => sum + weight, 0);
      return [
        ...(Math.abs(weights - 1) > WEIGHT_ERROR
          ? [`learner.members have weights that sum to ${weights}`]
          : []),
        ...(linear === null && trees === null ? ['learner has neither a linear part nor trees'] : []),
        ...(linear === null
          ? []
          : linearFaults(linear, 'learner.linear', features, linear.coefficients.length)),
        ...(trees === null ? [] : treesFaults(trees, 'learner.trees', features)),
      ];
    }
  }
}

/** Rounding error that a sum of weights may have. */
const WEIGHT_ERROR = 1e-9;

/** @param count of the features, the first ones, that have a coefficient. */
function linearFaults(
  linear: LogisticParameters,
  path: string,
  features: readonly Feature[],
  count: number,
): string[] {
  const faults: string[] = [];
  for (const key of ['coefficients', 'means'] as const) {
    if (linear[key].length !== count || count > features.length) {
      faults.push(
        `${path}.${key} has ${linear[key].length} values, but there are ${features.length} features`,
      );
    }
  }
  features.slice(0, count).forEach((feature, j) => {
    const learnerNeedsValue =
      feature.kind === 'category' || (feature.kind === 'number' && feature.missing === null);
    if (learnerNeedsValue) faults.push(`features[${j}] may be NaN, which logistic-regression cannot score`);
  });
  return faults;
}

function treesFaults(
  { trees }: BoostedTreesParameters,
  path: string,
  features: readonly Feature[],
): string[] {
  return trees.flatMap((tree, t) => treeFaults(tree, `${path}.trees[${t}]`, features));
}

function treeFaults(tree: Tree, path: string, features: readonly Feature[]): string[] {
  const nodes = tree.feature.length;
  const uneven = Object.entries(tree).find(([, values]) => values.length !== nodes);
  if (uneven !== undefined) return [`${path}.${uneven[0]} has ${uneven[1].length} values, expected ${nodes}`];
  const faults: string[] = [];
  tree.feature.forEach((index, node) => {
    if (index < 0) return;
    const place = `node ${node} of ${path}`;
    const feature = features[index];
    const [left, right] = [tree.left[node] as number, tree.right[node] as number];
    const byCategory = tree.categories[node] !== null;
    if (feature === undefined) faults.push(`${place} splits on feature ${index} of ${features.length}`);
    else if (byCategory !== (feature.kind === 'category') || byCategory === (tree.threshold[node] !== null)) {
      faults.push(`${place} needs a threshold for a number or categories for a category, and only that`);
    }
    // Children after their parent: no walk can go in a circle.
    if (!(left > node && left < nodes && right > node && right < nodes)) {
      faults.push(`${place} has children ${left} and ${right}, expected ${node + 1} to ${nodes - 1}`);
    }
  });
  return faults;
}

function calibrationFaults({ calibration }: ModelDocument): string[] {
  if (calibration.kind === 'platt' && calibration.slope < 0) return ['calibration.slope is negative'];
  if (calibration.kind === 'beta' && (calibration.a < 0 || calibration.b < 0)) {
    return ['calibration.a or calibration.b is negative'];
  }
  if (calibration.kind !== 'isotonic') return [];
  const { from, to } = calibration;
  if (from.length !== to.length) return ['calibration.from and calibration.to differ in length'];
  const rises = from.every((x, k) => k === 0 || x > (from[k - 1] as number));
  const climbs = to.every((y, k) => k === 0 || y >= (to[k - 1] as number));
  return rises && climbs ? [] : ['calibration.from must rise and calibration.to must not fall'];
}
