/** A weighted average of models on the margin, as one ensemble. */
import type {
  BoostedTreesParameters,
  EnsembleParameters,
  Feature,
  LearnerParameters,
  LogisticParameters,
  Tree,
} from '../document/document.ts';
import { partsOf } from './learners.ts';

/** A model to average; several of one name, as those of folds, count as one member. */
export interface CombinedPart {
  readonly name: string;
  /** At least 0; the weights of all parts sum to 1. */
  readonly weight: number;
  readonly features: readonly Feature[];
  readonly learner: LearnerParameters;
}

export interface CombinedModel {
  readonly features: readonly Feature[];
  readonly learner: EnsembleParameters;
}

/**
 * The ensemble whose margin is the weighted sum of the margins of `parts`; parts of weight 0 are left out. Features
 * that are the same are kept once, those of linear parts first. The coefficients of a feature add up, and its mean is
 * the one that gives the weighted sum of the contributions (that of the first part where the coefficients cancel out
 * exactly). The leaves of trees are multiplied by the weight. Shapley values are linear in the model, so those of the
 * ensemble are the weighted sums too.
 */
export function combineModels(parts: readonly CombinedPart[]): CombinedModel {
  const used = parts.filter(({ weight }) => weight > 0);
  const features = new FeatureList();
  const linear = combineLinear(used, features);
  const trees = combineTrees(used, features);
  const weights = new Map<string, number>();
  for (const { name, weight } of used) weights.set(name, (weights.get(name) ?? 0) + weight);
  const members = [...weights].map(([name, weight]) => ({ name, weight: Math.min(1, weight) }));
  return { features: features.list, learner: { kind: 'ensemble', members, linear, trees } };
}

/** Features in the order in which they were first asked for. */
class FeatureList {
  readonly list: Feature[] = [];
  private readonly places = new Map<string, number>();

  placeOf(feature: Feature): number {
    const key = keyOf(feature);
    const known = this.places.get(key);
    if (known !== undefined) return known;
    this.places.set(key, this.list.length);
    return this.list.push(feature) - 1;
  }
}

/** Equal for features that give the same values, whatever the order of their keys; -0 is not 0. */
function keyOf(feature: Feature): string {
  const entries = Object.entries(feature).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(entries, (_, value) => (Object.is(value, -0) ? '-0' : value));
}

function combineLinear(parts: readonly CombinedPart[], list: FeatureList): LogisticParameters | null {
  const coefficients: number[] = [];
  const means: { first: number; same: boolean; moment: number }[] = [];
  let intercept = 0;
  let isThere = false;
  for (const { weight, features, learner } of parts) {
    const { linear } = partsOf(learner);
    if (linear === null) continue;
    isThere = true;
    intercept += weight * linear.intercept;
    linear.coefficients.forEach((coefficient, j) => {
      const [place, mean] = [list.placeOf(features[j] as Feature), linear.means[j] as number];
      means[place] ??= { first: mean, same: true, moment: 0 };
      means[place].same &&= means[place].first === mean;
      means[place].moment += weight * coefficient * mean;
      coefficients[place] = (coefficients[place] ?? 0) + weight * coefficient;
    });
  }
  if (!isThere) return null;
  const meanOf = ({ first, same, moment }: (typeof means)[number], place: number): number => {
    const mean = moment / (coefficients[place] as number);
    return same || !Number.isFinite(mean) ? first : mean;
  };
  return { kind: 'logistic-regression', coefficients, intercept, means: means.map(meanOf) };
}

function combineTrees(parts: readonly CombinedPart[], list: FeatureList): BoostedTreesParameters | null {
  const made: Tree[] = [];
  let base = 0;
  let isThere = false;
  for (const { weight, features, learner } of parts) {
    const { trees } = partsOf(learner);
    if (trees === null) continue;
    isThere = true;
    base += weight * trees.base;
    const placeOf = (index: number) => (index < 0 ? index : list.placeOf(features[index] as Feature));
    for (const tree of trees.trees) {
      made.push({ ...tree, feature: tree.feature.map(placeOf), value: tree.value.map((v) => v * weight) });
    }
  }
  return isThere ? { kind: 'boosted-trees', base, trees: made } : null;
}
