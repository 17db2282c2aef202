/** How often the tests of input drift reject where nothing has changed, and the bias of the PSI beside its theory. */
import { createRandom, type Random } from '../src/base/random.ts';
import type { ModelInput, SourceBatch } from '../src/core/columns/source-column.ts';
import { chiSquareLimit } from '../src/core/math/chi-square.ts';
import { wilsonEstimate } from '../src/core/metrics/interval.ts';
import { buildReference } from '../src/core/monitor/inputs/build-reference.ts';
import { compareInputs } from '../src/core/monitor/inputs/compare-inputs.ts';
import { domainClassifier } from '../src/core/monitor/inputs/domain-classifier.ts';
import { createTally } from '../src/core/monitor/inputs/tally.ts';

const LEVELS = [0.01, 0.05, 0.1];
const OPTIONS = { alpha: 0.01, psi: 0.1 };
const INPUTS: readonly ModelInput[] = [
  { name: 'normal', kind: 'numeric' },
  { name: 'whole', kind: 'numeric' },
  { name: 'level', kind: 'categorical' },
  { name: 'tail', kind: 'categorical' },
];
const NAMES = Array.from({ length: 3_000 }, (_, k) => `level ${k}`);
/** Windows, the reference each is compared with, and how often; the classifier samples 10,000 rows at most. */
const SIZES = [
  { rows: 100, reference: 10_000, times: 1_000, classified: 500 },
  { rows: 1_000, reference: 10_000, times: 1_000, classified: 200 },
  { rows: 100_000, reference: 100_000, times: 100, classified: 40 },
] as const;
const MAX_CLASSIFIED = 10_000;

/** A normal column with one row in ten missing, whole numbers from 0 to 5, five levels, and a long tail of levels. */
function draw(rows: number, random: Random): SourceBatch {
  const each = (make: () => number) => Float64Array.from({ length: rows }, make);
  const codes = (make: () => number) => Int32Array.from({ length: rows }, make);
  return {
    rows,
    columns: [
      { kind: 'numeric', values: each(() => (random.uniform() < 0.1 ? Number.NaN : random.normal())) },
      { kind: 'numeric', values: each(() => random.below(6)) },
      { kind: 'categorical', codes: codes(() => random.below(5)), levels: NAMES },
      {
        kind: 'categorical',
        codes: codes(() => Math.floor(NAMES.length ** random.uniform())),
        levels: NAMES,
      },
    ],
  };
}

/** p-values of every test on one window. */
function readAll(reference: number, rows: number, random: Random): Record<string, number | undefined> {
  const built = buildReference(INPUTS, [draw(reference, random)]);
  const tally = createTally(built);
  tally.add(draw(rows, random));
  const { columns, verdict } = compareInputs(built, tally.state(), OPTIONS);
  const [normal, whole, level, tail] = columns;
  return {
    'PSI, ten bins and missing': normal?.psi?.p,
    'PSI, six whole numbers': whole?.psi?.p,
    'PSI, long tail of levels': tail?.psi?.p,
    'Kolmogorov-Smirnov, continuous': normal?.kolmogorovSmirnov?.p,
    'Kolmogorov-Smirnov, six whole numbers': whole?.kolmogorovSmirnov?.p,
    'chi-square, five levels': level?.chiSquare?.p,
    'missing share': normal?.missing?.p,
    'outside the range': normal?.outside?.p,
    'unseen levels': tail?.unseen?.p,
    'alarm of any column (significance and size)': verdict === 'drift' ? 0 : 1,
  };
}

function classify(reference: number, rows: number, seed: number, random: Random): number | undefined {
  const [before, after] = [reference, rows].map((count) => draw(Math.min(count, MAX_CLASSIFIED), random));
  if (before === undefined || after === undefined) return undefined;
  return domainClassifier(INPUTS, before, after, { ...OPTIONS, seed }).p ?? undefined;
}

/** Rejection rates at 1, 5 and 10 %, with the 95 % intervals of Wilson. */
export function renderNullRates(): string {
  const lines = ['| rows | test | windows | at 1 % | at 5 % | at 10 % |', '|---|---|---|---|---|---|'];
  for (const [stream, { rows, reference, times, classified }] of SIZES.entries()) {
    const random = createRandom(2026, stream);
    const found = new Map<string, number[]>();
    const keep = (name: string, p: number | undefined) => {
      if (p !== undefined) found.set(name, [...(found.get(name) ?? []), p]);
    };
    for (let k = 0; k < times; k++) {
      for (const [name, p] of Object.entries(readAll(reference, rows, random))) keep(name, p);
    }
    for (let k = 0; k < classified; k++) keep('domain classifier', classify(reference, rows, k, random));
    for (const [name, p] of found) {
      lines.push(
        `| ${rows} | ${name} | ${p.length} | ${LEVELS.map((level) => rate(p, level)).join(' | ')} |`,
      );
    }
  }
  return lines.join('\n');
}

function rate(p: readonly number[], level: number): string {
  const rejected = p.filter((value) => value <= level).length;
  const estimate = wilsonEstimate(rejected, p.length, 0.95);
  const percent = (share = Number.NaN) => (100 * share).toFixed(1);
  return `${percent(estimate?.value)} (${percent(estimate?.low)} to ${percent(estimate?.high)})`;
}

const PSI_SIZES = [
  [100, 100],
  [200, 200],
  [500, 500],
  [10_000, 200],
  [10_000, 1_000],
] as const;
const PSI_TIMES = 2_000;
const BINS = 10;

/** Mean and 95th percentile of the PSI of a normal column in ten bins without a change, and what theory says. */
export function renderPsiBias(): string {
  const lines = [
    '| reference, window | mean: theory | simulated | 95th percentile: theory | simulated | raw PSI > 0.1 | > 0.25 | corrected > 0.1 |',
    '|---|---|---|---|---|---|---|---|',
  ];
  const inputs: ModelInput[] = [{ name: 'x', kind: 'numeric' }];
  for (const [n, m] of PSI_SIZES) {
    const random = createRandom(n + m);
    const normal = (rows: number): SourceBatch => ({
      rows,
      columns: [{ kind: 'numeric', values: Float64Array.from({ length: rows }, random.normal) }],
    });
    const found = Array.from({ length: PSI_TIMES }, () => {
      const reference = buildReference(inputs, [normal(n)]);
      const tally = createTally(reference);
      tally.add(normal(m));
      return compareInputs(reference, tally.state(), OPTIONS).columns[0]?.psi;
    }).filter((psi) => psi !== null && psi !== undefined);
    const values = Float64Array.from(found, ({ value }) => value).sort();
    const scale = 1 / n + 1 / m;
    const share = (count: number) => `${((100 * count) / found.length).toFixed(1)} %`;
    const cells = [
      `${n}, ${m}`,
      (scale * (BINS - 1)).toFixed(4),
      (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(4),
      (scale * chiSquareLimit(0.05, BINS - 1)).toFixed(4),
      (values[Math.floor(0.95 * values.length)] ?? Number.NaN).toFixed(4),
      share(values.filter((value) => value > 0.1).length),
      share(values.filter((value) => value > 0.25).length),
      share(found.filter(({ corrected }) => corrected > 0.1).length),
    ];
    lines.push(`| ${cells.join(' | ')} |`);
  }
  return lines.join('\n');
}
