/** The views of F1 beside the alarm, and paired tests of two models: how often they are wrong, what they cost. */
import { createRandom, type Random } from '../src/base/random.ts';
import { f1Score } from '../src/core/metrics/classification.ts';
import { evaluate } from '../src/core/metrics/evaluate.ts';
import { baselineOf } from '../src/core/monitor/performance/baseline-bound.ts';
import { comparePaired } from '../src/core/monitor/performance/compare-paired.ts';
import { rawFall } from '../src/core/monitor/performance/drift-verdict.ts';
import { advanceDuel, startDuel } from '../src/core/monitor/performance/duel.ts';
import { advanceMonitor, type MonitorState, startMonitor } from '../src/core/monitor/performance/monitor.ts';
import { readMonitor } from '../src/core/monitor/performance/reading.ts';
import type { MonitorRows } from '../src/core/monitor/performance/row-losses.ts';
import { significantFall } from '../src/core/monitor/performance/significant-fall.ts';
import { addConfusion, type ConfusionCounts, createConfusion } from '../src/core/statistics/confusion.ts';
import { median } from './measure.ts';
import {
  BEFORE,
  delayWeeks,
  drawRows,
  type FirstAlarms,
  type Population,
  power,
  shareAlarmed,
  simulate,
  sliceRows,
  WEEK,
  WEEKS,
  withF1,
} from './sequential-runs.ts';
import { percent, table } from './tables.ts';

const ALPHA = 0.05;
const ROWS_PER_FALSE_ALARM = 100_000;
const RUNS = 1000;
const DELAY_RUNS = 400;
/** Base rate, flagged stayers as a share of all, F1 before and after. */
const F1_LINES = [
  [0.27, 0.11, 0.598, 0.503],
  [0.27, 0.11, 0.598, 0.412],
  [0.05, 0.0285, 0.483, 0.332],
  [0.5, 0.15, 0.7, 0.6],
] as const;

/** All tables. Takes some minutes. */
export function benchSequential(): string {
  return [
    `${WEEK} labelled rows a week, ${WEEKS} weekly looks, ${RUNS} runs without a change and ${DELAY_RUNS} with one ` +
      `after week ${BEFORE}; alpha ${ALPHA}, one false alarm in ${ROWS_PER_FALSE_ALARM} rows; 95 % intervals.`,
    estimatedTable(),
    pairedTable(),
    speedTable(),
  ].join('\n\n');
}

const F1_HEAD = [
  'base rate, F1 before -> after',
  'NO change: e-process',
  'detector',
  'significant, each week',
  'raw, each week',
  'weeks to alarm (power): e-process',
  'detector',
];

function estimatedTable(): string {
  const lines = F1_LINES.map(([base, flagged, before, after], at) => {
    const was = withF1(base, flagged, before);
    const start = (random: Random): MonitorState => started(countsIn(drawRows([[1000, was]], random)), 0.02);
    return f1Line(was, withF1(base, flagged, after), start, 20 + 2 * at);
  });
  return `**F1, its baseline estimated from 1,000 held-out rows**, tolerance .02 as by default:\n\n${table(F1_HEAD, lines)}`;
}

function f1Line(
  was: Population,
  is: Population,
  start: (random: Random) => MonitorState,
  seed: number,
): string[] {
  const still = simulate(RUNS, seed, (random) => f1Course(start(random), was, was, random));
  const changed = simulate(DELAY_RUNS, seed + 1, (random) => f1Course(start(random), was, is, random));
  const of = (found: Map<string, FirstAlarms>, rule: string): FirstAlarms => found.get(rule) ?? [];
  const [before, after] = [was, is].map((population) => f1Score(expectedCounts(population, 1)).toFixed(3));
  return [
    `${was.base}, ${before} -> ${after}`,
    ...['e', 'detector', 'significant', 'raw'].map((rule) => shareAlarmed(of(still, rule))),
    ...['e', 'detector'].map((rule) => `${delayWeeks(of(changed, rule))} (${power(of(changed, rule))})`),
  ];
}

function f1Course(
  state: MonitorState,
  was: Population,
  is: Population,
  random: Random,
): Record<string, number | null> {
  const parts = [[BEFORE * WEEK, was] as const, [(WEEKS - BEFORE) * WEEK, is] as const];
  const rows = drawRows(parts, random);
  const { f1 } = readMonitor(advanceMonitor(state, rows));
  const expected = f1.promise.value ?? Number.NaN;
  let [raw, significant]: (number | null)[] = [null, null];
  for (let week = 1; week <= WEEKS && (raw === null || significant === null); week++) {
    const counts = countsIn(sliceRows(rows, (week - 1) * WEEK, week * WEEK));
    if (rawFall(f1Score(counts), expected, WEEK).drift) raw ??= week * WEEK;
    const options = { alpha: ALPHA, tolerance: state.f1.promise.tolerance };
    if (significant === null && significantFall(state.heldOut, counts, options).drift)
      significant = week * WEEK;
  }
  return { e: f1.worseAt, detector: f1.alarmAt, significant: significant ?? null, raw: raw ?? null };
}

function countsIn({ labels, probabilities, threshold }: MonitorRows): ConfusionCounts {
  return addConfusion(createConfusion(), labels, probabilities, threshold);
}

function expectedCounts({ base, recall, fallOut }: Population, rows: number): ConfusionCounts {
  const [tp, fp] = [base * recall * rows, (1 - base) * fallOut * rows];
  return { tp, fp, fn: base * rows - tp, tn: (1 - base) * rows - fp };
}

function started(counts: ConfusionCounts, tolerance: number): MonitorState {
  return startMonitor({
    baseline: { counts, brier: null, profit: null },
    alpha: ALPHA,
    tolerance,
    rowsPerFalseAlarm: ROWS_PER_FALSE_ALARM,
  });
}

/** Two equally good models on the same rows: how often the paired tests tell them apart. */
function pairedTable(): string {
  const sizes = [
    [100, 1000],
    [1000, 1000],
    [100_000, 200],
  ] as const;
  const lines = sizes.map(([rows, runs]) => {
    const below = { f1: 0, rocAuc: 0, brier: 0 };
    const far = { f1: 0, rocAuc: 0, brier: 0 };
    for (let run = 0; run < runs; run++) {
      const { labels, champion, challenger } = drawPair(rows, createRandom(31 + rows, run));
      const comparison = comparePaired(labels, champion, 0.4, challenger, 0.4, { seed: run, alpha: ALPHA });
      for (const metric of ['f1', 'rocAuc', 'brier'] as const) {
        below[metric] += Number((comparison[metric]?.pValue ?? 1) < 0.05);
        far[metric] += Number((comparison[metric]?.pValue ?? 1) < 0.5);
      }
    }
    const cell = (metric: keyof typeof below): string =>
      `${percent(below[metric], runs)}; ${((100 * far[metric]) / runs).toFixed(0)} %`;
    return [rows.toLocaleString('en-US'), String(runs), cell('f1'), cell('rocAuc'), cell('brier')];
  });
  const head = ['rows', 'runs', 'F1 (bootstrap)', 'ROC AUC (DeLong)', 'Brier score'];
  return `**Paired tests of two equally good models**: share of p-values below 5 %; below 50 %:\n\n${table(head, lines)}`;
}

function drawPair(rows: number, random: Random) {
  const labels = new Float64Array(rows);
  const champion = new Float64Array(rows);
  const challenger = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const margin = 1.5 * random.normal() - 1.2;
    labels[i] = random.uniform() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
    champion[i] = 1 / (1 + Math.exp(-margin - 0.7 * random.normal()));
    challenger[i] = 1 / (1 + Math.exp(-margin - 0.7 * random.normal()));
  }
  return { labels, champion, challenger };
}

const CAMPAIGN = {
  contactCost: 1,
  offerCost: 10,
  successRate: 0.3,
  clientValue: 200,
  contactShare: 0.1,
  mostValue: 200,
};

function speedTable(): string {
  const rows = 2_000_000;
  const { labels, champion, challenger } = drawPair(rows, createRandom(41));
  const given = { labels, probabilities: champion, threshold: 0.4 };
  const held = evaluate(labels.subarray(0, 5000), champion.subarray(0, 5000), 0.4, {
    campaign: { ...CAMPAIGN, value: 200 },
  });
  const baseline = baselineOf(held, { lowest: -11, highest: 56 });
  const options = { alpha: ALPHA, tolerance: 0.02, rowsPerFalseAlarm: 1_000_000 };
  const watched = startMonitor({ ...options, baseline, campaign: CAMPAIGN });
  const two = startMonitor({ ...options, baseline });
  const duel = startDuel({ alpha: ALPHA, f1: 0.6 });
  const thresholds = { championThreshold: 0.4, challengerThreshold: 0.4 };
  const lines = [
    ['watch of F1 and Brier score', () => advanceMonitor(two, given)],
    ['watch of F1, Brier score and profit', () => advanceMonitor(watched, given)],
    ['duel', () => advanceDuel(duel, { labels, champion, challenger, ...thresholds })],
    [
      'paired comparison',
      () => comparePaired(labels, champion, 0.4, challenger, 0.4, { seed: 1, alpha: ALPHA }),
    ],
  ] as const;
  const rate = (work: () => unknown): string => {
    const seconds = [1, 2, 3, 4, 5].map(() => {
      const from = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(from);
      return (user + system) / 1e6;
    });
    return `${(rows / median(seconds) / 1e6).toFixed(1)} million rows/s`;
  };
  return `**Speed**, in processor time of one thread, ${rows / 1e6} million rows, median of 5:\n\n${table(
    ['what', 'rate'],
    lines.map(([name, work]) => [name, rate(work)]),
  )}`;
}
