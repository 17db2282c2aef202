/** What the rules of drift judge by, from rows whose truth is known. A rule without a line here does not compile. */
import { createRandom } from '../../src/base/random.ts';
import type { DriftRuleName } from '../../src/config/drift-rules.ts';
import { evaluate } from '../../src/core/metrics/evaluate.ts';
import { countRisks } from '../../src/core/monitor/calibration/risk-histogram.ts';
import { baselineOf } from '../../src/core/monitor/performance/baseline-bound.ts';
import { advanceMonitor, startMonitor } from '../../src/core/monitor/performance/monitor.ts';
import { readViews } from '../../src/core/monitor/performance/reading.ts';
import type { AlarmBudget } from '../../src/core/monitor/performance/risk-sentence.ts';
import {
  advanceRiskWatch,
  readRiskWatch,
  startRiskWatch,
} from '../../src/core/monitor/performance/risk-watch.ts';
import type { RuleReading } from '../../src/core/monitor/performance/rule-verdicts.ts';
import { countsOf } from '../../src/steps/watch/performance.ts';

export interface ScoredRows {
  readonly labels: Float64Array;
  readonly probabilities: Float64Array;
}

/** Whether the statistic of a rule is evidence of drift where it is below its threshold, or where it reaches it. */
export const EVIDENCE: { readonly [Rule in DriftRuleName]: 'below' | 'reached' } = {
  raw: 'below',
  significant: 'below',
  sequential: 'reached',
};

const THRESHOLD = 0.5;
const BUDGET: AlarmBudget = { unit: 'years', years: 5 };
const SINCE = '2026-01-01T00:00:00.000Z';
const NOW = '2026-01-08T00:00:00.000Z';

/** Rows whose outcomes follow their risks; with `blind` they follow the risks of others. */
export function scoredRows(count: number, seed: number, { blind = false } = {}): ScoredRows {
  const random = createRandom(seed);
  const draw = () => 1 / (1 + Math.exp(-2 * random.normal()));
  const probabilities = Float64Array.from({ length: count }, draw);
  const labels = probabilities.map((risk) => Number(random.uniform() < (blind ? draw() : risk)));
  return { labels, probabilities };
}

/** The reading of one look at new rows, a week after the model of the held-out rows went live. */
export function readingOfRows(heldOut: ScoredRows, fresh: ScoredRows): RuleReading {
  const options = { alpha: 0.05, tolerance: 0.02 };
  const known = evaluate(heldOut.labels, heldOut.probabilities, THRESHOLD, {});
  const seen = fresh.labels.length === 0 ? null : evaluate(fresh.labels, fresh.probabilities, THRESHOLD, {});
  const watch = startRiskWatch({
    ...{ deployment: 'd', since: SINCE, budget: BUDGET },
    heldOut: countRisks(heldOut.probabilities, heldOut.labels),
  });
  const risks = countRisks(fresh.probabilities, fresh.labels);
  const monitor = advanceMonitor(startMonitor({ baseline: baselineOf(known), campaign: null, ...options }), {
    ...fresh,
    threshold: THRESHOLD,
    values: null,
  });
  return {
    ...options,
    deployedScore: known.metrics.f1?.value ?? Number.NaN,
    observed: seen?.metrics.f1?.value ?? null,
    rows: seen?.rows ?? 0,
    heldOut: countsOf(known),
    current: countsOf(seen),
    risk: readRiskWatch(advanceRiskWatch(watch, risks, { now: NOW, budget: BUDGET }), BUDGET),
    f1: readViews(monitor).f1,
  };
}
