/** The best split of a node on one feature: the definition, which the compiled kernel repeats bit for bit. */

import { MISSING_BIN } from '../../statistics/number-encoder.ts';
import type { FeatureHistogram } from './feature-histogram.ts';
import type { FixedPoint, NodeSums } from './fixed-point.ts';
import type { BoostingOptions } from './options.ts';

/** What of a feature a split search must know. */
export interface SplitFeature {
  readonly kind: 'numeric' | 'categorical';
  readonly bins: number;
  /** -1, 0 or 1. */
  readonly monotone: number;
  /** Whether "any value left, missing right" can be said as a finite threshold: no value is +Infinity. */
  readonly finite: boolean;
}

/** A node as the search sees it: sums of its rows and the bounds that monotone constraints put on its value. */
export interface NodeStatistics {
  readonly sums: NodeSums;
  readonly low: number;
  readonly high: number;
}

export interface FeatureSplit {
  readonly gain: number;
  /** Last bin on the left; -1 for a split on levels. */
  readonly bin: number;
  /** 1 for each bin that goes left; 256 entries, MISSING_BIN included. */
  readonly goesLeft: Uint8Array;
  readonly missingLeft: boolean;
  readonly left: NodeSums;
}

/** The options that a search needs, with the scales of its sums. */
export type SplitRules = Pick<
  BoostingOptions,
  | 'minRows'
  | 'minHessian'
  | 'l2'
  | 'minGain'
  | 'categorySmooth'
  | 'categoryL2'
  | 'maxCategories'
  | 'oneAgainstRest'
> &
  FixedPoint;

/** The value -G / (H + l2) of a node, put into its bounds (without the learning rate). */
export function nodeValue(gradient: number, hessian: number, l2: number, low: number, high: number): number {
  return Math.min(Math.max(-gradient / (hessian + l2), low), high);
}

/** Twice the fall of the second-order loss when a node takes `value`: -v (2 G + (H + l2) v). */
function scoreOf(gradient: number, hessian: number, l2: number, value: number): number {
  return -value * (2 * gradient + (hessian + l2) * value);
}

/**
 * Finds the split of greatest gain (Chen and Guestrin 2016, eq. 7, doubled), the first of equals; null where none
 * gains more than `minGain`. Numbers: every bin edge, missing on either side, and missing against all values.
 * Levels: each against the rest when few, else prefixes of the levels sorted by smoothed gradient / hessian, from
 * both ends (Fisher 1958; LightGBM), and missing against all levels. Bins that no row of the node is in go where missing goes, and missing, where
 * the node has none, goes to the side with more rows.
 */
export function findFeatureSplit(
  histogram: FeatureHistogram,
  feature: SplitFeature,
  node: NodeStatistics,
  rules: SplitRules,
): FeatureSplit | null {
  const search = new Search(histogram, feature, node, rules);
  if (feature.kind === 'numeric') searchNumber(search);
  else searchLevels(search);
  return search.best === null ? null : describe(search, search.best);
}

interface Candidate {
  readonly gain: number;
  readonly left: NodeSums;
  readonly missingLeft: boolean;
  /** The bins order[from..to] are on the left. */
  readonly order: readonly number[];
  readonly from: number;
  readonly to: number;
}

class Search {
  best: Candidate | null = null;
  readonly missing: NodeSums;
  readonly histogram: FeatureHistogram;
  readonly feature: SplitFeature;
  readonly node: NodeStatistics;
  readonly rules: SplitRules;

  constructor(histogram: FeatureHistogram, feature: SplitFeature, node: NodeStatistics, rules: SplitRules) {
    this.histogram = histogram;
    this.feature = feature;
    this.node = node;
    this.rules = rules;
    this.missing = this.at(MISSING_BIN);
  }

  at(bin: number): NodeSums {
    const { gradient, hessian, rows } = this.histogram;
    return { gradient: gradient[bin] as number, hessian: hessian[bin] as number, rows: rows[bin] as number };
  }

  /** Looks at the bins order[from..to], plus missing if `missingLeft`, as the left side. */
  consider(
    values: NodeSums,
    missingLeft: boolean,
    l2: number,
    place: Pick<Candidate, 'order' | 'from' | 'to'>,
  ): void {
    const left = missingLeft ? add(values, this.missing) : values;
    const gain = this.gainOf(left, l2);
    if (gain > (this.best?.gain ?? this.rules.minGain)) this.best = { gain, left, missingLeft, ...place };
  }

  private gainOf(left: NodeSums, l2: number): number {
    const { sums, low, high } = this.node;
    const { minRows, minHessian, gradientScale, hessianScale } = this.rules;
    if (left.rows < minRows || sums.rows - left.rows < minRows) return Number.NEGATIVE_INFINITY;
    const gl = left.gradient / gradientScale;
    const hl = left.hessian / hessianScale;
    const gr = (sums.gradient - left.gradient) / gradientScale;
    const hr = (sums.hessian - left.hessian) / hessianScale;
    if (hl < minHessian || hr < minHessian) return Number.NEGATIVE_INFINITY;
    const vl = nodeValue(gl, hl, l2, low, high);
    const vr = nodeValue(gr, hr, l2, low, high);
    if (this.feature.monotone * (vr - vl) < 0) return Number.NEGATIVE_INFINITY;
    const g = sums.gradient / gradientScale;
    const h = sums.hessian / hessianScale;
    const parent = scoreOf(g, h, this.rules.l2, nodeValue(g, h, this.rules.l2, low, high));
    return scoreOf(gl, hl, l2, vl) + scoreOf(gr, hr, l2, vr) - parent;
  }
}

function add(a: NodeSums, b: NodeSums): NodeSums {
  return { gradient: a.gradient + b.gradient, hessian: a.hessian + b.hessian, rows: a.rows + b.rows };
}

const NOTHING: NodeSums = { gradient: 0, hessian: 0, rows: 0 };

function searchNumber(search: Search): void {
  const { bins, finite } = search.feature;
  const order = Array.from({ length: bins }, (_, bin) => bin);
  const hasMissing = search.missing.rows > 0;
  let left = NOTHING;
  for (let bin = 0; bin < bins; bin++) {
    left = add(left, search.at(bin));
    const place = { order, from: 0, to: bin };
    const isLast = bin === bins - 1;
    if (!isLast || (hasMissing && finite)) search.consider(left, false, search.rules.l2, place);
    // Without values on the left it would be missing against all, which the last bin offers.
    if (!isLast && hasMissing && left.rows > 0) search.consider(left, true, search.rules.l2, place);
  }
}

function searchLevels(search: Search): void {
  const { l2, categoryL2, categorySmooth, maxCategories, oneAgainstRest, gradientScale, hessianScale } =
    search.rules;
  const present = Array.from({ length: search.feature.bins }, (_, bin) => bin).filter(
    (bin) => search.at(bin).rows > 0,
  );
  if (present.length <= oneAgainstRest) {
    present.forEach((bin, index) => {
      considerBoth(search, search.at(bin), l2, { order: present, from: index, to: index });
    });
    considerAllLevels(search, present);
    return;
  }
  const key = new Map(
    present.map((bin) => {
      const { gradient, hessian } = search.at(bin);
      return [bin, gradient / gradientScale / (hessian / hessianScale + categorySmooth)];
    }),
  );
  const ascending = [...present].sort((a, b) => (key.get(a) as number) - (key.get(b) as number) || a - b);
  for (const order of [ascending, [...ascending].reverse()]) {
    let left = NOTHING;
    for (let to = 0; to < Math.min(order.length - 1, maxCategories); to++) {
      left = add(left, search.at(order[to] as number));
      considerBoth(search, left, l2 + categoryL2, { order, from: 0, to });
    }
  }
  considerAllLevels(search, present);
}

function considerAllLevels(search: Search, present: readonly number[]): void {
  if (search.missing.rows === 0) return;
  const left = present.map((bin) => search.at(bin)).reduce(add, NOTHING);
  search.consider(left, false, search.rules.l2, { order: present, from: 0, to: present.length - 1 });
}

function considerBoth(
  search: Search,
  left: NodeSums,
  l2: number,
  place: Pick<Candidate, 'order' | 'from' | 'to'>,
): void {
  search.consider(left, false, l2, place);
  if (search.missing.rows > 0) search.consider(left, true, l2, place);
}

function describe(search: Search, best: Candidate): FeatureSplit {
  const { sums } = search.node;
  const moreLeft = best.left.rows * 2 > sums.rows;
  const missingLeft = search.missing.rows > 0 ? best.missingLeft : moreLeft;
  const goesLeft = new Uint8Array(256);
  if (search.feature.kind === 'categorical') {
    for (let bin = 0; bin < 255; bin++) goesLeft[bin] = search.at(bin).rows === 0 && missingLeft ? 1 : 0;
  }
  for (let index = best.from; index <= best.to; index++) goesLeft[best.order[index] as number] = 1;
  goesLeft[MISSING_BIN] = missingLeft ? 1 : 0;
  const bin = search.feature.kind === 'numeric' ? best.to : -1;
  return { gain: best.gain, bin, goesLeft, missingLeft, left: best.left };
}
