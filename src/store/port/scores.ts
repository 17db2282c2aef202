/** Scores: how good a model was on a set of rows, at a time. */
import type { Evaluation } from '../../core/metrics/evaluate.ts';
import type { RiskHistogram } from '../../core/monitor/calibration/risk-histogram.ts';
import type { Listed, Page } from './paging.ts';

/** An evaluation with the risks of its rows, from which the watch of a deployed model starts. */
export interface StoredEvaluation extends Evaluation {
  /** Absent for new data, and in scores of older versions. */
  readonly risks?: RiskHistogram;
}

/** An evaluation as it is listed: its curves may be tens of kilobytes. */
export type EvaluationOutline = Omit<StoredEvaluation, 'curves'>;

export interface ScoreRecord {
  readonly runId: string;
  readonly modelVersion: string;
  readonly createdAt: string;
  /** What it was scored on: `test`, or `new-data` for the check of drift. */
  readonly dataset: 'test' | 'new-data';
  /** Hash over the scored files or the snapshot's id. */
  readonly datasetId: string;
  readonly rows: number;
  readonly f1: number;
  readonly metrics: StoredEvaluation;
}

/** A score as it is listed. */
export interface ScoreOutline extends Omit<ScoreRecord, 'metrics'> {
  readonly metrics: EvaluationOutline;
}

export interface ScoreStore {
  recordScore(score: ScoreRecord): Promise<void>;
  scores(
    page: Page & { readonly dataset?: ScoreRecord['dataset']; readonly modelVersion?: string },
  ): Promise<readonly Listed<ScoreOutline>[]>;
  /** Newest score of a model on a dataset. */
  latestScore(modelVersion: string, dataset: ScoreRecord['dataset']): Promise<ScoreRecord | null>;
  /** The same of several stored models at once, by version, as a listing gives them. */
  latestScores(
    modelVersions: readonly string[],
    dataset: ScoreRecord['dataset'],
  ): Promise<ReadonlyMap<string, ScoreOutline>>;
}
