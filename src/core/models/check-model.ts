/** Checks that the parts of a model document fit each other, so that scoring it cannot go wrong. */
import { isMadeOfDates, RAW_COLUMNS } from '../derived/derived-column.ts';
import type {
  EnsembleParameters,
  Feature,
  LogisticParameters,
  ModelDocument,
  Tree,
} from '../document/document.ts';
import { partsOf } from './learners.ts';

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
    const wanted = wantedKind(feature);
    if (kind === undefined) faults.push(`features[${j}].source is ${feature.source}, which is not in inputs`);
    else if (wanted !== null && kind !== wanted) {
      faults.push(
        `features[${j}] (${feature.kind}) needs a ${wanted} input, but ${feature.source} is ${kind}`,
      );
    }
    faults.push(...rateFaults(feature, `features[${j}]`));
  });
  return faults;
}

function rateFaults(feature: Feature, place: string): string[] {
  if (feature.kind !== 'target-rate') return [];
  const { levels, rates, missing, unseen } = feature;
  return [
    ...(rates.length === levels.length
      ? []
      : [`${place}.rates has ${rates.length} values, but there are ${levels.length} levels`]),
    ...(new Set(levels).size === levels.length ? [] : [`${place}.levels names a level twice`]),
    ...([...rates, missing, unseen].every(Number.isFinite) ? [] : [`${place} has a rate that is not finite`]),
  ];
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

function wantedKind(feature: Feature): 'numeric' | 'categorical' | null {
  if (feature.kind === 'missing') return null;
  return feature.kind === 'number' || feature.kind === 'hinge' ? 'numeric' : 'categorical';
}

function learnerFaults({ learner, features }: ModelDocument): string[] {
  const { linear, trees } = partsOf(learner);
  const isEnsemble = learner.kind === 'ensemble';
  const treesPath = isEnsemble ? 'learner.trees' : 'learner';
  return [
    ...(isEnsemble ? ensembleFaults(learner, features) : []),
    ...(linear === null ? [] : linearFaults(linear, isEnsemble ? 'learner.linear' : 'learner', features)),
    ...(trees === null
      ? []
      : trees.trees.flatMap((tree, t) => treeFaults(tree, `${treesPath}.trees[${t}]`, features))),
    ...(linear !== null && !isEnsemble && linear.coefficients.length < features.length
      ? [
          `learner.coefficients has ${linear.coefficients.length} values, but there are ${features.length} features`,
        ]
      : []),
  ];
}

/** How far the weights of members may be from 1, by rounding. */
const MAX_WEIGHT_GAP = 1e-6;

function ensembleFaults(
  { members, linear, trees }: EnsembleParameters,
  features: readonly Feature[],
): string[] {
  const total = members.reduce((sum, { weight }) => sum + weight, 0);
  const names = new Set(members.map(({ name }) => name));
  return [
    ...(Math.abs(total - 1) <= MAX_WEIGHT_GAP
      ? []
      : [`learner.members have weights that sum to ${total}, not 1`]),
    ...(names.size === members.length ? [] : ['learner.members names a member twice']),
    ...(linear === null && trees === null ? ['learner has neither a linear part nor trees'] : []),
    ...(trees === null && linear !== null && linear.coefficients.length < features.length
      ? [
          `learner.linear has ${linear.coefficients.length} coefficients, but there are ${features.length} features and no trees`,
        ]
      : []),
  ];
}

function linearFaults(linear: LogisticParameters, path: string, features: readonly Feature[]): string[] {
  const { coefficients, means } = linear;
  const faults: string[] = [];
  if (coefficients.length > features.length) {
    faults.push(
      `${path}.coefficients has ${coefficients.length} values, but there are ${features.length} features`,
    );
  }
  if (means.length !== coefficients.length) {
    faults.push(
      `${path}.means has ${means.length} values, but there are ${coefficients.length} coefficients`,
    );
  }
  features.slice(0, coefficients.length).forEach((feature, j) => {
    const mayBeNaN = feature.kind === 'category' || (feature.kind === 'number' && feature.missing === null);
    if (mayBeNaN)
      faults.push(
        `features[${j}] may be NaN, which ${path === 'learner' ? 'logistic-regression' : path} cannot score`,
      );
  });
  return faults;
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
