/** The models of a workspace as the store remembers them: when, on what, how good, and when they were live. */
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { TidewatchError } from '../base/errors.ts';
import { nearestNames } from '../base/nearest.ts';
import type { Evaluation } from '../core/metrics/evaluate.ts';
import type { Certificate, Estimate, ModelDocument } from '../core/models/document.ts';
import { cumulativeGain } from '../report/charts/cumulative-gain.ts';
import { reliabilityDiagram } from '../report/charts/reliability-diagram.ts';
import type { DeploymentRecord, Listed, ModelRecord, Page, ScoreRecord, Store } from '../store/port.ts';
import type { Resources } from './resources.ts';

export interface ModelEntry {
  readonly version: string;
  readonly createdAt: string;
  readonly learner: string;
  /** Training rows. */
  readonly rows: number;
  /** F1 of the newest score on the test data; null before there is one. */
  readonly f1: number | null;
  /** With its interval; null where the rows do not define one. */
  readonly f1Estimate: Estimate | null;
  readonly live: boolean;
}

export interface ModelPage {
  readonly models: readonly ModelEntry[];
  /** `before` of the next page; null: this was the last one. */
  readonly next: string | null;
}

/** A score as it is told: without the points of its curves. */
export type ModelScore = Pick<
  ScoreRecord,
  'runId' | 'createdAt' | 'dataset' | 'datasetId' | 'rows' | 'f1'
> & { readonly metrics: Readonly<Record<string, unknown>> };

export interface ModelDetail extends ModelEntry {
  readonly target: ModelDocument['target'];
  readonly id: string | null;
  readonly threshold: number;
  readonly inputs: ModelDocument['inputs'];
  readonly features: ModelDocument['features'];
  /** Of boosted trees; null for others. */
  readonly size: { readonly trees: number; readonly leaves: number } | null;
  /** Of a logistic regression, in the order of `features`; null for others. */
  readonly coefficients: readonly number[] | null;
  readonly intercept: number | null;
  readonly calibrationKind: ModelDocument['calibration']['kind'];
  readonly certificate: Certificate;
  /** Newest first; at most the newest hundred. */
  readonly scores: readonly ModelScore[];
  readonly deployments: readonly Omit<DeploymentRecord, 'modelVersion'>[];
}

const PAGE = 200;
const MOST_SCORES = 100;

/** One page of all models, newest first. Error `request-invalid` for a cursor that is none. */
export async function listModels(resources: Resources, page: Page): Promise<ModelPage> {
  const store = await resources.store();
  const live = liveVersion(resources);
  const found = await store.models({ ...page, limit: page.limit + 1 });
  const shown = found.slice(0, page.limit);
  const models = await Promise.all(shown.map((record) => entryOf(store, record, live)));
  return { models, next: found.length > shown.length ? (shown.at(-1)?.cursor ?? null) : null };
}

/** All that is known of a model. `version` null: the live one, or the newest where none is live. */
export async function showModel(resources: Resources, version: string | null): Promise<ModelDetail> {
  const store = await resources.store();
  const live = liveVersion(resources);
  const record = await findModel(store, version ?? live);
  const document = record.document as ModelDocument;
  const { learner } = document;
  const linear = learner.kind === 'logistic-regression' ? learner : null;
  return {
    ...(await entryOf(store, record, live)),
    target: document.target,
    id: document.id,
    threshold: document.threshold,
    inputs: document.inputs,
    features: document.features,
    size: learner.kind === 'boosted-trees' ? sizeOf(learner.trees) : null,
    coefficients: linear?.coefficients ?? null,
    intercept: linear?.intercept ?? null,
    calibrationKind: document.calibration.kind,
    certificate: document.certificate,
    scores: await scoresOf(store, record),
    deployments: await deploymentsOf(store, record.version),
  };
}

/**
 * Draws reliability.png and gain.png of a model's newest test score into a folder. Returns their paths. Error
 * `nothing-scored` where there is no score.
 */
export async function drawModel(resources: Resources, version: string, folder: string): Promise<string[]> {
  const renderer = resources.renderer();
  const score = await (await resources.store()).latestScore(version, 'test');
  if (score === null) {
    throw new TidewatchError(
      'nothing-scored',
      `Model ${version} has not been scored on the test data, so there is nothing to draw. Run "tidewatch score" ` +
        'after training it.',
      { details: { modelVersion: version } },
    );
  }
  const evaluation = score.metrics as Evaluation;
  const evaluated = { modelVersion: version, datasetName: 'test data' };
  const charts = {
    'reliability.png': reliabilityDiagram(evaluation, evaluated),
    'gain.png': cumulativeGain(evaluation, evaluated),
  };
  const drawn = await Promise.all(
    Object.entries(charts).map(async ([name, chart]) => ({ name, png: await renderer.png(chart) })),
  );
  return drawn.map(({ name, png }) => {
    const path = join(folder, name);
    writeFileAtomic(path, png);
    return path;
  });
}

function liveVersion(resources: Resources): string | null {
  return resources.live.read()?.manifest.modelVersion ?? null;
}

async function entryOf(store: Store, record: ModelRecord, live: string | null): Promise<ModelEntry> {
  const score = await store.latestScore(record.version, 'test');
  const { certificate } = record.document as ModelDocument;
  return {
    version: record.version,
    createdAt: record.createdAt,
    learner: record.learner,
    rows: certificate.snapshot.rows,
    f1: score?.f1 ?? null,
    f1Estimate: (score?.metrics as Evaluation | undefined)?.metrics.f1 ?? null,
    live: record.version === live,
  };
}

async function findModel(store: Store, version: string | null): Promise<ModelRecord> {
  const newest = await store.models({ limit: PAGE });
  const record = version === null ? newest[0] : await store.model(version);
  if (record !== null && record !== undefined) return record;
  if (version === null) {
    throw new TidewatchError('nothing-trained', 'No model has been trained yet. Run "tidewatch run" first.');
  }
  const near = nearestNames(
    version,
    newest.map((each) => each.version),
    3,
  );
  const hint = near.length === 0 ? '' : ` Near it: ${near.join(', ')}.`;
  throw new TidewatchError(
    'not-found',
    `The store knows no model ${version}.${hint} "tidewatch models list" shows those that there are.`,
    { details: { version, nearest: near } },
  );
}

function sizeOf(trees: readonly { readonly feature: readonly number[] }[]): ModelDetail['size'] {
  const leaves = trees.reduce((sum, { feature }) => sum + feature.filter((each) => each < 0).length, 0);
  return { trees: trees.length, leaves };
}

/** No score of a model is older than the model, so the walk back through all scores ends there. */
async function scoresOf(store: Store, model: ModelRecord): Promise<ModelScore[]> {
  const found: ModelScore[] = [];
  for await (const score of everyRecord((page) => store.scores(page))) {
    if (score.createdAt < model.createdAt || found.length === MOST_SCORES) break;
    if (score.modelVersion !== model.version) continue;
    const { runId, createdAt, dataset, datasetId, rows, f1 } = score;
    found.push({ runId, createdAt, dataset, datasetId, rows, f1, metrics: withoutCurves(score.metrics) });
  }
  return found;
}

function withoutCurves(metrics: unknown): Readonly<Record<string, unknown>> {
  const { curves, ...rest } = (metrics ?? {}) as Record<string, unknown>;
  return rest;
}

async function deploymentsOf(store: Store, version: string): Promise<ModelDetail['deployments'][number][]> {
  const found: ModelDetail['deployments'][number][] = [];
  for await (const deployment of everyRecord((page) => store.deployments(page))) {
    if (deployment.modelVersion !== version) continue;
    const { id, runId, deployedAt, f1, reason } = deployment;
    found.push({ id, runId, deployedAt, f1, reason });
  }
  return found;
}

/** Every record of a listing, page by page. */
async function* everyRecord<T>(
  read: (page: Page) => Promise<readonly Listed<T>[]>,
): AsyncGenerator<Listed<T>> {
  let before: string | undefined;
  for (;;) {
    const page = await read(before === undefined ? { limit: PAGE } : { limit: PAGE, before });
    yield* page;
    before = page.at(-1)?.cursor;
    if (page.length < PAGE || before === undefined) return;
  }
}
