/**
 * Scoring: rows a second in batches, and the time of a single client with and without its reasons, by trees alone and by
 * an ensemble of free and symmetric trees and a linear part.
 */
import { createRandom } from '../src/base/random.ts';
import {
  type BoostedTreesParameters,
  type EnsembleParameters,
  type Feature,
  type LearnerParameters,
  type LogisticParameters,
  MODEL_FORMAT,
  type ModelDocument,
} from '../src/core/document/document.ts';
import { fitBoostedTrees } from '../src/core/learners/boosting/fit.ts';
import type { BoostingOptions } from '../src/core/learners/boosting/options.ts';
import { combineModels } from '../src/core/models/combine.ts';
import { partsOf } from '../src/core/models/learners.ts';
import { marginsOf } from '../src/core/models/margins.ts';
import { createBatchScorer } from '../src/core/scoring/batch-scorer.ts';
import { strongestReasons } from '../src/core/scoring/reasons/explainer.ts';
import { createScorer, type SourceRow } from '../src/core/scoring/scorer.ts';
import { median } from './measure.ts';

const FEATURES = 20;
const TRAIN_ROWS = 50_000;
const ROWS = 200_000;
const SINGLES = 3000;
const RUNS = 5;

/** The members of the ensemble that have trees: 800 of them in all. */
const MEMBERS = [
  { trees: 300, leaves: 31, symmetric: false },
  { trees: 300, leaves: 16, symmetric: true, l2: 1 },
  { trees: 200, leaves: 64, symmetric: true, l2: 1 },
];

/** Fits trees on generated rows, then times the scorers on one thread. */
export function benchScoring(): string {
  const model = modelOf(fitTrees({ trees: 100, leaves: 31 }));
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

One client, one thread; free trees of 31 leaves, symmetric ones of 16 and 64, ${FEATURES} features.

| model | trees | leaves | explainer made, ms CPU | first answer, ms CPU | score | reasons |
|---|---|---|---|---|---|---|
${[
  ['free trees', fitTrees({ trees: 300, leaves: 31 })] as const,
  ['free trees', fitTrees({ trees: 1000, leaves: 31 })] as const,
  ['ensemble', fitEnsemble()] as const,
]
  .map(([name, learner]) => `| ${[name, ...timeModel(modelOf(learner), columns)].join(' | ')} |`)
  .join('\n')}
`;
}

function generateColumns(rows: number, seed: number): Float64Array[] {
  const random = createRandom(seed);
  return Array.from({ length: FEATURES }, () => Float64Array.from({ length: rows }, () => random.normal()));
}

const NAMES = Array.from({ length: FEATURES }, (_, index) => `x${index}`);
const NUMBERS = NAMES.map((source): Feature => ({ kind: 'number', source, missing: null }));

function fitTrees(options: Partial<BoostingOptions>): BoostedTreesParameters {
  const columns = generateColumns(TRAIN_ROWS, 1);
  const random = createRandom(3);
  const labels = Uint8Array.from({ length: TRAIN_ROWS }, (_, row) => {
    const at = (feature: number) => columns[feature]?.[row] ?? 0;
    return random.uniform() < 1 / (1 + Math.exp(1 - at(0) + at(1) - at(2) * at(3))) ? 1 : 0;
  });
  const data = columns.map((values) => ({ kind: 'numeric', values }) as const);
  return fitBoostedTrees(data, labels, { learningRate: 0.03, ...options }).parameters;
}

/** The linear part has coefficients that are made up, as its time does not hang on them. */
function fitEnsemble(): EnsembleParameters {
  const random = createRandom(4);
  const linear: LogisticParameters = {
    kind: 'logistic-regression',
    coefficients: NAMES.map(() => random.normal()),
    intercept: -1,
    means: NAMES.map(() => 0),
  };
  const learners = [linear, ...MEMBERS.map(fitTrees)];
  const parts = learners.map((learner, k) => ({
    name: `member ${k}`,
    weight: 0.25,
    features: NUMBERS,
    learner,
  }));
  return combineModels(parts).learner;
}

function modelOf(learner: LearnerParameters): ModelDocument {
  return {
    format: MODEL_FORMAT,
    version: '000000000000',
    target: { column: 'exited', positive: '1' },
    id: null,
    inputs: NAMES.map((name) => ({ name, kind: 'numeric' })),
    features: NUMBERS,
    learner,
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
  const { scorer, rows, explain } = singles(model, columns);
  return [
    ['one client', percentiles(rows, (row) => scorer.scoreRow(row))],
    ['one client with its three reasons', percentiles(rows, explain)],
  ];
}

function timeModel(model: ModelDocument, columns: readonly Float64Array[]): string[] {
  const { scorer, rows, explain } = singles(model, columns);
  const trees = partsOf(model.learner).trees?.trees ?? [];
  const leaves = trees.reduce((sum, { feature }) => sum + feature.filter((index) => index < 0).length, 0);
  const made = cpuMillis(() => scorer.explainer());
  const first = cpuMillis(() => explain(rows[0] ?? {}));
  const times = [percentiles(rows, (row) => scorer.scoreRow(row)), percentiles(rows, explain)];
  return [`${trees.length}`, `${leaves}`, made.toFixed(0), first.toFixed(0), ...times];
}

function singles(model: ModelDocument, columns: readonly Float64Array[]) {
  const scorer = createScorer(model);
  const rows = Array.from({ length: SINGLES }, (_, row): SourceRow => {
    return Object.fromEntries(columns.map((values, index) => [`x${index}`, values[row] ?? null]));
  });
  const contributions = new Float64Array(FEATURES);
  const explain = (row: SourceRow) => {
    scorer.scoreRow(row);
    scorer.explainer().contributionsInto(scorer.batchOf(row), contributions);
    strongestReasons(scorer.explainer(), contributions, scorer.calibrate, { most: 3 });
  };
  return { scorer, rows, explain };
}

/** CPU time of all threads, which other work on the machine does not lengthen. */
function cpuMillis(work: () => unknown): number {
  const from = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
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
