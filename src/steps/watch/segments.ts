/** How the model does in each segment, against what it scored there: a fall in one can hide in the whole. */

import { f1Estimate } from '../../core/metrics/classification.ts';
import { type Evaluation, evaluate } from '../../core/metrics/evaluate.ts';
import { DEFAULT_LEVEL } from '../../core/metrics/interval.ts';
import { adjustFalseDiscovery } from '../../core/monitor/inputs/false-discovery.ts';
import {
  type SignificantOptions,
  type SignificantVerdict,
  significantFall,
} from '../../core/monitor/performance/significant-fall.ts';
import { scoreText } from '../../core/monitor/score-text.ts';
import type { ConfusionCounts } from '../../core/statistics/confusion.ts';
import { largestSegments } from '../../engine/rows/read-segments.ts';
import type { SegmentPerformance } from '../../store/port/drift-check.ts';
import type { Look } from './look.ts';
import { countsOf } from './performance.ts';

/** Segments with the most rows that are looked at one by one. */
const MAX_SEGMENTS = 20;

/** The segments with the most rows, most first; none where the data does not tell them. */
export function segmentPerformance(
  look: Look,
  threshold: number,
  heldOut: Pick<Evaluation, 'segments'> | null,
  options: SignificantOptions,
): readonly SegmentPerformance[] {
  if (look.segments === null) return [];
  const largest = largestSegments(look.segments, MAX_SEGMENTS, (row) => look.superseded[row] === 0);
  const judged = largest.map(({ name, places }) => {
    const take = (values: Float64Array) => Float64Array.from(places, (row) => values[row] as number);
    const [labels, probabilities] = [take(look.labels), take(look.probabilities)];
    const evaluation = evaluate(labels, probabilities, threshold);
    const confusion = heldOut?.segments?.find(({ segment }) => segment === name)?.confusion ?? null;
    const before = confusion === null ? null : countsOf({ confusion });
    const now = countsOf(evaluation);
    const flagged = probabilities.reduce((count, p) => count + Number(p > threshold), 0);
    return {
      told: {
        segment: name,
        rows: places.length,
        labelled: evaluation.rows,
        f1: evaluation.metrics.f1,
        deployed: before === null ? null : f1Estimate(before, DEFAULT_LEVEL),
        flaggedShare: flagged / places.length,
      },
      before,
      fall: before === null || isTooFew(before, options) ? null : significantFall(before, now, options),
    };
  });
  // Where even rows that are all wrong would not do, a p-value says nothing.
  const pValues = judged.map(({ fall }) => (fall?.rowsNeeded === null ? fall.pValue : null));
  const adjusted = adjustFalseDiscovery(pValues.flatMap((p) => p ?? []));
  let next = 0;
  return judged.map(({ told, before, fall }, index) => {
    const pValue = pValues[index] ?? null;
    const adjustedP = pValue === null ? null : (adjusted[next++] as number);
    const isKnown = heldOut?.segments !== undefined;
    return {
      ...told,
      pValue,
      adjustedP,
      reason: reasonOf(told, before, fall, adjustedP, isKnown, options.alpha),
    };
  });
}

/** Whether no number of wrong rows would be a significant fall from these held-out rows. */
function isTooFew(heldOut: ConfusionCounts, options: SignificantOptions): boolean {
  return !significantFall(heldOut, { tn: 0, fp: 0, fn: 2 ** 29, tp: 0 }, options).drift;
}

function reasonOf(
  { labelled, f1, deployed }: Pick<SegmentPerformance, 'labelled' | 'f1' | 'deployed'>,
  before: ConfusionCounts | null,
  fall: SignificantVerdict | null,
  adjustedP: number | null,
  isKnown: boolean,
  alpha: number,
): string {
  if (!isKnown)
    return 'How the model scored this segment before is not known: it was not counted at the time.';
  if (before === null) return 'No held-out row is of this segment: there is nothing to compare with.';
  const heldOut = before.tn + before.fp + before.fn + before.tp;
  if (fall === null) {
    const bearing = before.fp + before.fn + before.tp;
    return `The ${heldOut} held-out rows of the segment, of which ${bearing} bear on F1, are too few to compare with.`;
  }
  if (fall.rowsNeeded !== null) {
    return `${labelled} new labelled rows are too few to tell a fall from chance; about ${fall.rowsNeeded} would do.`;
  }
  if (f1 === null || deployed === null || adjustedP === null) {
    return `The ${labelled} new labelled rows do not define F1.`;
  }
  const scores =
    `F1 is ${scoreText(f1.value)} on ${labelled} new rows and was ${scoreText(deployed.value)} ` +
    `on the ${heldOut} held-out rows of the segment`;
  const p = `p ${adjustedP.toPrecision(2)} over all segments`;
  return adjustedP < alpha
    ? `${scores}: it has fallen by more than chance explains (${p}).`
    : `${scores}: no fall that chance does not explain (${p}).`;
}
