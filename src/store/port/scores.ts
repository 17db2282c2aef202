/** Scores: how good a model was on a set of rows, at a time. */
import type { Listed, Page } from './paging.ts';

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
  /** Every metric, as JSON data; listings leave out `curves` in it, which may be tens of kilobytes. */
  readonly metrics: unknown;
}

export interface ScoreStore {
  recordScore(score: ScoreRecord): Promise<void>;
  scores(
    page: Page & { readonly dataset?: ScoreRecord['dataset']; readonly modelVersion?: string },
  ): Promise<readonly Listed<ScoreRecord>[]>;
  /** Newest score of a model on a dataset. */
  latestScore(modelVersion: string, dataset: ScoreRecord['dataset']): Promise<ScoreRecord | null>;
  /** The same of several stored models at once, by version, as a listing gives them. */
  latestScores(
    modelVersions: readonly string[],
    dataset: ScoreRecord['dataset'],
  ): Promise<ReadonlyMap<string, ScoreRecord>>;
}
