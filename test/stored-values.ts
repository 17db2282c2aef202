/** Records as the store keeps them, each made by the code that makes it: 300 clients, a third of whom leave. */
import { createRandom } from '../src/base/random.ts';
import { evaluate } from '../src/core/metrics/evaluate.ts';
import { countRisks } from '../src/core/monitor/calibration/risk-histogram.ts';
import { estimatePerformance } from '../src/core/monitor/estimates/performance-estimate.ts';
import { baselineOf } from '../src/core/monitor/performance/baseline-bound.ts';
import { rawFall } from '../src/core/monitor/performance/drift-verdict.ts';
import { advanceDuel, type DuelState, startDuel } from '../src/core/monitor/performance/duel.ts';
import { advanceMonitor, startMonitor } from '../src/core/monitor/performance/monitor.ts';
import { readViews } from '../src/core/monitor/performance/reading.ts';
import {
  advanceRiskWatch,
  readRiskWatch,
  startRiskWatch,
} from '../src/core/monitor/performance/risk-watch.ts';
import { profitRange } from '../src/core/monitor/performance/row-losses.ts';
import { sequentialFall } from '../src/core/monitor/performance/sequential-fall.ts';
import { significantFall } from '../src/core/monitor/performance/significant-fall.ts';
import { truthOf } from '../src/steps/watch/truths.ts';
import type { DriftDetails, GateDetails } from '../src/store/port/checks.ts';
import type { DiagnosticsValues } from '../src/store/port/diagnostics.ts';
import type { Truth } from '../src/store/port/estimates.ts';
import type { WatchStates } from '../src/store/port/monitors.ts';
import type { StoredEvaluation } from '../src/store/port/scores.ts';

const THRESHOLD = 0.4;
const BUDGET = { unit: 'years', years: 10 } as const;
const CAMPAIGN = {
  contactCost: 1,
  offerCost: 2,
  successRate: 0.5,
  clientValue: 40,
  contactShare: 1,
  mostValue: 100,
};

/** Labels and risks of clients; the same for the same seed. */
export function scoredClients(seed: number, rows = 300) {
  const random = createRandom(seed);
  const labels = Float64Array.from({ length: rows }, () => (random.uniform() < 1 / 3 ? 1 : 0));
  const probabilities = labels.map((label) => 1 / (1 + Math.exp(1.2 - 1.5 * label - random.normal())));
  return { labels, probabilities };
}

export function evaluationOf(seed: number): StoredEvaluation {
  const { labels, probabilities } = scoredClients(seed);
  const campaign = { contactCost: 1, offerCost: 2, successRate: 0.5, value: 40 };
  const evaluation = evaluate(labels, probabilities, THRESHOLD, { campaign });
  return asJson({
    ...evaluation,
    window: { kind: 'all' as const, clients: 300, since: null, trained: 0 },
    risks: countRisks(probabilities, labels),
  });
}

/** `rows`: how many have been compared. */
export function duelOf(seed: number, rows = 300): DuelState {
  const { labels, probabilities } = scoredClients(seed, rows);
  const challenger = scoredClients(seed + 1, rows).probabilities;
  return asJson(
    advanceDuel(startDuel({ alpha: 0.05, f1: 0.6 }), {
      labels,
      champion: probabilities,
      championThreshold: THRESHOLD,
      challenger,
      challengerThreshold: 0.5,
    }),
  );
}

export function watchStatesOf(seed: number): WatchStates {
  const heldOut = evaluationOf(seed + 1);
  const { labels, probabilities } = scoredClients(seed);
  const monitor = startMonitor({
    baseline: baselineOf(heldOut, profitRange(CAMPAIGN)),
    alpha: 0.05,
    tolerance: 0.02,
    campaign: CAMPAIGN,
  });
  const rows = { labels, probabilities, threshold: THRESHOLD, values: null };
  const known = scoredClients(seed + 1);
  const risks = startRiskWatch({
    deployment: 'd',
    since: '2026-03-01T08:00:00.000Z',
    heldOut: countRisks(known.probabilities, known.labels),
    budget: BUDGET,
  });
  const now = '2026-03-04T08:00:00.000Z';
  return asJson({
    performance: { since: now, monitor: advanceMonitor(monitor, rows) },
    risks: advanceRiskWatch(risks, countRisks(probabilities, labels), { now, budget: BUDGET }),
    inputs: {
      deliveries: [
        { at: now, rows: 200, file: 'march.csv' },
        { at: now, rows: 100, file: null },
      ],
    },
    waiting: { until: seed % 2 === 0 ? now : null },
  });
}

/** Of 300 rows with a number and a text. */
export function diagnosticsOf(seed: number): DiagnosticsValues {
  const numbers = { mean: seed + 1 / 3, median: seed, std: 0.1, min: -1e-300, max: 1260 };
  const none = { mean: null, median: null, std: null, min: null, max: null };
  return {
    predictions: { modelVersion: 'm', threshold: THRESHOLD, rows: 300, leaving: 90 },
    statistics: {
      snapshot: 's',
      rows: 300,
      columns: [
        { name: 'age', role: 'numeric', ...numbers, missing: 75, missingPercent: 25 },
        { name: 'city', role: 'categorical', ...none, missing: 0, missingPercent: 0 },
      ],
    },
    durations: [
      { name: 'train', startedAt: null, seconds: null, mean: null, median: null, count: 0 },
      { name: 'ingest', startedAt: '2026-03-04T08:00:00.000Z', seconds: 2, mean: 2, median: 2, count: 1 },
    ],
    dependencies: [{ name: 'zod', installed: '4.6.7', latest: null, outdated: null }],
    absent: { summary: 'Nothing has been ingested yet.' },
  };
}

/** Of a look with labelled rows and no inputs. */
export function driftDetailsOf(seed: number): DriftDetails {
  const { performance, risks } = watchStatesOf(seed);
  const { confusion, metrics, rows } = evaluationOf(seed);
  const [[tn, fp], [fn, tp]] = confusion;
  const counts = { tn, fp, fn, tp };
  const monitor = readViews(performance.monitor);
  const risk = readRiskWatch(risks, BUDGET);
  return asJson<DriftDetails>({
    rule: 'sequential',
    estimate: metrics.f1,
    rows,
    confusion,
    metrics,
    unlabelled: seed,
    immature: 0,
    verdicts: {
      raw: rawFall(metrics.f1?.value ?? null, 0.6, rows),
      significant: significantFall(counts, counts, { alpha: 0.05, tolerance: 0.02 }),
      sequential: sequentialFall(risk, monitor.f1),
    },
    risk,
    monitor,
    estimated: null,
    inputs: null,
    segments: [],
  });
}

export const GATE_DETAILS: GateDetails = {
  champion: 'm',
  shadow: false,
  comparison: null,
  change: { at: '2026-03-04T08:00:00.000Z', rows: 160 },
};

export const estimateOf = (seed: number) =>
  asJson(estimatePerformance(scoredClients(seed).probabilities, THRESHOLD));

export function foundTruth(seed: number): Truth {
  const { labels, probabilities } = scoredClients(seed);
  const truth = truthOf(labels, probabilities, THRESHOLD);
  if (truth === null) throw new Error('no client has a label');
  return asJson(truth);
}

function asJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
