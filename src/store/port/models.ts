/** Models: every one that was trained. */
import type { Listed, Page } from './paging.ts';

export interface ModelRecord {
  /** ModelDocument.version. */
  readonly version: string;
  readonly runId: string;
  readonly createdAt: string;
  readonly snapshotId: string;
  readonly learner: string;
  /** Seconds of the fit, reading included. */
  readonly seconds: number;
  /** The model document itself, as JSON data. */
  readonly document: unknown;
}

/** A model as it is listed: a document may be megabytes. */
export interface ModelOutline extends Omit<ModelRecord, 'document'> {
  /** Rows of its snapshot; null where the store does not know the snapshot. */
  readonly rows: number | null;
}

export interface ModelStore {
  /** Adds the model; one that is known already stays as it was. */
  recordModel(model: ModelRecord): Promise<void>;
  model(version: string): Promise<ModelRecord | null>;
  models(page: Page): Promise<readonly Listed<ModelOutline>[]>;
  /** Versions that begin with a text, newest first, at most `limit`. */
  versions(prefix: string, limit: number): Promise<readonly string[]>;
  /** How many models are stored, and the versions of those that were never live and that no note is on, newest first. */
  unboundModels(): Promise<{ readonly stored: number; readonly versions: readonly string[] }>;
  /** Forgets the documents of models; what they scored and when they were live stays. Returns how many. */
  removeModels(versions: readonly string[]): Promise<number>;
}
