/**
 * Estimates without labels against the truth, on public churn sets whose inputs are made to shift, beside NannyML.
 *
 *   npm run bench -- estimates --python PYTHON
 *
 * PYTHON is an interpreter with nannyml. The sets are read from ../shared/data/real. Each repeat halves a set at
 * random: one half trains a model as `train` does (calibrated out of fold, threshold by F1) and gives the reference
 * sample; a quarter of the other half is drawn without replacement, in favour of high values of one input, so that
 * inputs shift and what follows from them does not. The estimates know no label of the rows drawn.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, permutation, type Random } from '../src/base/random.ts';
import { chooseCalibration } from '../src/core/calibration/choose.ts';
import type { SourceBatch, SourceColumn } from '../src/core/columns/source-column.ts';
import { takeRows, takeValues } from '../src/core/columns/take-rows.ts';
import type { Estimate } from '../src/core/document/document.ts';
import { createTransform } from '../src/core/features/transform.ts';
import { fitBoostedTrees } from '../src/core/learners/boosting/fit.ts';
import { listCandidates, type SingleSpec, treesSpec } from '../src/core/learners/candidates.ts';
import { fitLogistic } from '../src/core/learners/logistic.ts';
import { planFolds } from '../src/core/learners/plan-folds.ts';
import { FIRST_SHAPE } from '../src/core/learners/tree-search.ts';
import { evaluate } from '../src/core/metrics/evaluate.ts';
import { rankScores } from '../src/core/metrics/ranked-scores.ts';
import { thresholdByF1 } from '../src/core/metrics/threshold.ts';
import { calibratorOf } from '../src/core/models/calibrated.ts';
import { marginsOf } from '../src/core/models/margins.ts';
import { estimateUnderShift } from '../src/core/monitor/estimates/estimate-under-shift.ts';
import { tune } from '../src/steps/train/cross-validate.ts';
import { fitCandidate } from '../src/steps/train/fit/families.ts';
import type { Compute } from '../src/steps/train/fit/rows.ts';
import { measure } from './measure.ts';
import { type LabelledTable, type PublicSet, readSet } from './public-sets.ts';

const root = join(import.meta.dirname, '..');

interface SetPlan extends PublicSet {
  /** Inputs that the shifts go by; of a text column its first level, by name, is favoured. */
  readonly shifted: readonly string[];
}

const SETS: readonly SetPlan[] = [
  {
    name: 'telco',
    files: ['telco.csv'],
    drop: ['customerID'],
    target: 'Churn',
    positive: 'Yes',
    shifted: ['tenure', 'MonthlyCharges', 'Contract', 'InternetService'],
  },
  {
    name: 'bank',
    files: ['Churn_Modelling.csv'],
    drop: ['RowNumber', 'CustomerId', 'Surname'],
    target: 'Exited',
    positive: '1',
    shifted: ['Age', 'Balance', 'Geography', 'NumOfProducts'],
  },
  {
    name: 'bigml',
    files: ['churn-bigml-80.csv', 'churn-bigml-20.csv'],
    drop: ['Area code', 'State'],
    target: 'Churn',
    positive: 'True',
    shifted: ['Total day minutes', 'Customer service calls', 'International plan', 'Total eve minutes'],
  },
];
/** Weight of a row in the draw: exp(strength * place of its value, from -1 to 1). */
const STRENGTHS = [0, 1, 2, 4] as const;
const REPEATS = 8;
const METRICS = ['f1', 'rocAuc', 'accuracy'] as const;
const LEVEL = 0.95;
type Metric = (typeof METRICS)[number];

/** A shifted draw: the truth, and what each method says of it. */
interface Case {
  readonly set: string;
  readonly strength: number;
  readonly truth: Readonly<Record<Metric, number>>;
  readonly estimates: Record<string, Partial<Record<Metric, Pick<Estimate, 'value' | 'low' | 'high'>>>>;
  readonly fellBack: boolean;
}

/** What the peer needs: calibrated probabilities of the reference with labels, and of each draw. */
interface PeerJob {
  readonly threshold: number;
  readonly labels: readonly number[];
  readonly reference: readonly number[];
  readonly draws: readonly (readonly number[])[];
}

export async function benchEstimates(python: string | null): Promise<string> {
  const data = join(root, '../shared/data/real');
  if (python === null || !existsSync(data))
    throw new Error('Estimates need --python PYTHON and ../shared/data/real.');
  const cases: Case[] = [];
  const jobs: PeerJob[] = [];
  for (const plan of SETS) {
    const table = readSet(data, plan);
    for (let repeat = 0; repeat < REPEATS; repeat++) await runRepeat(plan, table, repeat, cases, jobs);
  }
  await addPeer(python, cases, jobs);
  return renderEstimates(cases);
}

const compute = (): Compute => ({
  fitTrees: async (columns, labels, request) => fitBoostedTrees(columns, labels, request),
  fitLogistic: async (blocks, options) => fitLogistic(blocks, options),
  openStore: () => null,
});

async function runRepeat(
  plan: SetPlan,
  table: LabelledTable,
  seed: number,
  cases: Case[],
  jobs: PeerJob[],
): Promise<void> {
  const { inputs, batch, labels } = table;
  const order = permutation(batch.rows, createRandom(seed, 1));
  const half = Math.floor(batch.rows / 2);
  const [known, unknown] = [order.slice(0, half).sort(), order.slice(half).sort()];
  const training = { inputs, batch: takeRows(batch, known), labels: takeValues(labels, known) };
  const { specs } = listCandidates({
    model: 'auto',
    logistic: { C: 1, standardize: false },
    monotone: {},
    seed,
    rows: half,
    clients: half,
    smallerClass: half,
    numericColumns: inputs.filter(({ kind }) => kind === 'numeric').length,
  });
  const trees = treesSpec(FIRST_SHAPE, { monotone: {}, seed });
  const spec = seed % 2 === 0 ? specs.find(({ name }) => name === 'logistic') : trees;
  if (spec === undefined) throw new Error('The candidates have other names.');
  const model = await trainModel(spec, training, seed);
  const job = {
    threshold: model.threshold,
    labels: Array.from(training.labels),
    reference: Array.from(model.margins, model.calibrate),
    draws: [] as number[][],
  };
  jobs.push(job);
  for (const strength of STRENGTHS)
    for (const [index, name] of plan.shifted.entries()) {
      if (strength === 0 && index > 0) continue;
      const random = createRandom(seed, 10 + 10 * strength + index);
      const rows = drawShifted(table, unknown, name, strength, random);
      const current = {
        batch: takeRows(batch, rows),
        margins: model.score(takeRows(batch, rows)),
        values: null,
      };
      const probabilities = current.margins.map(model.calibrate);
      const { metrics } = evaluate(takeValues(labels, rows), probabilities, model.threshold);
      const made = estimateUnderShift({ ...training, margins: model.margins }, current, {
        inputs,
        calibration: model.calibration,
        threshold: model.threshold,
        campaign: null,
        level: LEVEL,
        seed,
      });
      const onReference = evaluate(
        training.labels,
        model.margins.map(model.calibrate),
        model.threshold,
      ).metrics;
      const pick = (from: Readonly<Record<Metric, Estimate | null>>) =>
        Object.fromEntries(
          METRICS.flatMap((metric) => (from[metric] === null ? [] : [[metric, from[metric]]])),
        );
      cases.push({
        set: plan.name,
        strength,
        truth: Object.fromEntries(
          METRICS.map((metric) => [metric, metrics[metric]?.value ?? Number.NaN]),
        ) as Case['truth'],
        estimates: {
          'as on the reference': pick(onReference),
          'CBPE, NannyML': {},
          CBPE: pick(made.cbpe.metrics),
          PAPE: pick((made.pape ?? made.cbpe).metrics),
        },
        fellBack: made.pape === null,
      });
      job.draws.push(Array.from(probabilities));
    }
}

async function trainModel(candidate: SingleSpec, training: LabelledTable, seed: number) {
  const { inputs, batch, labels } = training;
  const plan = planFolds({ labels, times: null, clients: null }, { seed, horizonDays: 0 });
  if (plan === null) throw new Error('Too few rows to cross-validate.');
  const once = { ...plan, folds: plan.folds.slice(0, plan.firstRepeat) };
  const { spec, margins } = await tune(candidate, { ...training, clients: null }, once, compute);
  const { calibration } = chooseCalibration(margins, labels, { seed });
  const calibrate = calibratorOf(calibration);
  const threshold = thresholdByF1(rankScores(labels, margins.map(calibrate)))?.threshold ?? 0.5;
  const { features, learner } = await fitCandidate(
    spec,
    { inputs, batches: [batch], labels: [labels], clients: null },
    compute,
  );
  const transform = createTransform(features, inputs);
  const score = (rows: SourceBatch): Float64Array => {
    const scores = new Float64Array(rows.rows);
    marginsOf(learner)(transform(rows), rows.rows, scores);
    return scores;
  };
  return { margins, calibration, calibrate, threshold, score };
}

/** A quarter of all rows' half, without replacement, heavier rows first (Efraimidis and Spirakis 2006). */
function drawShifted(
  { inputs, batch }: LabelledTable,
  from: Uint32Array,
  name: string,
  strength: number,
  random: Random,
): Uint32Array {
  const places = placesOf(batch.columns[inputs.findIndex((input) => input.name === name)] as SourceColumn);
  const keyed = Array.from(from, (row) => ({
    row,
    key: Math.log(1 - random.uniform()) / Math.exp(strength * (places[row] as number)),
  }));
  keyed.sort((a, b) => b.key - a.key);
  return Uint32Array.from(keyed.slice(0, Math.floor(from.length / 4)), ({ row }) => row).sort();
}

/** From -1 to 1: mid-ranks of numbers (missing 0); of levels 1 for the first by name and -1 for the others. */
function placesOf(column: SourceColumn): Float64Array {
  if (column.kind === 'text') {
    const [first] = [...new Set(column.values)].sort();
    return Float64Array.from(column.values, (value) => (value === first ? 1 : -1));
  }
  if (column.kind === 'categorical') throw new Error('Levels come as text here.');
  const sorted = column.values.filter((value) => !Number.isNaN(value)).sort();
  const below = (value: number, orEqual: boolean): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = sorted[middle] as number;
      if (at < value || (orEqual && at === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return column.values.map((value) =>
    Number.isNaN(value) ? 0 : (below(value, false) + below(value, true)) / sorted.length - 1,
  );
}

async function addPeer(python: string, cases: Case[], jobs: readonly PeerJob[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-estimates-'));
  try {
    const path = join(folder, 'jobs.json');
    writeFileSync(path, JSON.stringify(jobs));
    const { output } = await measure(python, [join(root, 'bench/estimates-peer.py'), path]);
    const answers = JSON.parse(output.slice(output.indexOf('\n[') + 1)) as Case['estimates'][string][];
    for (const [index, answer] of answers.entries())
      Object.assign(cases[index]?.estimates['CBPE, NannyML'] ?? {}, answer);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const METHODS = ['as on the reference', 'CBPE, NannyML', 'CBPE', 'PAPE'];

function renderEstimates(cases: readonly Case[]): string {
  const groups = [
    ...STRENGTHS.map((strength) => ({ set: 'all', strength: String(strength) })),
    ...SETS.map(({ name }) => ({ set: name, strength: 'all' })),
    { set: 'all', strength: 'all' },
  ];
  const lines = groups.flatMap(({ set, strength }) => {
    const rows = cases.filter(
      (each) =>
        (set === 'all' || each.set === set) && (strength === 'all' || String(each.strength) === strength),
    );
    return METHODS.map((method) => {
      const cells = METRICS.map((metric) => cellOf(rows, method, metric));
      return `| ${[set, strength, rows.length, method, ...cells].join(' | ')} |`;
    });
  });
  const fellBack = cases.filter((each) => each.fellBack).length;
  return `| set | strength | draws | method | F1 | ROC AUC | accuracy |
|---|---|---|---|---|---|---|
${lines.join('\n')}

PAPE fell back to CBPE in ${fellBack} of ${cases.length} draws.
`;
}

/** Mean absolute error, and the share of truths inside the band. */
function cellOf(cases: readonly Case[], method: string, metric: Metric): string {
  const pairs = cases.flatMap(({ truth, estimates }) => {
    const estimate = estimates[method]?.[metric];
    return estimate === undefined || Number.isNaN(truth[metric]) ? [] : [{ estimate, truth: truth[metric] }];
  });
  const error =
    pairs.reduce((sum, pair) => sum + Math.abs(pair.estimate.value - pair.truth), 0) / pairs.length;
  const inside = pairs.filter(
    ({ estimate, truth }) =>
      estimate.low !== null && estimate.high !== null && truth >= estimate.low && truth <= estimate.high,
  ).length;
  return `${error.toFixed(4)} (${Math.round((100 * inside) / pairs.length)} %)`;
}
