/** What a fit of boosted trees may be told, with defaults and checks. */
import { TidewatchError } from '../../../base/errors.ts';

export interface BoostingOptions {
  /** Most trees to grow. */
  readonly trees: number;
  /** Factor on every leaf value. */
  readonly learningRate: number;
  /** Most leaves of a tree; the leaf with the greatest gain is split first. */
  readonly leaves: number;
  /** Most splits between root and leaf. null: no limit. */
  readonly maxDepth: number | null;
  /**
   * Whether all nodes of a level are split alike, so that a tree has 2^depth leaves: depth is the base-2 logarithm of
   * `leaves`, or `maxDepth` if that is less. `minRows`, `minHessian` and the options of categories do not count then,
   * `l2` must be above 0, and no feature may be monotone.
   */
  readonly symmetric: boolean;
  /** Newton steps to the value of a leaf; more than 1 only without monotone features, and of at most 4,096 leaves. */
  readonly leafSteps: number;
  /** Fewest training rows of a leaf. */
  readonly minRows: number;
  /** Least sum of hessians of a leaf. */
  readonly minHessian: number;
  /** L2 penalty on leaf values, in units of hessian. */
  readonly l2: number;
  /** A split must lower twice the log loss (summed over rows) by more than this. */
  readonly minGain: number;
  /** Most bins of a feature, one of them for missing. */
  readonly maxBins: number;
  /** Share of the training rows that each tree is grown on, drawn without replacement. */
  readonly rowSample: number;
  /** Share of the features that each tree may split on. */
  readonly columnSample: number;
  /** One a feature: 1 the risk may only rise with it, -1 only fall, 0 free. Empty: all free. */
  readonly monotone: readonly number[];
  /** Added to the hessian where levels are sorted by gradient / hessian, so that rare levels sort to the middle. */
  readonly categorySmooth: number;
  /** Added to `l2` for the gain of a split on sorted levels. */
  readonly categoryL2: number;
  /** Most levels on the smaller side of a split on sorted levels. */
  readonly maxCategories: number;
  /** Up to this many levels present in a node, each is tried against the rest instead of sorting. */
  readonly oneAgainstRest: number;
  /** Trees without a better validation loss before the fit stops. Counts only with validation rows. */
  readonly patience: number;
  /** A validation loss is better when it is lower by more than this. */
  readonly tolerance: number;
  /** Seed of row and feature sampling. */
  readonly seed: number;
}

export const BOOSTING_DEFAULTS: BoostingOptions = Object.freeze({
  trees: 100,
  learningRate: 0.1,
  leaves: 31,
  maxDepth: null,
  symmetric: false,
  leafSteps: 1,
  minRows: 20,
  minHessian: 1e-3,
  l2: 0,
  minGain: 1e-6,
  maxBins: 255,
  rowSample: 1,
  columnSample: 1,
  monotone: Object.freeze([]),
  categorySmooth: 10,
  categoryL2: 10,
  maxCategories: 32,
  oneAgainstRest: 4,
  patience: 20,
  tolerance: 0,
  seed: 0,
});

/** Most leaves whose values several steps are taken to: a chunk of work each. */
const MAX_REFINED_LEAVES = 4096;

/** Lowest and highest value of each number. */
const RANGES = {
  trees: [1, 100_000],
  learningRate: [1e-6, 10],
  leaves: [2, 32_767],
  leafSteps: [1, 100],
  minRows: [1, 2 ** 31],
  minHessian: [0, Number.MAX_VALUE],
  l2: [0, Number.MAX_VALUE],
  minGain: [0, Number.MAX_VALUE],
  maxBins: [3, 255],
  rowSample: [1e-6, 1],
  columnSample: [1e-6, 1],
  categorySmooth: [0, Number.MAX_VALUE],
  categoryL2: [0, Number.MAX_VALUE],
  maxCategories: [1, 255],
  oneAgainstRest: [0, 255],
  patience: [1, 100_000],
  tolerance: [0, Number.MAX_VALUE],
  seed: [0, 2 ** 32 - 1],
} as const satisfies Partial<Record<keyof BoostingOptions, readonly [number, number]>>;

const WHOLE = new Set([
  'trees',
  'leaves',
  'leafSteps',
  'minRows',
  'maxBins',
  'maxCategories',
  'oneAgainstRest',
  'patience',
]);

/**
 * Fills in the defaults and checks every option against its range and `monotone` against the features.
 * Throws `value-invalid`.
 */
export function resolveBoostingOptions(given: Partial<BoostingOptions>, features: number): BoostingOptions {
  const options: BoostingOptions = { ...BOOSTING_DEFAULTS, ...given };
  for (const [name, [low, high]] of Object.entries(RANGES)) {
    const value = options[name as keyof typeof RANGES];
    if (value >= low && value <= high && (!WHOLE.has(name) || Number.isInteger(value))) continue;
    const kind = WHOLE.has(name) ? 'a whole number' : 'a number';
    throw invalid(`boosting option ${name} is ${value}; expected ${kind} from ${low} to ${high}`, name);
  }
  const { maxDepth, monotone } = options;
  if (maxDepth !== null && !(Number.isInteger(maxDepth) && maxDepth >= 1)) {
    throw invalid(
      `boosting option maxDepth is ${maxDepth}; expected null or a whole number from 1`,
      'maxDepth',
    );
  }
  if (monotone.length !== 0 && monotone.length !== features) {
    throw invalid(
      `boosting option monotone has ${monotone.length} entries for ${features} features; give one each or none`,
      'monotone',
    );
  }
  if (monotone.some((sign) => sign !== 0 && sign !== 1 && sign !== -1)) {
    throw invalid('boosting option monotone may hold only -1, 0 and 1', 'monotone');
  }
  if (options.symmetric && monotone.some((sign) => sign !== 0)) {
    throw invalid('boosting option symmetric cannot be had with monotone features', 'symmetric');
  }
  if (options.leafSteps > 1 && monotone.some((sign) => sign !== 0)) {
    throw invalid('boosting option leafSteps must be 1 with monotone features', 'leafSteps');
  }
  if (options.leafSteps > 1 && options.leaves > MAX_REFINED_LEAVES) {
    throw invalid(`boosting option leafSteps must be 1 above ${MAX_REFINED_LEAVES} leaves`, 'leafSteps');
  }
  if (options.symmetric && options.l2 === 0) {
    throw invalid('boosting option symmetric needs an l2 above 0, since nodes may be empty', 'symmetric');
  }
  return options;
}

function invalid(message: string, option: string): TidewatchError {
  return new TidewatchError('value-invalid', message, { details: { option } });
}
