/** Scores a model on the labelled test data, and writes the F1 of a trained one as latestscore.txt. */
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.ts';
import type { Clock } from '../base/clock.ts';
import { TidewatchError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import { type Progress, silentProgress } from '../base/progress.ts';
import type { Holdout } from '../core/clients/held-out.ts';
import { type Campaign, termsOf } from '../core/metrics/campaign.ts';
import { type Evaluation, evaluate } from '../core/metrics/evaluate.ts';
import type { TestWindow } from '../core/metrics/test-window.ts';
import type { ModelDocument } from '../core/models/document.ts';
import { createScorer } from '../core/models/scorer.ts';
import { columnOf } from '../engine/contract.ts';
import {
  checkExamples,
  countClients,
  type Examples,
  placesOf,
  readExamples,
  withPlaces,
} from '../engine/examples.ts';
import type { OutcomeRule } from '../engine/history.ts';
import type { Engine, Snapshot, Table, TableContract } from '../engine/port.ts';
import { scoreTable } from '../engine/score-table.ts';
import { countSharedClients, type SharedClients } from '../engine/shared-clients.ts';
import { openTrainedRows, type TrainedOn } from '../engine/trained-rows.ts';
import { renderScore, SCORE_FILE } from '../store/live-folder.ts';
import type { Store } from '../store/port.ts';

/** Where the rows are that score a model. */
export type TestRows =
  /** Absolute paths of the files of test_data_path, in name order, and the snapshot whose clients are trained on. */
  | {
      readonly kind: 'files';
      readonly paths: readonly string[];
      readonly training: Pick<Snapshot, 'parquetPath' | 'columns'> | null;
    }
  /** The held-out clients of a snapshot; `live`: what the live model knows of them, null without one. */
  | {
      readonly kind: 'held-out';
      readonly snapshot: Pick<Snapshot, 'parquetPath' | 'columns'>;
      readonly holdout: Holdout;
      readonly live: (TrainedOn & { readonly version: string }) | null;
    };

export interface TestData {
  readonly rows: TestRows;
  /** What names the data: hex SHA-256 of each file, or of the snapshot. */
  readonly hashes: readonly string[];
  readonly contract: TableContract;
  /** Rows without a final outcome are not scored. */
  readonly outcomes: OutcomeRule;
}

/** So many rows, and of the smaller class, are enough to judge by those that are recent alone. */
const RECENT_ROWS = 100;
const RECENT_SMALLER_CLASS = 20;

export interface ScoreOptions {
  readonly runId: string;
  readonly model: ModelDocument;
  readonly test: TestData;
  /** The campaign that expected profit is reckoned by; null: none. */
  readonly campaign: Campaign | null;
  /** Absolute path of output_model_path, where latestscore.txt goes. */
  readonly modelFolder: string;
}

export interface ScoreSummary {
  readonly model: string;
  readonly f1: number;
  readonly rows: number;
  readonly threshold: number;
  /** [[tn, fp], [fn, tp]], rows are true classes. */
  readonly confusion: Evaluation['confusion'];
  /** Every metric with its interval; null where the rows do not define it. */
  readonly metrics: Evaluation['metrics'];
  readonly undefinedBecause: Evaluation['undefinedBecause'];
  readonly window: TestWindow;
  /** latestscore.txt. */
  readonly path: string;
}

/** An evaluation with the rows that it is of. */
export type TestEvaluation = Evaluation & { readonly window: TestWindow };

/** Scores a trained model, records the score, and writes latestscore.txt. Errors as `evaluateOnTest`. */
export async function score(
  deps: {
    readonly engine: Engine;
    readonly store: Pick<Store, 'recordScore'>;
    readonly clock: Clock;
    readonly progress: Progress;
  },
  options: ScoreOptions,
): Promise<ScoreSummary> {
  const { model } = options;
  const evaluation = await evaluateOnTest(deps.engine, model, options.test, options.campaign, deps.progress);
  const path = join(options.modelFolder, SCORE_FILE);
  writeFileAtomic(path, renderScore(evaluation.f1Score));
  await recordTestScore(deps, evaluation, options);
  return {
    model: model.version,
    f1: evaluation.f1Score,
    rows: evaluation.rows,
    threshold: evaluation.threshold,
    confusion: evaluation.confusion,
    metrics: evaluation.metrics,
    undefinedBecause: evaluation.undefinedBecause,
    window: evaluation.window,
    path,
  };
}

/** Keeps what a model scored on the test data. */
export async function recordTestScore(
  deps: { readonly store: Pick<Store, 'recordScore'>; readonly clock: Clock },
  evaluation: TestEvaluation,
  { runId, model, test }: Pick<ScoreOptions, 'runId' | 'model' | 'test'>,
): Promise<void> {
  await deps.store.recordScore({
    runId,
    modelVersion: model.version,
    createdAt: deps.clock.now().toISOString(),
    dataset: 'test',
    datasetId: sha256(test.hashes.join('\n')),
    rows: evaluation.rows,
    f1: evaluation.f1Score,
    metrics: evaluation,
  });
}

/**
 * Evaluates a model on the test data and writes nothing. Errors: `input-empty` where the test data has no rows,
 * `nothing-labelled` where none of them has a final label; a row that cannot be read refuses the whole, with its place.
 */
export function evaluateOnTest(
  engine: Engine,
  model: ModelDocument,
  test: TestData,
  campaign: Campaign | null = null,
  progress: Progress = silentProgress,
): Promise<TestEvaluation> {
  return withTestRows(engine, test, async (table, window) => ({
    ...(await evaluateTable(table, model, campaign, progress)),
    window: { ...window, trained: await countLearned(engine, table, model, test, window) },
  }));
}

/**
 * How many of the test clients the model has learned from: none where the clients are held out as they were when it
 * was trained. null where nobody knows.
 */
export async function countLearned(
  engine: Engine,
  table: Table,
  { version, certificate }: ModelDocument,
  { rows, contract }: TestData,
  window: TestWindow,
): Promise<number | null> {
  if (rows.kind === 'files' || isHeldOutAlike(certificate.heldOut, rows.holdout)) return window.trained;
  if (rows.live?.version !== version) return null;
  const learned = await openTrainedRows(engine, rows.live, contract, 'training');
  if (learned === null) return null;
  try {
    return (await countSharedClients(table, learned))?.shared ?? null;
  } finally {
    await learned.close();
  }
}

/** Whether all who are held out now were held out then. */
function isHeldOutAlike(then: Holdout | undefined, now: Holdout): boolean {
  return then !== undefined && then.seed === now.seed && then.share >= now.share;
}

async function sharedWith(
  engine: Engine,
  table: Table,
  snapshot: Pick<Snapshot, 'parquetPath' | 'columns'> | null,
  contract: TableContract,
): Promise<SharedClients | null> {
  const id = columnOf(contract, 'id');
  if (snapshot === null || !snapshot.columns.some(({ name }) => name === id)) return null;
  const other = await engine.open({ kind: 'snapshot', snapshot, contract });
  try {
    return await countSharedClients(table, other);
  } finally {
    await other.close();
  }
}

/**
 * Opens the test rows with an outcome for the time of `body`. Of held-out clients those count that have come since
 * the live model was trained, where there are enough: it and its challenger are then judged on what is new to both.
 * Errors as `evaluateOnTest`.
 */
export async function withTestRows<T>(
  engine: Engine,
  test: TestData,
  body: (table: Table, window: TestWindow) => Promise<T>,
): Promise<T> {
  const { rows, contract } = test;
  const table = await engine.open(
    rows.kind === 'files'
      ? { kind: 'files', paths: rows.paths, contract, labels: contract.labels ?? 'required' }
      : { kind: 'snapshot', snapshot: rows.snapshot, contract },
  );
  try {
    if (table.rows === 0) {
      throw new TidewatchError(
        'input-empty',
        'The test data has no rows. Put labelled rows into test_data_path.',
        { details: { rows } },
      );
    }
    const { places, window, examples } = await chooseRows(engine, table, test);
    return await withPlaces(examples, places, (chosen) => body(chosen, window));
  } finally {
    await table.close();
  }
}

/** Opens all test rows, with an outcome or without. Errors as `withTestRows` for rows that cannot be read. */
export async function openTestTable(engine: Engine, { rows, contract, outcomes }: TestData): Promise<Table> {
  if (rows.kind === 'files') {
    return engine.open({ kind: 'files', paths: rows.paths, contract, labels: 'optional' });
  }
  const table = await engine.open({ kind: 'snapshot', snapshot: rows.snapshot, contract });
  try {
    const { heldOut } = await readExamples(table, outcomes, rows.holdout);
    const places = Uint32Array.from({ length: table.rows }, (_, row) => row);
    return await table.select(places.filter((row) => heldOut?.[row] === 1));
  } finally {
    await table.close();
  }
}

interface ChosenRows {
  readonly examples: Examples;
  readonly places: Uint32Array;
  readonly window: TestWindow;
}

async function chooseRows(engine: Engine, table: Table, test: TestData): Promise<ChosenRows> {
  const { rows, contract, outcomes } = test;
  const isNamed = columnOf(contract, 'id') !== null;
  if (rows.kind === 'files') {
    const examples = await readExamples(table, outcomes, null);
    const places = placesOf(examples, 'both');
    checkExamples(examples, places, 'both', 'the test data');
    const shared = await sharedWith(engine, table, rows.training, contract);
    const window: TestWindow = {
      kind: 'files',
      clients: shared?.clients ?? null,
      since: null,
      trained: shared?.shared ?? null,
    };
    return { examples, places, window };
  }
  const examples = await readExamples(table, outcomes, rows.holdout);
  const all = placesOf(examples, 'held-out');
  checkExamples(examples, all, 'held-out', 'the snapshot');
  const recent = rows.live === null ? null : await recentPlaces(engine, examples, all, rows.live, contract);
  const places = recent ?? all;
  const window: TestWindow = {
    kind: recent === null ? 'all' : 'recent',
    clients: isNamed ? countClients(examples, places) : null,
    since: recent === null ? null : (rows.live?.version ?? null),
    trained: null,
  };
  return { examples, places, window };
}

/** Those of the places that the live model did not know when it was trained; null where they are too few. */
async function recentPlaces(
  engine: Engine,
  { table, history }: Examples,
  places: Uint32Array,
  live: TrainedOn,
  contract: TableContract,
): Promise<Uint32Array | null> {
  const known = await openTrainedRows(engine, live, contract);
  if (known === null) return null;
  try {
    const unseen = new Uint8Array(table.rows);
    for (const place of await table.except(known)) unseen[place] = 1;
    const recent = places.filter((place) => unseen[place] === 1);
    const left = recent.reduce((sum, place) => sum + Number(history?.outcomes[place] === 1), 0);
    const isEnough =
      recent.length >= RECENT_ROWS && Math.min(left, recent.length - left) >= RECENT_SMALLER_CLASS;
    return isEnough && recent.length < places.length ? recent : null;
  } finally {
    await known.close();
  }
}

async function evaluateTable(
  table: Table,
  model: ModelDocument,
  campaign: Campaign | null,
  progress: Progress,
): Promise<Evaluation> {
  const { labels, probabilities, values } = await scoreTable(table, createScorer(model), {
    labels: true,
    values: campaign !== null,
    onRows: (done) => progress({ label: 'scoring the test data', done, total: table.rows, unit: 'rows' }),
  });
  return evaluate(
    labels,
    probabilities,
    model.threshold,
    campaign === null ? {} : { campaign: termsOf(campaign, values) },
  );
}
