/** Diagnostics of the data and the system, as a run found them. */

export interface DiagnosticsRecord {
  readonly runId: string;
  readonly createdAt: string;
  readonly snapshotId: string;
  /** The diagnostics as JSON data. */
  readonly values: unknown;
}

export interface DiagnosticsStore {
  recordDiagnostics(diagnostics: DiagnosticsRecord): Promise<void>;
  latestDiagnostics(): Promise<DiagnosticsRecord | null>;
}
