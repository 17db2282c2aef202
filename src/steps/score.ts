/** Scores a model on the labelled test data, and writes the F1 of a trained one as latestscore.txt. */

import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.ts';
import type { Clock } from '../base/clock.ts';
import { sha256 } from '../base/hash.ts';
import { type Progress, silentProgress } from '../base/progress.ts';
import type { ModelDocument } from '../core/document/document.ts';
import { type Campaign, termsOf } from '../core/metrics/campaign.ts';
import { type Evaluation, evaluate, type SegmentCounts } from '../core/metrics/evaluate.ts';
import type { TestWindow } from '../core/metrics/test-window.ts';
import { countRisks, type RiskHistogram } from '../core/monitor/calibration/risk-histogram.ts';
import { addConfusion, confusionMatrix, createConfusion } from '../core/statistics/confusion.ts';
import type { Engine, Table } from '../engine/port.ts';
import { largestSegments, type RowSegments, readSegments } from '../engine/rows/read-segments.ts';
import { countLearned, scoreTestRows, type TestData, withTestRows } from '../engine/rows/test-rows.ts';
import { renderScore, SCORE_FILE } from '../store/live/deployed-files.ts';
import type { LeaseStore } from '../store/port/leases.ts';
import type { ScoreStore } from '../store/port/scores.ts';

/** Segments of the test rows that are counted by themselves. */
const MAX_SEGMENTS = 200;

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

/** An evaluation with the rows that it is of, and their risks, from which the watch of a deployed model starts. */
export type TestEvaluation = Evaluation & { readonly window: TestWindow; readonly risks: RiskHistogram };

/** Scores a trained model, records the score, and writes latestscore.txt. Errors as `evaluateOnTest`. */
export async function score(
  deps: {
    readonly engine: Engine;
    readonly store: Pick<ScoreStore, 'recordScore'> & Pick<LeaseStore, 'whileHeld'>;
    readonly clock: Clock;
    readonly progress: Progress;
  },
  options: ScoreOptions,
): Promise<ScoreSummary> {
  const { model } = options;
  const evaluation = await evaluateOnTest(deps.engine, model, options.test, options.campaign, deps.progress);
  const path = join(options.modelFolder, SCORE_FILE);
  await deps.store.whileHeld(() => writeFileAtomic(path, renderScore(evaluation.f1Score)));
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
  deps: { readonly store: Pick<ScoreStore, 'recordScore'>; readonly clock: Clock },
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
    ...(await evaluateTable(table, model, test, window, campaign, progress)),
    window: { ...window, trained: await countLearned(engine, table, model, test, window) },
  }));
}

async function evaluateTable(
  table: Table,
  model: ModelDocument,
  test: TestData,
  window: TestWindow,
  campaign: Campaign | null,
  progress: Progress,
): Promise<Omit<TestEvaluation, 'window'>> {
  const { labels, probabilities, values } = await scoreTestRows(table, model, test, window, {
    labels: true,
    values: campaign !== null,
    onRows: (done) => progress({ label: 'scoring the test data', done, total: table.rows, unit: 'rows' }),
  });
  const terms = campaign === null ? {} : { campaign: termsOf(campaign, values) };
  const evaluation = {
    ...evaluate(labels, probabilities, model.threshold, terms),
    risks: countRisks(probabilities, labels),
  };
  const segments = await readSegments(table);
  if (segments === null) return evaluation;
  return { ...evaluation, segments: segmentCounts(segments, labels, probabilities, model.threshold) };
}

function segmentCounts(
  segments: RowSegments,
  labels: Float64Array,
  probabilities: Float64Array,
  threshold: number,
): readonly SegmentCounts[] {
  return largestSegments(segments, MAX_SEGMENTS).map(({ name, places }) => {
    const take = (values: Float64Array) => Float64Array.from(places, (row) => values[row] as number);
    const counts = addConfusion(createConfusion(), take(labels), take(probabilities), threshold);
    return { segment: name, confusion: confusionMatrix(counts) };
  });
}
