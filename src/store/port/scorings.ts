/** Scorings: the scores of all clients, run by run. */

/** When a model scored all clients of a snapshot, in which run. */
export interface ScoringRecord {
  readonly runId: string;
  readonly modelVersion: string;
  readonly snapshotId: string;
  readonly createdAt: string;
  readonly clients: number;
}

/** Scores of clients, one place each: keys of their ids, and calibrated probabilities. */
export interface ClientScores {
  readonly keys: BigUint64Array;
  readonly probabilities: Float32Array;
}

export interface ScoringStore {
  /**
   * Keeps how a run scored the clients, all or nothing, and forgets the oldest scorings beyond `keepClients` scores
   * together; the newest two stay.
   */
  recordScoring(scoring: ScoringRecord & ClientScores, keepClients: number): Promise<void>;
  /** The newest scorings of the clients. */
  scorings(limit: number): Promise<readonly ScoringRecord[]>;
  /** What a scoring said of clients: one place each, NaN where it did not know the client. */
  clientScores(runId: string, keys: BigUint64Array): Promise<Float64Array>;
  /** What the scorings said of one client, newest first; those that did not know it are left out. */
  scoresOfClient(
    key: bigint,
    limit: number,
  ): Promise<readonly (ScoringRecord & { readonly probability: number })[]>;
}
