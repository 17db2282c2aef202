/**
 * How much it flatters a model to rank the clients that it was trained on, beside models of folds that have not seen
 * them.
 *
 *   npm run bench -- seen
 *
 * The sets are read from ../shared/data. A fifth of the rows is held out; on the others each learner is fitted, and
 * cross-fitted in five folds as `train` does it, and calibrated out of fold. Then the clients that stayed are ranked by
 * both, as a call list would.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom, permutation } from '../src/base/random.ts';
import { chooseCalibration } from '../src/core/calibration/choose.ts';
import type { ModelInput, SourceBatch } from '../src/core/columns/source-column.ts';
import { takeRows, takeValues } from '../src/core/columns/take-rows.ts';
import { createTransform } from '../src/core/features/transform.ts';
import { fitBoostedTrees } from '../src/core/learners/boosting/fit.ts';
import { listCandidates, type SingleSpec, treesSpec } from '../src/core/learners/candidates.ts';
import { clientFolds, numberClients } from '../src/core/learners/client-folds.ts';
import { fitLogistic } from '../src/core/learners/logistic.ts';
import { FIRST_SHAPE } from '../src/core/learners/tree-search.ts';
import { calibratorOf } from '../src/core/models/calibrated.ts';
import { marginsOf } from '../src/core/models/margins.ts';
import { tune } from '../src/steps/train/cross-validate.ts';
import { fitCandidate } from '../src/steps/train/fit/families.ts';
import type { Compute, FittedCandidate } from '../src/steps/train/fit/rows.ts';
import { type LabelledTable, type PublicSet, readSet } from './public-sets.ts';

const root = join(import.meta.dirname, '..');
const FOLDS = 5;
const SEED = 1;

const SETS: readonly (PublicSet & { readonly sizes?: readonly number[] })[] = [
  {
    name: 'telco',
    files: ['real/telco.csv'],
    drop: ['customerID'],
    target: 'Churn',
    positive: 'Yes',
    sizes: [300, 1000, 7043],
  },
  {
    name: 'bank',
    files: ['real/Churn_Modelling.csv'],
    drop: ['RowNumber', 'CustomerId', 'Surname'],
    target: 'Exited',
    positive: '1',
    sizes: [300, 1000, 10_000],
  },
  {
    name: 'bigml',
    files: ['real/churn-bigml-80.csv', 'real/churn-bigml-20.csv'],
    drop: ['Area code', 'State'],
    target: 'Churn',
    positive: 'True',
  },
  {
    name: 'bank marketing',
    files: ['public/bank_marketing.csv'],
    drop: [],
    target: 'y',
    positive: 'yes',
    separator: ';',
  },
];

export async function benchSeenClients(): Promise<string> {
  const data = join(root, '../shared/data');
  if (!existsSync(data)) throw new Error('The benchmark needs ../shared/data.');
  const lines: string[] = [];
  for (const set of SETS) {
    const table = readSet(data, set);
    for (const size of set.sizes ?? [table.batch.rows])
      lines.push(...(await compareOn(set.name, sampleOf(table, size))));
  }
  lines.push(...(await compareOn('synthetic', makeTable(100_000))));
  return `| set | rows trained on | learner | Spearman | top tenth shared | of clients held out | seen, by the model | seen, by folds | held out |
|---|---:|---|---:|---:|---:|---:|---:|---:|
${lines.join('\n')}`;
}

const compute = (): Compute => ({
  fitTrees: async (columns, labels, request) => fitBoostedTrees(columns, labels, request),
  fitLogistic: async (blocks, options) => fitLogistic(blocks, options),
  openStore: () => null,
});

/** The simplest learner, and two of boosted trees. */
function learnersOf(rows: number, numericColumns: number): SingleSpec[] {
  const options = { monotone: {}, seed: SEED } as const;
  const { specs } = listCandidates({
    ...options,
    model: 'auto',
    logistic: { C: 1, standardize: true },
    rows,
    clients: rows,
    smallerClass: rows,
    numericColumns,
  });
  return [
    ...specs.filter(({ name }) => name === 'logistic'),
    treesSpec(FIRST_SHAPE, options),
    treesSpec({ leaves: 31, symmetric: false }, options),
  ];
}

async function compareOn(name: string, table: LabelledTable): Promise<string[]> {
  const order = permutation(table.batch.rows, createRandom(SEED, 1));
  const cut = Math.floor(table.batch.rows * 0.8);
  const known = partOf(table, order.slice(0, cut).sort());
  const held = partOf(table, order.slice(cut).sort());
  const lines: string[] = [];
  const numbers = known.inputs.filter(({ kind }) => kind === 'numeric').length;
  for (const spec of learnersOf(cut, numbers)) {
    const { seen, unseen, others, othersByFold } = await risksOf(spec, known, held);
    const [byModel, byFolds] = bothOf(seen, unseen, known.labels);
    const cells = [
      spearman(byModel, byFolds).toFixed(3),
      `${(100 * topShared(byModel, byFolds)).toFixed(0)} %`,
      `${(100 * topShared(...bothOf(others, othersByFold, held.labels))).toFixed(0)} %`,
      ...[byModel, byFolds, others.filter((_, row) => held.labels[row] === 0)].map(percent),
    ];
    lines.push(`| ${[name, cut.toLocaleString('en'), spec.name, ...cells].join(' | ')} |`);
  }
  return lines;
}

/** Two risks of the clients that stayed. */
function bothOf(a: Float64Array, b: Float64Array, labels: Float64Array): [Float64Array, Float64Array] {
  const stayed = (_: number, row: number) => labels[row] === 0;
  return [a.filter(stayed), b.filter(stayed)];
}

/**
 * Calibrated risks of the rows trained on, by the model and by the folds, and of the held-out rows, by the model and by
 * that of the first fold: neither has seen these, so how they differ is what another fit does.
 */
async function risksOf(candidate: SingleSpec, known: LabelledTable, held: LabelledTable) {
  const { inputs, batch, labels } = known;
  const [fold] = clientFolds(labels, numberClients(batch.rows, null), {
    folds: FOLDS,
    repeats: 1,
    seed: SEED,
  });
  const all = Uint32Array.from(labels, (_, row) => row);
  const folds = Array.from({ length: FOLDS }, (_, k) => ({
    train: all.filter((row) => fold?.[row] !== k),
    test: all.filter((row) => fold?.[row] === k),
  }));
  const plan = {
    folds,
    firstRepeat: FOLDS,
    kind: 'stratified',
    testShare: 1 / FOLDS,
    rows: batch.rows,
    clients: batch.rows,
    repeats: 1,
  } as const;
  const { spec, margins, models } = await tune(candidate, { ...known, clients: null }, plan, compute);
  const fitted = await fitCandidate(
    spec,
    { inputs, batches: [batch], labels: [labels], clients: null },
    compute,
  );
  const calibrate = calibratorOf(chooseCalibration(margins, labels, { seed: SEED }).calibration);
  return {
    seen: score(fitted, inputs, batch).map(calibrate),
    unseen: margins.map(calibrate),
    others: score(fitted, inputs, held.batch).map(calibrate),
    othersByFold: score(models[0] as FittedCandidate, inputs, held.batch).map(calibrate),
  };
}

function score(
  { features, learner }: FittedCandidate,
  inputs: readonly ModelInput[],
  batch: SourceBatch,
): Float64Array {
  const scores = new Float64Array(batch.rows);
  marginsOf(learner)(createTransform(features, inputs)(batch), batch.rows, scores);
  return scores;
}

function partOf({ inputs, batch, labels }: LabelledTable, rows: Uint32Array): LabelledTable {
  return { inputs, batch: takeRows(batch, rows), labels: takeValues(labels, rows) };
}

function sampleOf(table: LabelledTable, size: number): LabelledTable {
  if (size >= table.batch.rows) return table;
  return partOf(table, permutation(table.batch.rows, createRandom(SEED, 2)).slice(0, size).sort());
}

/** Ten inputs of which four count, one of them by its square and two together. */
function makeTable(rows: number): LabelledTable {
  const random = createRandom(SEED);
  const columns = Array.from({ length: 10 }, () => ({
    kind: 'numeric' as const,
    values: Float64Array.from({ length: rows }, () => random.normal()),
  }));
  const at = (column: number, row: number) => columns[column]?.values[row] as number;
  const labels = Float64Array.from({ length: rows }, (_, row) => {
    const margin = -1.8 + 0.8 * at(0, row) + 0.4 * at(1, row) ** 2 + 0.6 * at(2, row) * at(3, row);
    return random.uniform() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
  });
  const inputs = columns.map((_, k): ModelInput => ({ name: `x${k}`, kind: 'numeric' }));
  return { inputs, batch: { rows, columns }, labels };
}

function percent(risks: Float64Array): string {
  return `${((100 * risks.reduce((sum, risk) => sum + risk, 0)) / risks.length).toFixed(1)} %`;
}

/** Correlation of the ranks, ties by their middle. */
function spearman(a: Float64Array, b: Float64Array): number {
  const [x, y] = [ranksOf(a), ranksOf(b)];
  const centre = (a.length - 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let k = 0; k < a.length; k++) {
    const [dx, dy] = [(x[k] as number) - centre, (y[k] as number) - centre];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xy / Math.sqrt(xx * yy);
}

function ranksOf(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values, (_, k) => k).sort(
    (a, b) => (values[a] as number) - (values[b] as number),
  );
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to++;
    for (let k = from; k < to; k++) ranks[order[k] as number] = (from + to - 1) / 2;
    from = to;
  }
  return ranks;
}

/** Share of the tenth of highest risk by the one that is in that of the other. */
function topShared(a: Float64Array, b: Float64Array): number {
  const size = Math.ceil(a.length / 10);
  const topOf = (values: Float64Array) =>
    Array.from(values, (_, k) => k)
      .sort((left, right) => (values[right] as number) - (values[left] as number) || left - right)
      .slice(0, size);
  const own = new Set(topOf(a));
  return topOf(b).filter((client) => own.has(client)).length / size;
}
