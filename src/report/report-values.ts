/** The stored values that charts and report are made of, read from the store in one go. */
import type { ModelDocument } from '../core/document/document.ts';
import type { Evaluation } from '../core/metrics/evaluate.ts';
import type { CheckOutline, CheckStore } from '../store/port/checks.ts';
import type { DeploymentRecord, DeploymentStore } from '../store/port/deployments.ts';
import type { DiagnosticsStore, DiagnosticsValues } from '../store/port/diagnostics.ts';
import type { FileRecord, FileStore } from '../store/port/files.ts';
import type { RunOutline, RunStore } from '../store/port/runs.ts';
import type { ScoreOutline, ScoreRecord, ScoreStore } from '../store/port/scores.ts';
import type { SnapshotRecord, SnapshotStore } from '../store/port/snapshots.ts';
import type { StepRecord, StepStore } from '../store/port/steps.ts';
import { type DriftDetails, readDriftDetails } from './drift-details.ts';

export type ReportStore = Pick<ScoreStore, 'latestScore' | 'scores'> &
  Pick<DeploymentStore, 'deployments'> &
  Pick<RunStore, 'runs'> &
  Pick<StepStore, 'steps'> &
  Pick<CheckStore, 'checks' | 'latestCheck'> &
  Pick<DiagnosticsStore, 'latestDiagnostics'> &
  Pick<SnapshotStore, 'latestSnapshot'> &
  Pick<FileStore, 'files'>;

export interface ReportValues {
  readonly modelVersion: string;
  /** The model's newest score on the test data; null before there is one. */
  readonly score: ScoreRecord | null;
  readonly evaluation: Evaluation | null;
  /** The deployment that made the model live; null where it is not. */
  readonly deployment: DeploymentRecord | null;
  readonly deployments: readonly DeploymentRecord[];
  /** Newest first, of any model. */
  readonly scores: readonly ScoreOutline[];
  /** The newest run of the whole process. */
  readonly run: RunOutline | null;
  /** The newest one that had something to do, or else `run`, with its steps in order. */
  readonly worked: RunOutline | null;
  readonly steps: readonly StepRecord[];
  /** Newest first. */
  readonly checks: readonly CheckOutline[];
  /** The newest drift check of the model, or else of any, with what it recorded. */
  readonly drift: { readonly check: CheckOutline; readonly details: DriftDetails } | null;
  readonly diagnostics: Pick<DiagnosticsValues, 'statistics' | 'durations' | 'dependencies'> | null;
  readonly diagnosedAt: string | null;
  readonly snapshot: SnapshotRecord | null;
  /** Files of the ingestion that made the snapshot. */
  readonly files: readonly FileRecord[];
}

/** How many records of a listing are looked at. */
const MAX = 500;

/** Everything stored that bears on a model. It reads only, and asks nothing of the data itself. */
export async function readReportValues(
  store: ReportStore,
  model: Pick<ModelDocument, 'version'>,
): Promise<ReportValues> {
  const [score, deployments, scores, runs, checks, diagnosed, snapshot] = await Promise.all([
    store.latestScore(model.version, 'test'),
    store.deployments({ limit: MAX }),
    store.scores({ limit: MAX }),
    store.runs({ limit: MAX, verb: 'run' }),
    store.checks({ limit: MAX }),
    store.latestDiagnostics(),
    store.latestSnapshot(),
  ]);
  const run = runs[0] ?? null;
  const worked = runs.find(({ result }) => result !== 'no-new-data') ?? run;
  const latest = deployments[0];
  const drift = (await store.latestCheck('drift', model.version)) ?? (await store.latestCheck('drift'));
  return {
    modelVersion: model.version,
    score,
    evaluation: score?.metrics ?? null,
    deployment: latest?.modelVersion === model.version ? latest : null,
    deployments,
    scores,
    run,
    worked,
    steps: worked === null ? [] : await store.steps(worked.id),
    checks,
    drift: drift === null ? null : { check: drift, details: readDriftDetails(drift.details) },
    diagnostics: diagnosed?.values ?? null,
    diagnosedAt: diagnosed?.createdAt ?? null,
    snapshot,
    files: snapshot === null ? [] : await store.files(snapshot.runId),
  };
}
