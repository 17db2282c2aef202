/** Stored values of a workspace that has seen a first deployment, drift and a redeployment, for the tests of the report. */
import { createRandom } from '../src/base/random.ts';
import type { ModelDocument } from '../src/core/document/document.ts';
import { type Evaluation, evaluate } from '../src/core/metrics/evaluate.ts';
import type { ColumnRole } from '../src/formats/contract/table-contract.ts';
import type { ReportInput } from '../src/report/content/assemble.ts';
import { readDriftDetails } from '../src/report/drift-details.ts';
import type { ReportValues } from '../src/report/report-values.ts';
import type { ColumnStatistics } from '../src/store/port/diagnostics.ts';

export const MODEL: ModelDocument = {
  format: 'tidewatch-model/1',
  version: '3f2a9c01b7de',
  target: { column: 'exited', positive: '1' },
  id: 'corporation',
  inputs: [
    { name: 'lastmonth_activity', kind: 'numeric' },
    { name: 'number_of_employees', kind: 'numeric' },
  ],
  features: [
    { kind: 'number', source: 'lastmonth_activity', missing: null },
    { kind: 'number', source: 'number_of_employees', missing: null },
  ],
  learner: {
    kind: 'logistic-regression',
    coefficients: [-0.01, 0.02],
    intercept: 0.5,
    means: [80, 30],
  },
  calibration: { kind: 'none' },
  threshold: 0.425,
  certificate: {
    trainedAt: '2026-01-02T10:00:02.000Z',
    version: '0.1.0',
    seed: 7,
    snapshot: { id: 'ab'.repeat(32), rows: 900, positives: 300 },
    files: ['dataset3.csv', 'dataset4.csv'],
    options: { candidate: 'logistic', learner: { C: 1 } },
    fit: { iterations: 6, gradientNorm: 2.2e-10, notes: [] },
    selection: {
      chosen: 'logistic',
      reason: 'logistic is the simplest and has the lowest loss, 0.33154.',
      folds: 5,
      repeats: 4,
      rows: 900,
      candidates: [
        {
          name: 'logistic',
          logLoss: 0.3315,
          behind: 0,
          standardError: 0,
          outOfFold: { rocAuc: { value: 0.9 } },
        },
        { name: 'trees-deep', logLoss: 0.35, behind: 0.02, standardError: 0.01, outOfFold: { rocAuc: null } },
      ],
    },
    calibration: 'The configuration asks for none.',
    threshold: { rule: 'f1', reason: 'The highest out-of-fold F1 is there.' },
  },
};

/** 400 clients, a quarter of whom leave, scored by a model that knows something. */
export function exampleEvaluation(): Evaluation {
  const random = createRandom(7);
  const labels = Float64Array.from({ length: 400 }, () => (random.uniform() < 0.25 ? 1 : 0));
  const scores = labels.map((label) => 1 / (1 + Math.exp(1.2 - 1.5 * label - random.normal())));
  return evaluate(labels, scores, MODEL.threshold);
}

const RUN = {
  verb: 'run',
  trigger: 'command' as const,
  version: '0.1.0',
  startedAt: '2026-01-02T10:00:00.000Z',
  finishedAt: null,
  status: 'running' as const,
  result: null,
  error: null,
  summary: null,
  startedBy: null,
};

/** The values; what is named replaces the usual. */
export function exampleValues(changes: Partial<ReportValues> = {}): ReportValues {
  const evaluation = exampleEvaluation();
  const run = { ...RUN, id: 'run-2' };
  const drift = {
    runId: run.id,
    modelVersion: 'oldmodel0000',
    createdAt: '2026-01-02T10:00:01.000Z',
    kind: 'drift' as const,
    rule: 'raw',
    outcome: true,
    rows: 900,
    observed: 0.4491315136476427,
    expected: 0.5549738219895288,
    reason: 'F1 0.4491315136476427 on 900 new rows is lower than the deployed score 0.5549738219895288.',
    details: {
      estimate: { value: 0.449, low: 0.41, high: 0.49, level: 0.95, rows: 900 },
      metrics: { f1: { value: 0.449, low: 0.41, high: 0.49, level: 0.95, rows: 900 } },
      inputs: {
        columns: [
          inputDrift('lastmonth_activity', 0.31, 0.0001, 'drift'),
          inputDrift('number_of_employees', 0.02, 0.4, 'no-drift'),
        ],
      },
      verdicts: {
        raw: { rule: 'raw', drift: true, reason: 'F1 is lower.' },
        sequential: { rule: 'sequential', drift: false, reason: 'Too few rows so far.' },
      },
      estimated: {
        reason: 'The estimate (PAPE) follows the shift.',
        estimate: {
          metrics: { f1: { value: 0.5, low: 0.4, high: 0.6, level: 0.95, rows: 900 }, profit: null },
        },
      },
      segments: [{ segment: 'retail', rows: 400, f1: null, reason: 'Nobody of it left.' }],
    },
  };
  const score = {
    runId: run.id,
    modelVersion: MODEL.version,
    createdAt: '2026-01-02T10:00:03.000Z',
    dataset: 'test' as const,
    datasetId: 'cd',
    rows: evaluation.rows,
    f1: evaluation.f1Score,
    metrics: evaluation,
  };
  const deployment = {
    id: 'd2',
    runId: run.id,
    modelVersion: MODEL.version,
    deployedAt: '2026-01-02T10:00:04.000Z',
    f1: evaluation.f1Score,
    reason: drift.reason,
  };
  return {
    modelVersion: MODEL.version,
    score,
    evaluation,
    deployment,
    deployments: [
      deployment,
      {
        id: 'd1',
        runId: 'run-1',
        modelVersion: 'oldmodel0000',
        deployedAt: '2026-01-01T10:00:00.000Z',
        f1: 0.555,
        reason: 'No model was deployed before.',
      },
    ],
    scores: [
      score,
      {
        ...score,
        modelVersion: 'oldmodel0000',
        createdAt: '2026-01-02T10:00:01.000Z',
        dataset: 'new-data',
        f1: 0.4491,
      },
      { ...score, modelVersion: 'oldmodel0000', createdAt: '2026-01-01T10:00:00.000Z', f1: 0.555 },
    ],
    run,
    worked: run,
    steps: [
      step('detect', 0.01, 'new: dataset3.csv, dataset4.csv'),
      step('ingest', 0.3, '900 rows read, 900 kept, 0 duplicates, 0 quarantined'),
      { ...step('report', 0, ''), seconds: null, status: 'running' },
    ],
    checks: [drift],
    drift: { check: drift, details: readDriftDetails(drift.details) },
    diagnostics: {
      statistics: {
        snapshot: 'ab'.repeat(32),
        rows: 900,
        columns: [column('corporation', 'id', null), column('lastmonth_activity', 'numeric', 25)],
      },
      durations: [
        {
          name: 'ingest',
          startedAt: '2026-01-02T10:00:00.000Z',
          seconds: 0.3,
          mean: 0.5,
          median: 0.4,
          count: 2,
        },
      ],
      dependencies: [
        { name: 'fastify', installed: '5.12.8', latest: '5.13.0', outdated: true },
        { name: 'zod', installed: '4.6.7', latest: null, outdated: null },
      ],
    },
    diagnosedAt: '2026-01-02T10:00:05.000Z',
    snapshot: {
      id: 'ab'.repeat(32),
      runId: run.id,
      createdAt: '2026-01-02T10:00:01.000Z',
      rows: 900,
      read: 903,
      duplicates: 1,
      quarantined: 2,
      parquetPath: 'ingesteddata/x.parquet',
      columns: [],
    },
    files: [file('dataset3.csv'), file('dataset4.csv')],
    ...changes,
  };

  function step(name: string, seconds: number, note: string): ReportValues['steps'][number] {
    return { runId: run.id, name, startedAt: run.startedAt, seconds, status: 'succeeded', note };
  }

  function file(name: string): ReportValues['files'][number] {
    return {
      runId: run.id,
      folder: 'sourcedata',
      name,
      sha256: 'ef'.repeat(32),
      bytes: 8000,
      status: 'accepted',
      reason: null,
      read: 451,
      kept: 450,
      duplicates: 0,
      quarantined: 1,
    };
  }
}

function inputDrift(name: string, psi: number, p: number, verdict: string) {
  return {
    name,
    verdict,
    psi: { value: psi + 0.01, corrected: psi, p: p / 2 },
    adjustedP: p,
    band: psi > 0.25 ? 'large' : 'little',
    missing: { reference: 0.02, current: 0.1 },
    unseen: null,
  };
}

/** Statistics of a column that lacks this percentage of its values. */
export function column(name: string, role: ColumnRole, missingPercent: number | null): ColumnStatistics {
  const numbers = role === 'numeric' ? { mean: 80.87, median: 54, std: 95.3, min: 4, max: 1260 } : NOTHING;
  return { name, role, ...numbers, missing: missingPercent ?? 0, missingPercent: missingPercent ?? 0 };
}

const NOTHING = { mean: null, median: null, std: null, min: null, max: null };

const EXAMPLE_STATES: ReportInput['states'] = [
  {
    severity: 'look',
    about: 'inputs',
    title: 'Input moved',
    sentence: 'lastmonth_activity has shifted on 900 rows.',
    action: 'Ask where the data comes from whether this changed on purpose.',
    since: '2026-01-02T10:00:01.000Z',
  },
];

/** What a report is assembled from, with two clients, the first of whom tries to be a script. */
export function exampleInput(changes: Partial<ReportValues> = {}): ReportInput {
  return {
    values: exampleValues(changes),
    model: MODEL,
    version: '0.1.0',
    states: EXAMPLE_STATES,
    clients: {
      rankedBy: 'expected-loss',
      threshold: MODEL.threshold,
      counts: { listed: 900, left: 240, unknown: 12 },
      all: { clients: 900, flagged: 397, expectedLoss: 12345 },
      named: true,
      clients: [
        client(1, '<script>alert("x")</script>', 'lastmonth_activity is 4, lower than 97 % of clients'),
        client(2, 'acme & sons', 'number_of_employees is 5, lower than 91 % of clients'),
      ],
    },
  };
}

function client(rank: number, id: string, sentence: string) {
  return {
    rank,
    id,
    probability: 1 - rank / 20,
    value: 1000,
    expectedLoss: 1000 - 50 * rank,
    owner: 'Kim',
    segment: null,
    reasons: [{ sentence }],
  };
}
