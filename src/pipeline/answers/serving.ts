/** Answers for the HTTP server: read from what is stored where it is of the current snapshot and model, else computed, never written. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { TidewatchError } from '../../base/errors.ts';
import { mayWrite } from '../../base/may-write.ts';
import { processName } from '../../base/process-life.ts';
import type { Workspace } from '../../config/load.ts';
import type { Evaluation } from '../../core/metrics/evaluate.ts';
import { describeOverlap, describeTestRows } from '../../core/metrics/test-window.ts';
import type { Scorer } from '../../core/scoring/scorer.ts';
import { readSnapshotFile } from '../../engine/local/files/snapshot-file.ts';
import { toldRowReader } from '../../engine/local/rows/told-row.ts';
import type { DependencyStatus } from '../../report/dependencies.ts';
import {
  type Diagnostics,
  type StepDuration,
  stepDurations,
  type TableStatistics,
} from '../../steps/diagnose.ts';
import type { Explanation } from '../../steps/explain.ts';
import { createPredictor, type Prediction } from '../../steps/predict.ts';
import { evaluateOnTest } from '../../steps/score.ts';
import { readDiagnostics } from '../bound/closing-steps.ts';
import type { Told } from '../clients/client-risks.ts';
import { clientsCsv, type RankedAnswer, type RiskQuery, rankedClients } from '../clients/ranked-clients.ts';
import { createRiskBook } from '../clients/risk-book.ts';
import { currentSnapshot, readCurrent } from '../current.ts';
import { readServedModel } from '../models/live-model.ts';
import { listModels, type ModelDetail, type ModelPage, showModel } from '../models/model-history.ts';
import { createRegistryAnswers, type RegistryAnswers } from '../models/registry-answers.ts';
import type { Resources } from '../resources.ts';
import { type CheckPage, type DriftAnswer, driftAnswer, listChecks } from '../trends/drift-history.ts';
import { renderTrendCsv } from '../trends/trend-csv.ts';
import { requestOfQuery, type TrendQuery } from '../trends/trend-request.ts';
import { readTrends, type Trends } from '../trends/trends.ts';
import { readTestData } from '../workspace-state.ts';
import { type ChartAnswers, createChartAnswers } from './chart-answers.ts';
import { createDashboardAnswers, type DashboardAnswers, type RunControl } from './dashboard-answers.ts';

export interface Scoring {
  readonly modelVersion: string;
  readonly dataset: string;
  readonly testRows: string;
  readonly overlap: string | null;
  readonly rows: number;
  readonly f1: number;
  readonly metrics: Record<string, unknown>;
}

export interface Serving extends DashboardAnswers, RegistryAnswers, ChartAnswers {
  readonly version: string;
  /** The only folders whose files a client may name. */
  readonly dataFolders: { readonly root: string; readonly folders: readonly string[] };
  predict(
    input:
      | { readonly rows: readonly Readonly<Record<string, unknown>>[] }
      | { readonly csv: string }
      | { readonly path: string },
  ): Promise<Prediction>;
  scoring(): Promise<Scoring>;
  summaryStatistics(): Promise<StatisticsAnswer>;
  diagnostics(): Promise<DiagnosticsAnswer>;
  risks(query: RiskQuery): Promise<RankedAnswer>;
  risksCsv(query: RiskQuery): AsyncIterable<string>;
  explainRisk(
    subject: { readonly id: string } | { readonly row: Readonly<Record<string, unknown>> },
  ): Promise<Told<Explanation>>;
  models(query: { readonly limit: number; readonly before?: string | undefined }): Promise<ModelPage>;
  model(name: string): Promise<ModelAnswer>;
  drift(): Promise<DriftAnswer>;
  checks(query: { readonly limit: number; readonly before?: string | undefined }): Promise<CheckPage>;
  trends(query: TrendQuery): Promise<Trends>;
  trendsCsv(query: TrendQuery): Promise<string>;
  ready(): Promise<void>;
}

export interface ModelAnswer extends Omit<ModelDetail, 'certificate'> {
  readonly certificate: Readonly<Record<string, unknown>>;
}

export interface StatisticsAnswer {
  snapshot: string;
  rows: number;
  columns: TableStatistics['columns'][number][];
}

export interface DiagnosticsAnswer {
  snapshot: string | null;
  rows: number;
  durations: StepDuration[];
  missing: { name: string; percent: number }[];
  dependencies: readonly DependencyStatus[];
}

/** Raising columns that an explanation takes away, one after the other. */
const WITHOUT = 3;

/** Where CSV requests lie for the moment. Several servers may use it at once. */
function requestsFolder({ paths }: Workspace): string {
  return mayWrite(paths.output)
    ? join(paths.output, '.requests')
    : join(tmpdir(), `tidewatch-${processName()}`);
}

const DAY_MS = 86_400_000;

/** Removes what a killed server left of requests: files of a day ago, by which time no request is under way. */
export function removeOldRequests(workspace: Workspace, now: Date): void {
  const folder = requestsFolder(workspace);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (now.getTime() - written > DAY_MS) rmSync(path, { force: true, recursive: true });
  }
}

/** The answers over a workspace. A redeployment or a new snapshot shows in the next answer. */
export function createServing(resources: Resources, control: RunControl): Serving {
  const { workspace, contract, version } = resources;
  const { root, paths } = workspace;
  const predictor = createPredictor(
    {
      currentId: resources.live.currentId,
      liveModel: () => readServedModel(resources),
      engine: () => resources.engine(),
      clock: resources.clock,
    },
    { contract, workspace: root, temporaryFolder: requestsFolder(workspace) },
  );
  const book = createRiskBook(resources);
  const readRow = toldRowReader(contract);
  return {
    ...createDashboardAnswers(resources, control, book),
    ...createRegistryAnswers(resources),
    ...createChartAnswers(resources),
    version,
    dataFolders: { root, folders: [paths.input, paths.testData, paths.output] },
    predict: (input) => predictor.predict('path' in input ? { paths: [input.path] } : input),
    scoring: () => scoring(resources, predictor.model),
    summaryStatistics: async () => {
      const { snapshot, rows, columns } = await currentStatistics(resources);
      return { snapshot, rows, columns: [...columns] };
    },
    diagnostics: () => diagnosticsAnswer(resources),
    risks: (query) => rankedClients(resources, book, query),
    risksCsv: (query) => clientsCsv(resources, book, query),
    explainRisk: async (subject) =>
      book.explain('id' in subject ? subject : { row: readRow(subject.row), at: resources.clock.now() }, {
        without: WITHOUT,
      }),
    models: ({ limit, before }) =>
      listModels(resources, before === undefined ? { limit } : { limit, before }),
    model: async (name) => {
      const model = await showModel(resources, name);
      return { ...model, certificate: { ...model.certificate } };
    },
    drift: () => driftAnswer(resources),
    checks: (query) => listChecks(resources, query),
    trends: async (query) => readTrends(await resources.store(), requestOfQuery(query)),
    trendsCsv: async (query) =>
      renderTrendCsv(await readTrends(await resources.store(), requestOfQuery(query))),
    ready: async () => {
      if (!(await (await resources.store()).ready())) {
        throw new TidewatchError(
          'store-unavailable',
          'The state store does not answer, or is of another version.',
        );
      }
      await predictor.model();
    },
  };
}

async function scoring(resources: Resources, scorer: () => Promise<Scorer>): Promise<Scoring> {
  const live = (await scorer()).model;
  const stored = await (await resources.store()).latestScore(live.version, 'test');
  const evaluation =
    stored === null
      ? await evaluateOnTest(
          await resources.engine(),
          live,
          await readTestData(resources, readCurrent(resources)),
        )
      : (stored.metrics as Evaluation);
  const { rows, f1Score: f1, confusion, threshold, metrics, undefinedBecause, window } = evaluation;
  return {
    modelVersion: live.version,
    dataset:
      resources.workspace.config.holdout === null
        ? relative(resources.workspace.root, resources.workspace.paths.testData)
        : 'held-out clients',
    testRows: describeTestRows(rows, window),
    overlap: describeOverlap(window),
    rows,
    f1,
    metrics: { ...metrics, confusion, threshold, undefinedBecause },
  };
}

/** Statistics of the current snapshot; `nothing-ingested` before the first one. */
async function currentStatistics(resources: Resources): Promise<TableStatistics> {
  const { id } = currentSnapshot(resources, readCurrent(resources));
  const stored = (await storedDiagnostics(resources))?.statistics;
  if (stored?.snapshot === id) return stored;
  const { statistics } = await readDiagnostics(
    resources,
    { data: null, parts: ['summary'] },
    readCurrent(resources),
  );
  return statistics ?? { snapshot: id, rows: 0, columns: [] };
}

async function storedDiagnostics(resources: Resources): Promise<Diagnostics | null> {
  const record = await (await resources.store()).latestDiagnostics();
  return record === null ? null : (record.values as Diagnostics);
}

async function diagnosticsAnswer(resources: Resources): Promise<DiagnosticsAnswer> {
  const store = await resources.store();
  const stored = await storedDiagnostics(resources);
  const dependencies =
    stored !== null && stored.dependencies.length > 0
      ? stored.dependencies
      : (await readDiagnostics(resources, { data: null, parts: ['dependencies'] }, readCurrent(resources)))
          .dependencies;
  const statistics =
    readSnapshotFile(resources.workspace.paths.output) === null ? null : await currentStatistics(resources);
  return {
    snapshot: statistics?.snapshot ?? null,
    rows: statistics?.rows ?? 0,
    durations: await stepDurations(store),
    missing: (statistics?.columns ?? []).map(({ name, missingPercent }) => ({
      name,
      percent: missingPercent,
    })),
    dependencies,
  };
}
