/** Scoring: rows a second in batches, and the time of a single client with and without its reasons. */
import { createRandom } from '../src/base/random.ts';
import { createBatchScorer } from '../src/core/learners/boosting/batch-scorer.ts';
import { fitBoostedTrees } from '../src/core/learners/boosting/fit.ts';
import { MODEL_FORMAT, type ModelDocument } from '../src/core/models/document.ts';
import { marginsOf } from '../src/core/models/margins.ts';
import { createScorer, type SourceRow } from '../src/core/models/scorer.ts';
import { createExplainer, strongestReasons } from '../src/core/reasons/explainer.ts';
import { median } from './measure.ts';

const FEATURES = 20;
const TRAIN_ROWS = 50_000;
const ROWS = 200_000;
const SINGLES = 3000;
const RUNS = 5;

/** Fits 100 trees of 31 leaves on generated rows, then times the scorers on one thread. */
export function benchScoring(): string {
  const model = fitModel();
  if (model.learner.kind !== 'boosted-trees') throw new Error('The model must be of trees.');
  const columns = generateColumns(ROWS, 2);
  const out = new Float64Array(ROWS);
  const plain = marginsOf(model.learner);
  const compiled = createBatchScorer(model.learner);
  const lines = [
    ['batch, plain JavaScript (fewer than 8,192 rows)', rate(() => plain(columns, ROWS, out))],
    [
      'batch, compiled kernels (what the commands use)',
      compiled === null ? 'not available' : rate(() => compiled(columns, ROWS, out)),
    ],
    ...timeSingles(model, columns),
  ];
  return `One thread, 100 trees of 31 leaves, ${FEATURES} features; medians.

| what | result |
|---|---|
${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}
`;
}

function generateColumns(rows: number, seed: number): Float64Array[] {
  const random = createRandom(seed);
  return Array.from({ length: FEATURES }, () => Float64Array.from({ length: rows }, () => random.normal()));
}

function fitModel(): ModelDocument {
  const columns = generateColumns(TRAIN_ROWS, 1);
  const random = createRandom(3);
  const labels = Uint8Array.from({ length: TRAIN_ROWS }, (_, row) => {
    const at = (feature: number) => columns[feature]?.[row] ?? 0;
    return random.uniform() < 1 / (1 + Math.exp(1 - at(0) + at(1) - at(2) * at(3))) ? 1 : 0;
  });
  const data = columns.map((values) => ({ kind: 'numeric', values }) as const);
  const { parameters } = fitBoostedTrees(data, labels, { trees: 100, leaves: 31 });
  const names = columns.map((_, index) => `x${index}`);
  return {
    format: MODEL_FORMAT,
    version: '000000000000',
    target: { column: 'exited', positive: '1' },
    id: null,
    inputs: names.map((name) => ({ name, kind: 'numeric' })),
    features: names.map((source) => ({ kind: 'number', source, missing: null })),
    learner: parameters,
    calibration: { kind: 'none' },
    threshold: 0.5,
    certificate: {
      trainedAt: '2026-01-01T00:00:00.000Z',
      version: '0.0.0',
      seed: 0,
      snapshot: { id: '', rows: TRAIN_ROWS, positives: 0 },
      files: [],
      options: {},
      fit: {},
    },
  };
}

function rate(score: () => void): string {
  const seconds = Array.from({ length: RUNS }, () => timed(score));
  return `${(ROWS / median(seconds) / 1e6).toFixed(2)} million rows/s`;
}

function timeSingles(model: ModelDocument, columns: readonly Float64Array[]): string[][] {
  const scorer = createScorer(model);
  const explainer = createExplainer(model);
  const rows = Array.from({ length: SINGLES }, (_, row): SourceRow => {
    return Object.fromEntries(columns.map((values, index) => [`x${index}`, values[row] ?? null]));
  });
  const contributions = new Float64Array(FEATURES);
  const explain = (row: SourceRow) => {
    scorer.scoreRow(row);
    explainer.contributionsInto(scorer.batchOf(row), contributions);
    strongestReasons(explainer, contributions, scorer.calibrate, { most: 3 });
  };
  return [
    ['one client', percentiles(rows, (row) => scorer.scoreRow(row))],
    ['one client with its three reasons', percentiles(rows, explain)],
  ];
}

function percentiles(rows: readonly SourceRow[], each: (row: SourceRow) => unknown): string {
  for (const row of rows) each(row);
  const micros = rows.map((row) => timed(() => each(row)) * 1e6).sort((a, b) => a - b);
  const at = (share: number) => (micros[Math.floor(share * micros.length)] ?? Number.NaN).toFixed(0);
  return `${at(0.5)} µs median, ${at(0.99)} µs at 99 %`;
}

function timed(work: () => unknown): number {
  const from = performance.now();
  work();
  return (performance.now() - from) / 1000;
}
