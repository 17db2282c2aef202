/** Diagnostics of the data and the system, as a run found them. */
import type { ColumnRole } from '../../formats/contract/table-contract.ts';

/** How many rows of a table a model predicts to leave. */
export interface PredictionTotals {
  readonly modelVersion: string;
  /** Probability above which a client counts as leaving. */
  readonly threshold: number;
  readonly rows: number;
  /** How many will leave. */
  readonly leaving: number;
}

/** One column of a snapshot. Numbers are null where the column is not one of numbers or has too few values. */
export interface ColumnStatistics {
  readonly name: string;
  readonly role: ColumnRole;
  readonly mean: number | null;
  /** Mean of the two middle values where the count is even. */
  readonly median: number | null;
  /** Sample standard deviation, ddof 1. */
  readonly std: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** Rows without a value, and their percentage (0 to 100). */
  readonly missing: number;
  readonly missingPercent: number;
}

export interface TableStatistics {
  readonly snapshot: string;
  readonly rows: number;
  readonly columns: readonly ColumnStatistics[];
}

/** How long a step took when it ran, as recorded; null where it never succeeded. */
export interface StepDuration {
  readonly name: string;
  /** When the newest run of it began. */
  readonly startedAt: string | null;
  /** Seconds of the newest run. */
  readonly seconds: number | null;
  readonly mean: number | null;
  readonly median: number | null;
  /** Runs that these numbers come from. */
  readonly count: number;
}

export interface DependencyStatus {
  readonly name: string;
  /** null: not found beside this package. */
  readonly installed: string | null;
  /** null: not known, since the registry was not asked or did not answer. */
  readonly latest: string | null;
  /** Whether the installed version is older than the latest; null where either is not known. */
  readonly outdated: boolean | null;
}

export interface DiagnosticsValues {
  readonly predictions: PredictionTotals | null;
  readonly statistics: TableStatistics | null;
  readonly durations: readonly StepDuration[];
  readonly dependencies: readonly DependencyStatus[];
  /** Why a part above is null, by its name. */
  readonly absent: Readonly<Record<string, string>>;
}

export interface DiagnosticsRecord {
  readonly runId: string;
  readonly createdAt: string;
  readonly snapshotId: string;
  readonly values: DiagnosticsValues;
}

export interface DiagnosticsStore {
  recordDiagnostics(diagnostics: DiagnosticsRecord): Promise<void>;
  latestDiagnostics(): Promise<DiagnosticsRecord | null>;
}
