/** One model of several: their weighted average on the margin, as one document that everything can read. */
import type {
  BoostedTreesParameters,
  EnsembleParameters,
  Feature,
  LearnerParameters,
  LogisticParameters,
  Tree,
} from './document.ts';

export interface WeightedModel {
  /** Models of one name, such as those of folds, are one member. */
  readonly name: string;
  readonly weight: number;
  readonly features: readonly Feature[];
  readonly learner: LearnerParameters;
}

export interface CombinedModel {
  readonly features: readonly Feature[];
  readonly learner: EnsembleParameters;
}

/**
 * The model whose margin is the weighted sum of the margins of the parts, to rounding; the weights sum to 1. A feature
 * that several parts have is there once. Linear forms are added up, those of equal features together; trees are put one
 * after another with smaller leaves. Contributions of source columns add up likewise, those of linear parts where they
 * agree on the mean of a feature; parts of one recipe and one table do.
 */
export function combineModels(parts: readonly WeightedModel[]): CombinedModel {
  const flat = parts.flatMap(partsOf);
  const places = new Map<string, number>();
  const features: Feature[] = [];
  const placeOf = (feature: Feature): number => {
    const key = JSON.stringify(feature);
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, features.length);
    return features.push(feature) - 1;
  };
  const linear = addLinear(flat, placeOf);
  const trees = addTrees(flat, placeOf);
  return { features, learner: { kind: 'ensemble', members: membersOf(parts), linear, trees } };
}

interface Part {
  readonly weight: number;
  readonly features: readonly Feature[];
  readonly learner: LogisticParameters | BoostedTreesParameters;
}

/** An ensemble is its linear and its tree part. */
function partsOf({ weight, features, learner }: WeightedModel): Part[] {
  if (learner.kind !== 'ensemble') return [{ weight, features, learner }];
  const { linear, trees } = learner;
  return [
    ...(linear === null ? [] : [{ weight, features, learner: linear }]),
    ...(trees === null ? [] : [{ weight, features, learner: trees }]),
  ];
}

function addLinear(parts: readonly Part[], placeOf: (feature: Feature) => number): LogisticParameters | null {
  const coefficients: number[] = [];
  const means: number[] = [];
  let intercept = 0;
  let some = false;
  for (const { weight, features, learner } of parts) {
    if (learner.kind !== 'logistic-regression') continue;
    some = true;
    intercept += weight * learner.intercept;
    learner.coefficients.forEach((coefficient, j) => {
      const place = placeOf(features[j] as Feature);
      coefficients[place] = (coefficients[place] ?? 0) + weight * coefficient;
      means[place] ??= learner.means[j] as number;
    });
  }
  return some ? { kind: 'logistic-regression', coefficients, intercept, means } : null;
}

function addTrees(
  parts: readonly Part[],
  placeOf: (feature: Feature) => number,
): BoostedTreesParameters | null {
  const trees: Tree[] = [];
  let base = 0;
  let some = false;
  for (const { weight, features, learner } of parts) {
    if (learner.kind !== 'boosted-trees') continue;
    some = true;
    base += weight * learner.base;
    const used = new Set(learner.trees.flatMap(({ feature }) => feature));
    const placed = features.map((feature, j) => (used.has(j) ? placeOf(feature) : -1));
    for (const tree of learner.trees) {
      trees.push({
        ...tree,
        feature: tree.feature.map((j) => (j < 0 ? j : (placed[j] as number))),
        value: tree.value.map((value) => weight * value),
      });
    }
  }
  return some ? { kind: 'boosted-trees', base, trees } : null;
}

/** Each name once, in the order of the parts. */
function membersOf(parts: readonly WeightedModel[]): EnsembleParameters['members'] {
  const weights = new Map<string, number>();
  for (const { name, weight } of parts) weights.set(name, (weights.get(name) ?? 0) + weight);
  return Array.from(weights, ([name, weight]) => ({ name, weight }));
}
