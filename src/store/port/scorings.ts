/** Scorings: when a model scored all clients, and where the scores are. */

/** When a model scored all clients of a snapshot, in which run. */
export interface ScoringRecord {
  readonly runId: string;
  readonly modelVersion: string;
  readonly snapshotId: string;
  readonly createdAt: string;
  readonly clients: number;
  /** The scores that the engine keeps, in the order of the clients' keys; null: `inlineScores` has them. */
  readonly reference: string | null;
}

export interface ScoringStore {
  /**
   * Records how a run scored the clients and forgets the oldest scorings beyond `keepClients` scores together; the newest
   * two stay.
   */
  recordScoring(scoring: ScoringRecord, keepClients: number): Promise<void>;
  /** The newest scorings of the clients. */
  scorings(limit: number): Promise<readonly ScoringRecord[]>;
}
