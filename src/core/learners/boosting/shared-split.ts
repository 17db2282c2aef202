/** The best split that all nodes of a level share: the definition, which the compiled kernel repeats bit for bit. */

import { MISSING_BIN } from '../../statistics/number-encoder.ts';
import type { FeatureHistogram } from './feature-histogram.ts';
import type { FixedPoint, NodeSums } from './fixed-point.ts';
import type { SharedSplit } from './kernels.ts';
import type { BoostingOptions } from './options.ts';
import type { NodeStatistics, SplitFeature } from './split.ts';

/** A node of the level with its histogram of the feature at hand. */
export interface SharedNode {
  readonly sums: NodeSums;
  readonly histogram: FeatureHistogram;
}

/** What of a feature splits all nodes best. */
export interface SharedChoice {
  readonly gain: number;
  /** Numbers: the last bin on the left. Levels: the one on the left; `bins`: all of them, against missing. */
  readonly place: number;
  /** Numbers only; levels keep missing on the right. */
  readonly missingLeft: boolean;
  /** Whether a row of the nodes has no value. */
  readonly hasMissing: boolean;
}

export type SharedRules = Pick<BoostingOptions, 'l2' | 'minGain'> & FixedPoint;

/**
 * The split of greatest gain, summed over the nodes in their order, the first of equals, missing on the right before
 * missing on the left; null where none gains more than `minGain`. Numbers: every bin edge, missing on either side, and
 * all values against missing. Levels: each against the rest, and all against missing. A node whose rows all go to one
 * side neither gains nor loses. Monotone constraints and least rows of a leaf are not heard: the penalty alone holds
 * small leaves back.
 */
export function findSharedSplit(
  nodes: readonly SharedNode[],
  { kind, bins, finite }: SplitFeature,
  rules: SharedRules,
): SharedChoice | null {
  const isNumber = kind === 'numeric';
  const hasMissing = nodes.some(({ histogram }) => (histogram.rows[MISSING_BIN] as number) > 0);
  const places = bins + 1;
  // Gains with missing on the right, then those with missing on the left.
  const gains = new Float64Array(2 * places);
  for (const { sums, histogram } of nodes) {
    const g = sums.gradient / rules.gradientScale;
    const h = sums.hessian / rules.hessianScale;
    const parent = (g * g) / (h + rules.l2);
    const add = (place: number, gradient: number, hessian: number): void => {
      const gl = gradient / rules.gradientScale;
      const hl = hessian / rules.hessianScale;
      const [gr, hr] = [g - gl, h - hl];
      const both = (gl * gl) / (hl + rules.l2) + (gr * gr) / (hr + rules.l2);
      gains[place] = (gains[place] as number) + (both - parent);
    };
    const [missingGradient, missingHessian] = [
      histogram.gradient[MISSING_BIN],
      histogram.hessian[MISSING_BIN],
    ];
    let [gradient, hessian] = [0, 0];
    for (let bin = 0; bin < bins; bin++) {
      const [own, ownHessian] = [histogram.gradient[bin] as number, histogram.hessian[bin] as number];
      gradient += own;
      hessian += ownHessian;
      if (!isNumber) {
        add(bin, own, ownHessian);
        continue;
      }
      add(bin, gradient, hessian);
      if (hasMissing) {
        add(places + bin, gradient + (missingGradient as number), hessian + (missingHessian as number));
      }
    }
    if (!isNumber && hasMissing) add(bins, gradient, hessian);
  }
  return bestOf(gains, { isNumber, bins, hasMissing, finite, minGain: rules.minGain });
}

function bestOf(
  gains: Float64Array,
  {
    isNumber,
    bins,
    hasMissing,
    finite,
    minGain,
  }: {
    readonly isNumber: boolean;
    readonly bins: number;
    readonly hasMissing: boolean;
    readonly finite: boolean;
    readonly minGain: number;
  },
): SharedChoice | null {
  let best: SharedChoice | null = null;
  const look = (place: number, missingLeft: boolean): void => {
    const gain = gains[(missingLeft ? bins + 1 : 0) + place] as number;
    if (gain > (best?.gain ?? minGain)) best = { gain, place, missingLeft, hasMissing };
  };
  // The last bin of numbers parts all values from missing, which a threshold can only say of finite ones.
  const last = isNumber ? (hasMissing && finite ? bins : bins - 1) : hasMissing ? bins + 1 : bins;
  for (let place = 0; place < last; place++) {
    look(place, false);
    if (isNumber && hasMissing && place < bins - 1) look(place, true);
  }
  return best;
}

/** The bins that go left: 256 flags, MISSING_BIN included. */
export function sharedFlags(
  { place, missingLeft }: Pick<SharedChoice, 'place' | 'missingLeft'>,
  { kind, bins }: Pick<SplitFeature, 'kind' | 'bins'>,
): Uint8Array {
  const flags = new Uint8Array(MISSING_BIN + 1);
  if (kind === 'numeric') flags.fill(1, 0, place + 1);
  else if (place === bins) flags.fill(1, 0, bins);
  else flags[place] = 1;
  flags[MISSING_BIN] = missingLeft ? 1 : 0;
  return flags;
}

/** The split as trees have it. Missing, where no node has any, goes to the side with more rows. */
export function describeShared(
  choice: SharedChoice,
  shape: Pick<SplitFeature, 'kind' | 'bins'>,
  feature: number,
  nodes: readonly NodeStatistics[],
  lefts: readonly NodeSums[],
): SharedSplit {
  const rows = nodes.reduce((sum, { sums }) => sum + sums.rows, 0);
  const left = lefts.reduce((sum, sums) => sum + sums.rows, 0);
  const missingLeft = choice.hasMissing ? choice.missingLeft : left * 2 > rows;
  const goesLeft = sharedFlags({ ...choice, missingLeft }, shape);
  const bin = shape.kind === 'numeric' ? choice.place : -1;
  return { feature, gain: choice.gain, bin, goesLeft, missingLeft, lefts };
}
