/** How the model does in each segment: a fall in one can hide in the whole. */
import { evaluate } from '../../core/metrics/evaluate.ts';
import type { Estimate } from '../../core/models/document.ts';
import { adjustFalseDiscovery } from '../../core/monitor/inputs/false-discovery.ts';
import { type SignificantOptions, significantFall } from '../../core/monitor/performance/significant-fall.ts';
import type { ConfusionCounts } from '../../core/statistics/confusion.ts';
import type { Look } from './look.ts';

/** Segments with the most rows that are looked at one by one. */
const MOST_SEGMENTS = 20;

export interface SegmentPerformance {
  readonly segment: string;
  /** New rows of it. */
  readonly rows: number;
  readonly labelled: number;
  /** F1 on its labelled rows; null where they do not define it. */
  readonly f1: Estimate | null;
  /** Share of its rows that the model flags. */
  readonly flaggedShare: number;
  /** p-value of a fall below the deployed F1; null where there is nothing to compare. */
  readonly pValue: number | null;
  /** The same after Benjamini and Hochberg over the segments: among many, one is low by chance. */
  readonly adjustedP: number | null;
  readonly reason: string;
}

/** The segments with the most rows, most first; none where the data does not tell them. */
export function segmentPerformance(
  look: Look,
  threshold: number,
  deployed: ConfusionCounts,
  options: SignificantOptions,
): readonly SegmentPerformance[] {
  const judged = largestSegments(look).map(({ name, places }) => {
    const take = (values: Float64Array) => Float64Array.from(places, (row) => values[row] as number);
    const [labels, probabilities] = [take(look.labels), take(look.probabilities)];
    const { rows, metrics, confusion } = evaluate(labels, probabilities, threshold);
    const [[tn, fp], [fn, tp]] = confusion;
    const { pValue, reason } = significantFall(deployed, { tn, fp, fn, tp }, options);
    const flagged = probabilities.reduce((count, p) => count + Number(p > threshold), 0);
    return {
      segment: name,
      rows: places.length,
      labelled: rows,
      f1: metrics.f1,
      flaggedShare: flagged / places.length,
      pValue,
      reason,
    };
  });
  const adjusted = adjustFalseDiscovery(judged.flatMap(({ pValue }) => pValue ?? []));
  let next = 0;
  return judged.map((each) => ({
    ...each,
    adjustedP: each.pValue === null ? null : (adjusted[next++] as number),
  }));
}

/** Places of the rows of each of the largest segments; equal ones by name. */
export function largestSegments(
  look: Look,
): readonly { readonly name: string; readonly places: Uint32Array }[] {
  if (look.segments === null) return [];
  const { names, codes } = look.segments;
  const counts = names.map(() => 0);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    if (code >= 0 && look.superseded[row] === 0) counts[code] = (counts[code] as number) + 1;
  }
  const order = names
    .map((name, code) => ({ name, code, rows: counts[code] as number }))
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => b.rows - a.rows || (a.name < b.name ? -1 : 1));
  return order.slice(0, MOST_SEGMENTS).map(({ name, code }) => ({
    name,
    places: Uint32Array.from(
      placesWhere(codes, (value, row) => value === code && look.superseded[row] === 0),
    ),
  }));
}

function* placesWhere(codes: Int32Array, holds: (code: number, row: number) => boolean): Generator<number> {
  for (let row = 0; row < codes.length; row++) if (holds(codes[row] as number, row)) yield row;
}
