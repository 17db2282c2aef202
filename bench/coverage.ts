/** How often the stated 95 % intervals hold the truth: every metric of an evaluation, and differences of two models. */
import { createRandom } from '../src/base/random.ts';
import { evaluate } from '../src/core/metrics/evaluate.ts';
import { comparePaired } from '../src/core/monitor/performance/compare-paired.ts';
import { drawPair, pairPopulation } from './coverage-pairs.ts';
import { drawSample, populationOf, TERMS } from './coverage-populations.ts';

const BASE_RATES = [0.05, 0.1, 0.25, 0.5];
const AUCS = [0.65, 0.8, 0.9];
/** Leavers that are expected, and how often a sample is drawn. */
const SIZES = [
  { leavers: 20, times: 4_000 },
  { leavers: 30, times: 4_000 },
  { leavers: 50, times: 4_000 },
  { leavers: 100, times: 2_000 },
  { leavers: 400, times: 500 },
] as const;
/** Rows of the smaller class from which an interval is shown. */
const SHOWN_FROM = 20;
const PAIR_SIZES = [20, 30, 50, 100];
const PAIR_TIMES = 1_000;

/** Samples in which an interval was shown, and how often the truth was below and above it. */
interface Hits {
  drawn: number;
  shown: number;
  below: number;
  above: number;
}

interface Ends {
  readonly low: number | null;
  readonly high: number | null;
}

export function benchCoverage(scale: number): string {
  return [
    'Metrics of one model; 24 populations a column: base rates 5, 10, 25 and 50 %, AUC .65, .8 and .9, calibrated or not.',
    '',
    renderMetrics(scale),
    '',
    'Differences of two models on the same rows; 6 populations a column.',
    '',
    renderPairs(scale),
  ].join('\n');
}

function renderMetrics(scale: number): string {
  const found = new Map<string, Hits[][]>();
  const populations = BASE_RATES.flatMap((baseRate) =>
    AUCS.flatMap((auc) =>
      [true, false].map((fits) => [baseRate, populationOf(baseRate, auc, fits)] as const),
    ),
  );
  for (const [column, { leavers, times }] of SIZES.entries()) {
    for (const [cell, [baseRate, population]] of populations.entries()) {
      const rows = Math.round(leavers / baseRate);
      const truth = {
        ...population.truth,
        calibrationError: population.calibrationError(Math.max(1, Math.min(15, Math.floor(rows / 10)))),
      };
      const random = createRandom(2026, 1000 * column + cell);
      for (let k = 0; k < times * scale; k++) {
        const { labels, probabilities, left } = drawSample(population, rows, random);
        const shown = Math.min(left, rows - left) >= SHOWN_FROM;
        const { metrics } = evaluate(labels, probabilities, population.threshold, { campaign: TERMS });
        for (const [name, wanted] of Object.entries(truth)) {
          const hits = hitsAt(found, name, column, cell);
          hits.drawn++;
          const made = metrics[name as keyof typeof metrics];
          if (shown && made !== null) count(hits, made, wanted);
        }
      }
    }
  }
  return renderTable(
    'metric',
    SIZES.map(({ leavers }) => leavers),
    found,
  );
}

function renderPairs(scale: number): string {
  const found = new Map<string, Hits[][]>();
  const pairs = [0.05, 0.25, 0.5].flatMap((rate) =>
    [0, 0.3].map((gap) => [rate, pairPopulation(rate, gap)] as const),
  );
  for (const [column, leavers] of PAIR_SIZES.entries()) {
    for (const [cell, [baseRate, population]] of pairs.entries()) {
      const random = createRandom(2027, 1000 * column + cell);
      const { threshold, truth } = population;
      const rows = Math.round(leavers / baseRate);
      for (let seed = 0; seed < PAIR_TIMES * scale; seed++) {
        const { labels, champion, challenger, left } = drawPair(population, rows, random);
        const made = comparePaired(labels, champion, threshold, challenger, threshold, { seed, alpha: 0.05 });
        const shown = Math.min(left, rows - left) >= SHOWN_FROM;
        for (const name of ['f1', 'rocAuc', 'brier'] as const) {
          const hits = hitsAt(found, name, column, cell);
          hits.drawn++;
          const difference = made[name];
          if (shown && difference !== null) count(hits, difference, truth[name]);
        }
      }
    }
  }
  return renderTable('difference', PAIR_SIZES, found);
}

function hitsAt(found: Map<string, Hits[][]>, name: string, column: number, cell: number): Hits {
  const columns = found.get(name) ?? [];
  found.set(name, columns);
  columns[column] ??= [];
  const cells = columns[column];
  cells[cell] ??= { drawn: 0, shown: 0, below: 0, above: 0 };
  return cells[cell];
}

/** The truth is below the interval, above it, or in it. Rounding may part a truth from an end that it equals. */
function count(hits: Hits, { low, high }: Ends, truth: number): void {
  if (low === null || high === null) return;
  hits.shown++;
  if (truth < low - 1e-12) hits.below++;
  else if (truth > high + 1e-12) hits.above++;
}

/** Lowest, median and highest coverage in percent over populations, and mean misses on either side. */
function renderTable(head: string, sizes: readonly number[], found: ReadonlyMap<string, Hits[][]>): string {
  const lines = [
    `| ${head} | ${sizes.map((size) => `${size} leavers`).join(' | ')} |`,
    `|---|${sizes.map(() => '---|').join('')}`,
  ];
  for (const [name, columns] of found) {
    lines.push(`| ${name} | ${columns.map((cells) => renderCells(cells)).join(' | ')} |`);
  }
  return lines.join('\n');
}

function renderCells(cells: readonly Hits[]): string {
  // Where hardly any sample is large enough, those that are say more of the choice than of the interval.
  const judged = cells.filter(({ drawn, shown }) => shown >= drawn / 3);
  const covered = judged
    .map(({ shown, below, above }) => 100 * (1 - (below + above) / shown))
    .sort((a, b) => a - b);
  const at = (place: number) => (covered[Math.round(place * (covered.length - 1))] ?? Number.NaN).toFixed(1);
  const missed = (side: 'below' | 'above') =>
    (judged.reduce((sum, hits) => sum + (100 * hits[side]) / hits.shown, 0) / judged.length).toFixed(1);
  return `${at(0)} / ${at(0.5)} / ${at(1)} (${missed('below')}, ${missed('above')})`;
}
